"""What can be said on the command line, and the exit codes: 0 fine, 1 it could not be done, 2 it makes no sense."""

import subprocess
import sys
from pathlib import Path

import pytest

from fairlead import __version__
from fairlead.cli.main import main
from fairlead.cli.operator import parser

ROOT = Path(__file__).parents[3]


def say(capsys, *words):
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return end.value.code, capsys.readouterr()


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch, tmp_path):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)


def test_what_can_be_said_is_shown(capsys):
    code, told = say(capsys, "--help")

    assert code == 0
    for verb in ("get", "watch", "why", "promote", "rollback", "retry", "plan", "operator", "version"):
        assert verb in told.out


def test_the_version_is_told(capsys):
    assert say(capsys, "version") == (0, (f"{__version__}\n", ""))


@pytest.mark.parametrize(
    "words",
    [
        ["forward"], ["why"], ["get", "pods"], ["get", "releases", "shop-3", "-A"], ["why", "shop", "-o", "wide"],
        ["plan"], ["plan", "shop", "-f", "shop.yaml"], ["operator", "--metrics-port", "many"],
    ],
)  # fmt: skip
def test_what_makes_no_sense_ends_with_2(capsys, words):
    code, told = say(capsys, *words)

    assert code == 2
    assert told.err


@pytest.mark.parametrize(
    "words", [["get"], ["why", "shop"], ["watch", "shop"], ["promote", "shop"], ["rollback", "shop"], ["retry", "shop"]]
)
def test_without_a_cluster_it_ends_with_1_and_says_what_to_do(capsys, words):
    code, told = say(capsys, *words)

    assert code == 1
    assert told.err.startswith("error: no cluster: no kubeconfig at")
    assert "--kubeconfig" in told.err
    assert told.out == ""


def test_a_cluster_that_does_not_answer_is_named(capsys, tmp_path):
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(
        """
        {current-context: far, contexts: [{name: far, context: {cluster: far, user: me}}], users: [{name: me}],
        clusters: [{name: far, cluster: {server: "http://127.0.0.1:1"}}]}
        """
    )

    code, told = say(capsys, "get", "--kubeconfig", str(kubeconfig))

    assert code == 1
    assert told.err.startswith("error: http://127.0.0.1:1 does not answer")


@pytest.mark.parametrize("example", ["shop.yaml", "minimal.yaml"])
def test_a_plan_needs_no_cluster(capsys, example):
    code, told = say(capsys, "plan", "-f", str(ROOT / "examples" / example))

    assert code == 0
    assert "Not compared with the cluster" in told.out


def test_a_plan_that_would_be_refused_ends_with_1(capsys, tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text((ROOT / "examples/shop.yaml").read_text().replace("app: cart", "app: crat", 1))

    code, told = say(capsys, "plan", "-f", str(file))

    assert code == 1
    assert "would be refused" in told.out


def test_a_plan_is_printed_for_programs_as_well(capsys):
    code, told = say(capsys, "plan", "-f", str(ROOT / "examples/shop.yaml"), "-o", "yaml")

    assert code == 0
    assert "outcome: Release" in told.out


def test_the_operator_has_sound_defaults():
    said = parser().parse_args([])

    assert (said.metrics_port, said.health_port, said.log_level) == (8080, 8081, "info")
    assert said.kubeconfig is None
    assert said.lease_namespace is None
    assert not said.no_leader_election


def test_the_operator_loads_nothing_that_is_only_for_people():
    program = """
import sys
from fairlead.cli.main import main
try:
    main(["operator", "--help"])
except SystemExit:
    print("loaded:", [name for name in ("typer", "rich") if name in sys.modules])
"""

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT / "src")

    assert told.stdout.endswith("loaded: []\n")


def test_a_plugin_of_kubectl_calls_itself_by_that_name(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/kubectl-fairlead"])

    _, told = say(capsys, "why", "--help")

    assert "Usage: kubectl fairlead why" in told.out
