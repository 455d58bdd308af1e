"""Users, played by dev/load: they never retry, and know the fate of each of their requests."""

import json
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dev.demo.client import program
from dev.demo.events import Request, parse
from tests.until import until

# A request ends within 30 s, or is lost.
LONGEST_REQUEST_S = 30


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
        requests = parse(events.read_text()) if events.exists() else []
        return [request for request in requests if request.started_s >= started_s]

    def wait_for_requests(self, number: int, within_s: float = 30) -> None:
        """Go on for so many more requests, counted by their start."""
        now = time.time()
        until(f"{number} more requests", lambda: len(self.requests_since(now)) >= number, within_s)

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
