"""A real API server, alone: etcd and kube-apiserver, of these tests only."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from dev.cluster import programs
from dev.cluster.down import take_away
from dev.cluster.home import Home
from dev.cluster.up import bring_up_control_plane
from tests.integration.kubectl import Kubectl

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
    home = Home(f"test-{os.getpid()}")
    try:
        bring_up_control_plane(home)
        yield ApiServer(home.kubeconfig)
    finally:
        take_away(home)


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    """A namespace that no other test has used."""
    name = f"test-{next(_numbers)}"
    api_server.kubectl("create", "namespace", name)
    return name
