"""The node, a namespace, and users: what every end-to-end test stands on.

The node is shared: it is brought up when it is not there and stays up, and nothing outside the test's own namespace
is changed.
"""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.cluster import gateway, network, programs
from dev.demo.install import install
from dev.demo.place import local
from tests.cluster import cluster
from tests.e2e.load import Load
from tests.e2e.namespace import Namespace
from tests.e2e.shop import Shop
from tests.integration.kubectl import Kubectl

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def kubectl() -> Kubectl:
    """Kubectl for the node `local`, which has the image of the sample application, and writes an audit log."""
    kubeconfig = Path(cluster("up", "--audit"))
    cluster("image", "app")
    return Kubectl(programs.kubernetes() / "kubectl", kubeconfig)


@pytest.fixture(scope="session")
def gateway_url() -> str:
    """Where users reach the gateway `web` of the namespace `gateway`; routes tell each other apart by host."""
    return f"http://{network.NODE_ADDRESS}:{gateway.PORT}"


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[Namespace]:
    """A namespace that is removed after the test."""
    name = f"e2e-{secrets.token_hex(3)}"
    kubectl("create", "namespace", name)
    try:
        yield Namespace(kubectl, name)
    finally:
        kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="session")
def installed() -> None:
    """Fairlead of this working tree, in the cluster, as the demo installs it."""
    install(local())


@pytest.fixture
def shop(installed: None, namespace: Namespace) -> Iterator[Shop]:  # noqa: ARG001
    """A shop with the rights to be released, and nothing of it yet."""
    shop = Shop(namespace)
    shop.grant()
    try:
        yield shop
    finally:
        shop.remove()


@pytest.fixture
def load(gateway_url: str, tmp_path: Path) -> Iterator[Callable[..., Load]]:
    """Start users who come through the gateway: `load(host, rate=200, paths="/")`."""
    loads: list[Load] = []

    def start(host: str, rate: float = 200, paths: str = "/") -> Load:
        folder = tmp_path / f"load-{len(loads)}"
        folder.mkdir()
        loads.append(Load.start(gateway_url, host, folder, rate, paths))
        return loads[-1]

    yield start
    for each in loads:
        each.process.kill()
        each.process.wait()
