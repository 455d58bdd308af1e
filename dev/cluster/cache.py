"""What was built once and is kept for this user: one folder per program, version and inputs."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import rmtree


def cache_folder() -> Path:
    """The folder of everything that is kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fairlead"


def digest(inputs: Iterable[bytes]) -> str:
    """Twelve hex characters that change when any of the inputs does."""
    total = hashlib.sha256()
    for part in inputs:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:12]


def kept(name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name`, made by `make` when it is not there.

    It is complete or absent: `make` fills a folder beside it, which is renamed at the end. Two who ask at once build
    once: the second waits.
    """
    folder = cache_folder() / name
    if folder.exists():
        return folder
    cache_folder().mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f".{name}.unfinished")
    with folder.with_name(f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder
