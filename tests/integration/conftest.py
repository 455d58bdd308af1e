"""A real API server, alone: etcd and kube-apiserver, of these tests only."""

import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from dev.cluster import programs
from fairlead.kube.client import Client
from fairlead.kube.config import load
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
    name = f"test-{os.getpid()}"
    try:
        yield ApiServer(Path(_cluster("up", "--control-plane-only", "--name", name)))
    finally:
        _cluster("clean", "--name", name)


def _cluster(*args: str) -> str:
    """A program of its own, so that what it starts are not children of the tests."""
    command = [sys.executable, "-m", "dev.cluster", *args]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


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
