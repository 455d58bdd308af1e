"""A control plane of these tests: an API server with Fairlead's resources and the Gateway API, without controllers."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from dev.cluster import programs
from fairlead.kube.config import load
from fairlead.kube.https import Https
from tests import cluster
from tests.crash.api import Api, Object, Refused
from tests.crash.process import ROOT
from tests.integration.kubectl import Kubectl

CRDS = ROOT / "charts" / "fairlead" / "crds"
EVERYTHING_FOR_ACCOUNTS: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "tests"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:serviceaccounts"}],
}


@contextmanager
def control_plane() -> Iterator[Path]:
    """Bring one up and yield its kubeconfig. It is taken away at the end."""
    with cluster.control_plane("crash") as kubeconfig:
        define(Kubectl(programs.kubernetes() / "kubectl", kubeconfig))
        yield kubeconfig


def define(kubectl: Kubectl) -> None:
    """Make Fairlead's resources and the Gateway API known."""
    for folder in (CRDS, programs.gateway_api()):
        kubectl("apply", "--server-side", "-f", str(folder))
        kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(folder))


@asynccontextmanager
async def connected(kubeconfig: Path) -> AsyncIterator[Api]:
    """An administrator's connection; every ServiceAccount may do everything."""
    transport = Https(load(kubeconfig))
    api = Api(transport)
    try:
        try:
            await api.create("clusterrolebindings", "", EVERYTHING_FOR_ACCOUNTS)
        except Refused as refused:
            if refused.status != 409:
                raise
        yield api
    finally:
        await transport.close()
