"""Users, played by the load client: 200 requests/s that are never retried, the fate of each written down."""

import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from msgspec import Struct

from dev.cluster.cache import digest, kept
from dev.cluster.golang import build
from dev.demo.broken import Broken
from dev.demo.events import Request, parse
from dev.demo.place import REPOSITORY

SOURCES = REPOSITORY / "dev" / "load"
#: The client lets every request end, or gives it up, within 15 s.
STOPS_WITHIN_S = 30


class Answered(Struct, frozen=True):
    """What one version answered in one interval."""

    requests: int
    bad: int
    p50_ms: float
    p99_ms: float


class Interval(Struct, frozen=True):
    """What ended in one second."""

    requests: int
    lost: int
    bad: int
    versions: dict[str, Answered]


def program() -> Path:
    """Return the client, compiled when its sources have changed."""
    name = f"load-{digest(path.read_bytes() for path in sorted(SOURCES.iterdir()))}"
    return kept(name, lambda folder: build("load client", SOURCES, ".", folder / "load", [])) / "load"


@dataclass
class Client:
    """Requests at a fixed rate until `stop`."""

    process: subprocess.Popen[bytes]
    folder: Path
    intervals: list[Interval] = field(default_factory=list)
    _read_bytes: int = 0

    @classmethod
    def start(cls, url: str, host: str, paths: str, folder: Path) -> "Client":
        """Begin: half on new connections, one in five a POST, one in ten lasting 1 to 3 s. Files go into `folder`."""
        command = [str(program()), "-url", url, "-host", host, "-paths", paths, "-rate", "200", "-duration", "1h"]
        recording = ["-interval", "1s", "-events", str(folder / "events")]
        with (folder / "intervals").open("wb") as out, (folder / "said").open("wb") as said:
            # A session of its own: Ctrl-C is for us, who then let it end.
            process = subprocess.Popen([*command, *recording], stdout=out, stderr=said, start_new_session=True)
        return cls(process, folder)

    def look(self) -> list[Interval]:
        """Return what is known so far, a second each, the newest last. Raises Broken when the client has ended."""
        if self.process.poll() is not None:
            raise Broken(f"the load client ended with {self.process.returncode}: {(self.folder / 'said').read_text()}")
        with (self.folder / "intervals").open("rb") as lines:
            lines.seek(self._read_bytes)
            whole, newline, _ = lines.read().rpartition(b"\n")
        self._read_bytes += len(whole + newline)
        self.intervals += [msgspec.json.decode(line, type=Interval) for line in whole.splitlines()]
        return self.intervals

    def stop(self) -> list[Request]:
        """Begin no more requests, wait for those under way, and return all."""
        self.process.send_signal(signal.SIGTERM)
        if code := self.process.wait(timeout=STOPS_WITHIN_S):
            raise Broken(f"the load client ended with {code}: {(self.folder / 'said').read_text()}")
        return parse((self.folder / "events").read_text())

    def kill(self) -> None:
        """End it at once, whatever is under way."""
        self.process.kill()
        self.process.wait()
