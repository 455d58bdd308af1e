"""An unchanged helm: the same session with both servers, the simulated one behind its front."""

import difflib
import re
import shutil
from pathlib import Path

import pytest

from tests.contract.api.client import run
from tests.contract.api.recording.helm import CHARTS

HELM = shutil.which("helm")
SESSION = (
    *("install app CHART --create-namespace --no-hooks", "upgrade app CHART --no-hooks --set image=example/app:2"),
    *("history app", "get manifest app", "get values app", "list", "upgrade app CHART --no-hooks --set replicas=none"),
    *("rollback app 1 --no-hooks", "history app", "upgrade app CHART --dry-run=server", "status app"),
    *("upgrade app CHART --no-hooks --server-side=false", "uninstall app --no-hooks --keep-history", "history app"),
    *("uninstall app --no-hooks", "list --all"),
)
# What differs from run to run: times, ages and addresses.
CHOSEN = re.compile(
    r"\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}|\d{4}-\d\d-\d\d [\d:]{8}[.\d]* \+0000 UTC"
    r"|(?<= )\d+m?s\b|10\.96\.\d+\.\d+"
)


@pytest.mark.skipif(HELM is None, reason="there is no helm on PATH")
async def test_an_unchanged_helm_sees_no_difference(front: Path, kubeconfig: Path, tmp_path: Path) -> None:
    homes = [tmp_path / "real", tmp_path / "simulated"]
    differences: list[str] = []
    for home in homes:
        home.mkdir()
    for command in SESSION:
        arguments = [str(CHARTS / "small") if part == "CHART" else part for part in command.split()]
        told: list[list[str]] = []
        for config, home in zip((kubeconfig, front), homes, strict=True):
            text = await run(Path(str(HELM)), config, home, (*arguments, "-n", "helm-session"))
            lines = re.sub(r" +", " ", CHOSEN.sub("<chosen>", text)).splitlines()
            # The status shows kinds in the random order of a map.
            told.append(sorted(lines) if command.startswith("status") else lines)
        differences += difflib.unified_diff(told[0], told[1], "real", "simulated", "", "", 1)
    assert not differences, "\n".join(differences)
