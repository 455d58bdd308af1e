"""One control plane for all runs: each has a namespace of its own in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.crash.api import Api
from tests.crash.control_plane import connected, control_plane


@pytest.fixture(scope="session")
def kubeconfig() -> Iterator[Path]:
    """It runs from the first test that asks for it to the end of the session."""
    with control_plane() as kubeconfig:
        yield kubeconfig


@pytest.fixture
async def api(kubeconfig: Path) -> AsyncIterator[Api]:
    async with connected(kubeconfig) as api:
        yield api
