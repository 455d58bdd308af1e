"""A control plane of these tests: an API server with Fairlead's resources and the Gateway API, without controllers."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from dev.cluster import programs
from fairlead.kube.config import load
from tests.crash.api import Api, Refused
from tests.crash.process import ROOT
from tests.integration.kubectl import Kubectl

CRDS = ROOT / "charts" / "fairlead" / "crds"


@contextmanager
def control_plane() -> Iterator[Path]:
    """Bring one up and yield its kubeconfig. It is taken away at the end."""
    name = f"crash-{os.getpid()}"
    try:
        kubeconfig = Path(_cluster("up", "--control-plane-only", "--name", name))
        define(Kubectl(programs.kubernetes() / "kubectl", kubeconfig))
        yield kubeconfig
    finally:
        _cluster("clean", "--name", name)


@contextmanager
def simulated() -> Iterator[Path]:
    """The same in memory, in a process of its own."""
    with TemporaryDirectory(prefix="fairlead-simulated-") as folder:
        command = [sys.executable, "-m", "tests.crash.simulated", folder]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                kubeconfig = Path(server.stdout.readline().strip())
                define(Kubectl(programs.kubernetes() / "kubectl", kubeconfig))
                yield kubeconfig
            finally:
                server.terminate()


def define(kubectl: Kubectl) -> None:
    """Make Fairlead's resources and the Gateway API known."""
    for folder in (CRDS, programs.gateway_api()):
        kubectl("apply", "--server-side", "-f", str(folder))
        kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(folder))


@asynccontextmanager
async def connected(kubeconfig: Path) -> AsyncIterator[Api]:
    """An administrator's connection; every ServiceAccount may do everything."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=True) as session:
        api = Api(session, load(kubeconfig))
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
        accounts = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:serviceaccounts"}
        binding = {"metadata": {"name": "tests"}, "roleRef": role, "subjects": [accounts]}
        try:
            await api.create("clusterrolebindings", "", binding)
        except Refused as refused:
            if refused.status != 409:
                raise
        yield api


def _cluster(*args: str) -> str:
    """A program of its own, so that what it starts are not children of the tests."""
    command = [sys.executable, "-m", "dev.cluster", *args]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
