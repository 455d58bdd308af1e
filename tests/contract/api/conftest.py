"""Both servers: the real one runs from the first case to the last."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.api.both import Both
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def kubeconfig() -> Iterator[Path]:
    """A control plane alone: nothing but its API server writes."""
    name = f"contract-{os.getpid()}"
    try:
        yield Path(_cluster("up", "--control-plane-only", "--audit", "--name", name))
    finally:
        _cluster("clean", "--name", name)


def _cluster(*args: str) -> str:
    """A program of its own, so that what it starts are not children of the tests."""
    command = [sys.executable, "-m", "dev.cluster", *args]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


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
