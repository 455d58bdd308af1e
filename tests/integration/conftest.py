"""A real API server, alone: etcd and kube-apiserver, of these tests only."""

import random
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from dev.cluster import programs
from fairlead.kube.client import Client
from fairlead.kube.config import load
from tests.cluster import control_plane
from tests.integration.kubectl import Kubectl

ROOT = Path(__file__).parents[2]
_numbers = count(1)


class ApiServer(NamedTuple):
    """An API server without controllers: no ServiceAccounts appear by themselves, and namespaces never end."""

    kubeconfig: Path

    @property
    def kubectl(self) -> Kubectl:
        """Kubectl with the rights of an administrator."""
        return Kubectl(programs.kubernetes() / "kubectl", self.kubeconfig)


@pytest.fixture(scope="session")
def api_server() -> Iterator[ApiServer]:
    """It runs from the first test that asks for it to the end of the session."""
    with control_plane("test") as kubeconfig:
        yield ApiServer(kubeconfig)


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    """A namespace that no other test has used."""
    name = f"test-{next(_numbers)}"
    api_server.kubectl("create", "namespace", name)
    return name


@pytest.fixture
async def client(api_server: ApiServer) -> AsyncIterator[Client]:
    """A client with the rights of an administrator."""
    async with Client(load(api_server.kubeconfig), random.Random(1)) as client:
        yield client
