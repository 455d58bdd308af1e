"""Both servers: the real one runs from the first case to the last."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fairlead.sim.front.front import Front
from fairlead.sim.front.tls import context
from tests.cluster import control_plane
from tests.contract.api.both import Both
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def kubeconfig() -> Iterator[Path]:
    """That of the control plane of almost all cases."""
    with control_plane("contract", "--audit") as kubeconfig:
        yield kubeconfig


@pytest.fixture(scope="session")
def servers(kubeconfig: Path) -> Iterator[tuple[Real, Simulated]]:
    """One of each for all cases."""
    real = Real(kubeconfig)
    yield real, Simulated()
    real.close()


@pytest.fixture
def both(servers: tuple[Real, Simulated]) -> Iterator[Both]:
    """Both, in a namespace that no other case has used."""
    both = Both(*servers).enter()
    yield both
    both.leave()


@pytest.fixture
async def front(servers: tuple[Real, Simulated], kubeconfig: Path, tmp_path: Path) -> AsyncIterator[Path]:
    """The simulated server over HTTPS, and a kubeconfig for it."""
    pki = kubeconfig.parent / "pki"
    front = Front(servers[1].server.answer, time.time)
    url = await front.start(context(pki / "apiserver.crt", pki / "apiserver.key", pki / "ca.crt"))
    yield await asyncio.to_thread(redirected, kubeconfig, tmp_path / "kubeconfig", url)
    await front.close()


def redirected(kubeconfig: Path, to: Path, url: str) -> Path:
    """The same kubeconfig, for another server."""
    config = json.loads(kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = url
    to.write_text(json.dumps(config))
    return to
