"""The daemons of one cluster: started once, found again, stopped.

A process is known by its pid *and* the time it started *and* the boot it started in, so that a pid which the kernel has
given to somebody else is never signalled.
"""

import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from dev.cluster.failure import ClusterError

STOP_TIMEOUT_S = 10.0

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_EXITING = 0x4  # PF_EXITING in the kernel's flags of a process
_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Identity:
    """One process, never its successor: `started` counts clock ticks since the boot named by `boot`."""

    pid: int
    started: int
    boot: str


def identify(pid: int) -> Identity | None:
    """The identity of the process that has this pid, be it that only its exit status is left; None if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return Identity(pid, int(stat.rsplit(")", 1)[1].split()[19]), _BOOT.read_text().strip())


def runs(identity: Identity) -> bool:
    """Whether exactly this process is there and will go on: one that was killed takes a moment to end."""
    return identify(identity.pid) == identity and not _ends(identity.pid)


def _ends(pid: int) -> bool:
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    pending = re.findall(r"^S(?:ig|hd)Pnd:\s*(\w+)", status, re.MULTILINE)
    killed = any(int(signals, 16) & 1 << (signal.SIGKILL - 1) for signals in pending)
    return state == "Z" or killed or bool(int(fields[5]) & _EXITING)


def stop(identity: Identity, timeout_s: float = STOP_TIMEOUT_S) -> None:
    """Asks the process to end, and ends it when it has not within `timeout_s`. Returns once all of it is gone."""
    try:
        handle = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return
    try:
        # The handle was opened before the look: from here on the pid cannot change its meaning.
        if identify(identity.pid) != identity:
            return
        for request, patience_s in ((signal.SIGTERM, timeout_s), (signal.SIGKILL, STOP_TIMEOUT_S)):
            signal.pidfd_send_signal(handle, request)
            if select.select([handle], [], [], patience_s)[0]:
                return
    except ProcessLookupError:
        # It ended by itself, and was buried.
        return
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Daemon:
    """A daemon as it was started."""

    name: str
    identity: Identity
    command: tuple[str, ...]

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return runs(self.identity)

    def write(self, record: Path) -> None:
        """Keeps this in the file `record`: all of it or nothing."""
        unfinished = record.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"command": self.command, **asdict(self.identity)}))
        unfinished.rename(record)

    @classmethod
    def read(cls, record: Path) -> Self:
        """What was kept in the file `record`, which names the daemon."""
        kept = json.loads(record.read_text())
        return cls(record.stem, Identity(kept["pid"], kept["started"], kept["boot"]), tuple(kept["command"]))


class Processes:
    """The daemons of one cluster, by name. Owns the folders `run` (records) and `log`."""

    def __init__(self, run: Path, log: Path) -> None:
        self.run = run
        self.log = log

    def ensure(self, name: str, command: Sequence[str | Path]) -> None:
        """Makes `name` run with exactly this command, whatever ran before. Does not wait until it is of use.

        Raises ClusterError when the command cannot be started.
        """
        argv = tuple(map(str, command))
        daemon = self.find(name)
        if daemon and daemon.alive and daemon.command == argv:
            return
        if daemon:
            # Also when it is ending already: what it holds, such as its port, is free only after that.
            stop(daemon.identity)
        for folder in (self.run, self.log):
            folder.mkdir(parents=True, exist_ok=True)
        # Without -S and -E Python would take twice as long to start as there is work for it.
        launch: list[str | Path] = [
            sys.executable,
            "-S",
            "-E",
            "-m",
            "dev.cluster.launch",
            self._record(name),
            self.log / f"{name}.log",
        ]
        launched = subprocess.run([*launch, *argv], cwd=_REPOSITORY, capture_output=True, text=True)
        if launched.returncode:
            raise ClusterError(f"{name} could not be started: {launched.stderr.strip()}")

    def _record(self, name: str) -> Path:
        return self.run / f"{name}.json"

    def find(self, name: str) -> Daemon | None:
        """The daemon of that name as it was last started, alive or not."""
        try:
            return Daemon.read(self._record(name))
        except FileNotFoundError:
            return None

    def all(self) -> list[Daemon]:
        """Every daemon on record, sorted by name."""
        return [Daemon.read(record) for record in sorted(self.run.glob("*.json"))]

    def stop(self, name: str, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Stops the daemon, as `stop` does, and forgets it."""
        if daemon := self.find(name):
            stop(daemon.identity, timeout_s)
            self._record(name).unlink()

    def log_tail(self, name: str, lines: int = 8) -> str:
        """The last lines that the daemon wrote."""
        path = self.log / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
