"""The local cluster as tests use it: a program of its own, so that what it starts are not their children."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def cluster(*args: str) -> str:
    """Run `python -m dev.cluster`, and return what it prints."""
    command = [sys.executable, "-m", "dev.cluster", *args]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


@contextmanager
def control_plane(name: str, *flags: str) -> Iterator[Path]:
    """Yield the kubeconfig of a control plane alone: nothing but its API server writes. It is taken away at the end."""
    name = f"{name}-{os.getpid()}"
    try:
        yield Path(cluster("up", "--control-plane-only", *flags, "--name", name))
    finally:
        cluster("clean", "--name", name)
