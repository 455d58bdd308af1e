"""Where one cluster lives: a folder of its own, its name, its kind, and a lock for whoever changes it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from dev.cluster.failure import ClusterError
from dev.cluster.processes import Processes

# The kernel's limit for the path of a Unix socket is 107 bytes; the longest name that we put behind a home has 24.
_LONGEST_HOME_BYTES = 107 - 24


def state_folder() -> Path:
    """The folder of all clusters of this user."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "fairlead"


@dataclass(frozen=True)
class Home:
    """The folder of the cluster `name`. Everything that the cluster keeps is in it."""

    name: str

    def __post_init__(self) -> None:
        if not self.name.replace("-", "").isalnum():
            raise ClusterError(f"--name {self.name!r}: use letters, digits and dashes")
        if len(os.fsencode(self.path)) > _LONGEST_HOME_BYTES:
            raise ClusterError(f"{self.path}: too long for the sockets in it. Use a shorter --name or XDG_STATE_HOME.")

    @property
    def path(self) -> Path:
        """The folder itself."""
        return state_folder() / self.name

    @property
    def pki(self) -> Path:
        """Keys and certificates."""
        return self.path / "pki"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.path / "kubeconfig"

    @property
    def exists(self) -> bool:
        """Whether this cluster was ever brought up and not cleaned since."""
        return self.path.exists()

    @property
    def is_node(self) -> bool:
        """Whether this is a full node, not a control plane alone."""
        return (self.path / "node").exists()

    @property
    def processes(self) -> Processes:
        """The daemons of this cluster."""
        return Processes(self.path / "run", self.path / "log")

    def write(self, name: str, text: str) -> Path:
        """Writes a file of this home, complete or not at all, readable by its owner only."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(text)
        unfinished.rename(path)
        return path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one `up`, `down` or `clean` of a cluster at a time; the next one waits."""
        state_folder().mkdir(parents=True, exist_ok=True)
        path = state_folder() / f"{self.name}.lock"
        while True:
            with path.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                # Whoever held it may have removed the file with the cluster: then this lock guards nothing.
                if path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                    yield
                    return

    def remove(self) -> None:
        """Removes the folder and the lock, and the common folder when this was its last cluster."""
        rmtree(self.path, ignore_errors=True)
        (state_folder() / f"{self.name}.lock").unlink(missing_ok=True)
        if not any(state_folder().iterdir()):
            state_folder().rmdir()


def homes() -> list[Home]:
    """Every cluster of this user that was not cleaned, sorted by name."""
    if not state_folder().exists():
        return []
    return [Home(path.name) for path in sorted(state_folder().iterdir()) if path.is_dir()]
