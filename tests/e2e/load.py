"""Users, played by dev/load: they never retry, and know the fate of each of their requests."""

import functools
import json
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dev.cluster.cache import digest, kept
from dev.cluster.golang import build
from tests.e2e.until import until

SOURCES = Path(__file__).parents[2] / "dev" / "load"
# A request ends within 30 s, or is lost.
LONGEST_REQUEST_S = 30


@functools.cache
def program() -> Path:
    """The load client, compiled when its sources have changed."""
    name = f"load-{digest(path.read_bytes() for path in sorted(SOURCES.iterdir()))}"
    return kept(name, lambda folder: build("load client", SOURCES, ".", folder / "load", [])) / "load"


class Request(NamedTuple):
    """The fate of one request. Times are Unix seconds; `version` is None when it is lost."""

    started_s: float
    ended_s: float
    status: int
    version: str | None

    @property
    def lost(self) -> bool:
        """No answer of the application came."""
        return self.version is None

    @property
    def bad(self) -> bool:
        """The application answered that it failed."""
        return not self.lost and self.status >= 500


class Summary(NamedTuple):
    """All requests of a load."""

    requests: int
    lost: int
    bad: int
    versions: dict[str, dict[str, float]]
    why: dict[str, int]


@dataclass(frozen=True)
class Load:
    """Requests at a fixed rate until `stop`, or two hours."""

    process: subprocess.Popen[bytes]
    folder: Path

    @classmethod
    def start(cls, url: str, host: str, folder: Path, rate: float = 200, paths: str = "/") -> "Load":
        """Half of the requests on new connections, one in five a POST, one in ten lasting 1 to 3 s.

        `folder` is where its files go, one load in each; `paths` are asked in turn, separated by commas.
        """
        client = [str(program()), "-url", url, "-host", host, "-rate", str(rate), "-paths", paths, "-duration", "2h"]
        recording = ["-interval", "100ms", "-events", str(folder / "events")]
        with (folder / "lines").open("wb") as lines:
            return cls(subprocess.Popen([*client, *recording], stdout=lines), folder)

    def requests_since(self, started_s: float = 0) -> list[Request]:
        """Return those that began at `started_s` or later and have ended, by the time of their end."""
        events = self.folder / "events"
        # The last line may be written in part.
        whole = events.read_text().rpartition("\n")[0].splitlines() if events.exists() else []
        requests = (_request(line) for line in whole)
        return [request for request in requests if request.started_s >= started_s]

    def wait_for_requests(self, number: int) -> None:
        """Go on for so many more requests, counted by their start."""
        now = time.time()
        until(f"{number} more requests", lambda: len(self.requests_since(now)) >= number)

    def wait_for_version(self, version: str) -> None:
        """Go on until this version has answered a request that starts from now on."""
        now = time.time()
        until(f"an answer of {version}", lambda: any(r.version == version for r in self.requests_since(now)))

    def stop(self) -> Summary:
        """Begin no more requests, wait for those under way, and tell the fate of all."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=LONGEST_REQUEST_S + 5)
        assert code == 0, f"the load client ended with {code}"
        told: dict[str, Any] = json.loads((self.folder / "lines").read_text().splitlines()[-1])
        assert told["summary"], "the last line is the summary"
        return Summary(told["requests"], told["lost"], told["bad"], told["versions"], told.get("why", {}))


def _request(line: str) -> Request:
    started_s, ended_s, status, version, fate = line.split()
    return Request(float(started_s), float(ended_s), int(status), None if fate == "lost" else version)
