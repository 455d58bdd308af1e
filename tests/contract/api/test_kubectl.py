"""An unchanged kubectl: the same session with both servers, the simulated one behind its front."""

import asyncio
import difflib
import re
from pathlib import Path

import pytest

from dev.cluster import programs
from tests.contract.api.client import run
from tests.contract.api.sessions import SESSIONS, furnish

# What differs from run to run: times, ages, uids, versions, files and addresses.
CHOSEN = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\dZ+ ]*"), "<time>"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000"), "<time>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "<uid>"),
    (re.compile(r'resourceVersion: "\d+"'), "<version>"),
    (re.compile(r"/tmp/[\w./-]+"), "<file>"),
    (re.compile(r"10\.96\.\d+\.\d+"), "<ip>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<server>"),
    (re.compile(r"(?<= )((\d+m)?\d+s\b|\d{1,2}m$)", re.MULTILINE), "<age>"),
    (re.compile(r" {2,}|\t"), "  "),
    (re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"), "<token>"),
    (re.compile(r"X509SHA256=\w+"), "<certificate>"),
)


async def kubectl(kubeconfig: Path, home: Path, command: str) -> str:
    """What it prints, and how it ends, without what differs from run to run."""
    text = await run(await asyncio.to_thread(programs.kubernetes) / "kubectl", kubeconfig, home, command.split())
    for pattern, name in CHOSEN:
        text = pattern.sub(name, text)
    return text


@pytest.mark.parametrize("session", SESSIONS)
async def test_an_unchanged_kubectl_sees_no_difference(
    session: str, front: Path, kubeconfig: Path, tmp_path: Path
) -> None:
    homes = [tmp_path / "real", tmp_path / "simulated"]
    for home in homes:
        await asyncio.to_thread(furnish, home)
    differences: list[str] = []
    namespace = f"kubectl-{session}"
    for command in (f"create ns {namespace}", *(f"{each} -n {namespace}" for each in SESSIONS[session])):
        real, simulated = await asyncio.gather(
            kubectl(kubeconfig, homes[0], command), kubectl(front, homes[1], command)
        )
        if real != simulated:
            lines = difflib.unified_diff(real.splitlines(), simulated.splitlines(), "real", "simulated", "", "", 1)
            differences.append("\n".join([f"$ kubectl {command}", *lines]))
    assert not differences, "\n\n".join(differences)
