"""The daemons of one cluster: started once, found again, stopped.

A process is known by its pid *and* the time it started *and* the boot it started in, so that a pid which the kernel has
given to somebody else is never signalled. The record is written by the child itself before it becomes the daemon:
whenever the starter dies, there is no daemon without a record.
"""

import json
import os
import select
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Identity:
    """One process, never its successor: `started` counts clock ticks since the boot named by `boot`."""

    pid: int
    started: int
    boot: str


def identify(pid: int) -> Identity | None:
    """The identity of a running process; None when there is none, or only its exit status is left."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, *fields = stat.rsplit(")", 1)[1].split()
    if state == "Z":
        return None
    return Identity(pid, int(fields[18]), Path("/proc/sys/kernel/random/boot_id").read_text().strip())


def runs(identity: Identity) -> bool:
    """Whether exactly this process is still there."""
    return identify(identity.pid) == identity


def stop(identity: Identity, timeout_s: float = STOP_TIMEOUT_S) -> None:
    """Asks the process to end, and ends it when it has not by then. Returns once it is gone."""
    try:
        handle = os.pidfd_open(identity.pid)
    except ProcessLookupError:
        return
    try:
        # The handle was opened before the look: from here on the pid cannot change its meaning.
        if not runs(identity):
            return
        for name in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(handle, name)
            if select.select([handle], [], [], timeout_s)[0]:
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


class Processes:
    """The daemons of one cluster, by name. Owns the folders `run` (records) and `log`."""

    def __init__(self, run: Path, log: Path) -> None:
        self.run = run
        self.log = log

    def ensure(self, name: str, command: Sequence[str | Path], env: dict[str, str] | None = None) -> bool:
        """Makes `name` run with exactly this command; says whether it had to be started for that."""
        argv = tuple(map(str, command))
        daemon = self.find(name)
        if daemon and daemon.alive:
            if daemon.command == argv:
                return False
            stop(daemon.identity)
        self.run.mkdir(parents=True, exist_ok=True)
        self.log.mkdir(parents=True, exist_ok=True)
        with (self.log / f"{name}.log").open("ab") as log:
            subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                preexec_fn=lambda: self._record(name, argv),
            )
        return True

    def _record(self, name: str, argv: tuple[str, ...]) -> None:
        identity = identify(os.getpid())
        assert identity, "this very process runs"
        record = {"pid": identity.pid, "started": identity.started, "boot": identity.boot, "command": argv}
        unfinished = self.run / f"{name}.unfinished"
        unfinished.write_text(json.dumps(record))
        unfinished.rename(self.run / f"{name}.json")

    def find(self, name: str) -> Daemon | None:
        """The daemon of that name as it was last started, alive or not."""
        try:
            record = json.loads((self.run / f"{name}.json").read_text())
        except FileNotFoundError:
            return None
        identity = Identity(record["pid"], record["started"], record["boot"])
        return Daemon(name, identity, tuple(record["command"]))

    def all(self) -> list[Daemon]:
        """Every daemon on record, sorted by name."""
        return [daemon for path in sorted(self.run.glob("*.json")) if (daemon := self.find(path.stem))]

    def stop(self, name: str) -> None:
        """Stops the daemon and forgets it."""
        if daemon := self.find(name):
            stop(daemon.identity)
            (self.run / f"{name}.json").unlink()

    def log_tail(self, name: str, lines: int = 8) -> str:
        """The last lines that the daemon wrote."""
        path = self.log / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
