"""The chart, and the one file that is made from it."""

from typing import Any

import pytest
import yaml

from dev.manifest import CHART, MANIFEST, MARK, rendered
from fairlead import __version__
from fairlead.cli.operator import parser


def objects(text: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(o["kind"], o["metadata"]["name"]): o for o in yaml.safe_load_all(text) if o}


@pytest.fixture(scope="module")
def installed() -> dict[tuple[str, str], dict[str, Any]]:
    return objects(MANIFEST.read_text())


@pytest.fixture(scope="module")
def pod(installed) -> dict[str, Any]:
    spec: dict[str, Any] = installed["Deployment", "fairlead"]["spec"]["template"]["spec"]
    return spec


def rules(role: dict[str, Any]) -> set[tuple[str, str]]:
    return {(resource, verb) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]}


def test_the_one_file_has_the_definitions_of_the_chart(installed):
    """If not: python3 -m dev.manifest."""
    for file in (CHART / "crds").glob("*.yaml"):
        definition = yaml.safe_load(file.read_text())
        assert installed["CustomResourceDefinition", definition["metadata"]["name"]] == definition


def test_the_one_file_is_what_helm_makes_of_the_chart():
    """If not: python3 -m dev.manifest."""
    templates = rendered()
    if templates is None:
        pytest.skip("there is no helm on PATH")

    assert objects(MANIFEST.read_text().partition(MARK)[2]) == objects(templates)


def test_the_versions_agree():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())

    assert chart["version"] == chart["appVersion"] == __version__


def test_the_operator_understands_what_the_chart_says_to_it(pod):
    verb, *flags = pod["containers"][0]["args"]

    said = parser().parse_args(flags)

    assert verb == "operator"
    ports = {port["name"]: port["containerPort"] for port in pod["containers"][0]["ports"]}
    assert ports == {"metrics": said.metrics_port, "health": said.health_port}


def test_the_operator_runs_with_nothing_that_it_does_not_need(pod):
    container = pod["containers"][0]["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["readOnlyRootFilesystem"]
    assert not container["allowPrivilegeEscalation"]
    assert container["capabilities"] == {"drop": ["ALL"]}


def test_the_operator_looks_at_no_secret_that_is_not_its_own(installed):
    rights = rules(installed["ClusterRole", "fairlead"])

    assert not {("secrets", "list"), ("secrets", "watch"), ("secrets", "delete")} & rights
    assert not any("*" in right for right in rights)


def test_of_what_others_own_the_operator_changes_only_routes_and_services(installed):
    rights = rules(installed["ClusterRole", "fairlead"])
    its_own = {"components", "components/status", "releases", "releases/status", "revisions", "secrets", "events"}

    changes = {right for right in rights if right[1] not in ("get", "list", "watch") and right[0] not in its_own}

    assert changes == {("services", "patch"), ("httproutes", "patch"), ("serviceaccounts", "impersonate")}
