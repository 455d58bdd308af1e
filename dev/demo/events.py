"""The fate of every request, as the client wrote it down."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

FAILED = 500


class Request(NamedTuple):
    """One request. Times are Unix seconds; `version` is None when no answer of the application came."""

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
        return not self.lost and self.status >= FAILED


class Account(Struct, frozen=True, kw_only=True):
    """What the client saw of one release."""

    requests: int
    lost: int
    bad: int
    bad_seen_at: float | None
    """When the first bad answer had come."""
    traffic_back_at: float | None
    """When the last request began that the candidate answered; None where nothing was bad."""
    after_back: int
    """Requests that began later than that."""

    @property
    def breach_to_back_s(self) -> float | None:
        """From the first bad answer to all traffic back."""
        if self.bad_seen_at is None or self.traffic_back_at is None:
            return None
        return max(0.0, self.traffic_back_at - self.bad_seen_at)


def parse(text: str) -> list[Request]:
    """Read lines of `started ended status version fate`. The last one may be written in part."""
    return [_request(line) for line in text.rpartition("\n")[0].splitlines()]


def account(requests: Iterable[Request], candidate: str) -> Account:
    """Count the requests of one release, which brought the version `candidate`."""
    sent = list(requests)
    bad_seen_at = min((r.ended_s for r in sent if r.bad), default=None)
    last = max((r.started_s for r in sent if r.version == candidate), default=None)
    back_at = last if bad_seen_at is not None else None
    return Account(
        requests=len(sent),
        lost=sum(r.lost for r in sent),
        bad=sum(r.bad for r in sent),
        bad_seen_at=bad_seen_at,
        traffic_back_at=back_at,
        after_back=sum(r.started_s > back_at for r in sent) if back_at is not None else 0,
    )


def _request(line: str) -> Request:
    started_s, ended_s, status, version, fate = line.split()
    return Request(float(started_s), float(ended_s), int(status), None if fate == "lost" else version)
