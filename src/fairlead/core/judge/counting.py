"""From cumulative counters to what happened in between.

A counter that restarts, a pod that vanishes and a scrape that fails are told apart from "nothing happened": what a pod
counted stays counted, a new process counts from zero, and an increment is never negative. A lost checkpoint only makes
the next interval longer.
"""

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.release import ArmEvidence, PodCounts
from fairlead.core.judge.reading import Counters, PodReading


class Increment(Struct, frozen=True):
    """What one revision did in one interval."""

    requests: int = 0
    errors: int = 0
    slow: int = 0
    by_pod: tuple[tuple[int, int], ...] = ()
    """Requests and errors of each pod."""


def count(arm: ArmEvidence, readings: tuple[PodReading, ...], slow_bound_ms: int) -> tuple[ArmEvidence, Increment]:
    """Add a reading to what a revision has shown; return it with what happened since the reading before."""
    marks = {m.uid: m for m in arm.pods}
    pods: list[PodCounts] = []
    increments: list[tuple[int, int, int]] = []
    for reading in sorted(readings, key=lambda r: r.pod):
        mark, increment = _one(marks.get(reading.uid), reading, slow_bound_ms)
        pods.append(mark)
        increments.append(increment)
    requests, errors, slow = (sum(column) for column in zip(*increments, strict=True)) if increments else (0, 0, 0)
    total = replace(
        arm,
        requests=arm.requests + requests,
        errors=arm.errors + errors,
        slow=arm.slow + slow,
        pods=tuple(pods),
    )
    return total, Increment(requests, errors, slow, tuple((r, e) for r, e, _ in increments))


def _one(mark: PodCounts | None, reading: PodReading, slow_bound_ms: int) -> tuple[PodCounts, tuple[int, int, int]]:
    if reading.counters is None:
        mark = mark or PodCounts(pod=reading.pod, uid=reading.uid, restarts=reading.restarts)
        return replace(mark, refused_scrapes=mark.refused_scrapes + 1, ready=mark.ready or reading.ready), (0, 0, 0)
    slow = slow_requests(reading.counters, slow_bound_ms)
    new = PodCounts(
        pod=reading.pod,
        uid=reading.uid,
        restarts=reading.restarts,
        ready=reading.ready or (mark is not None and mark.ready),
        requests=reading.counters.requests,
        errors=reading.counters.errors,
        slow=slow,
    )
    if mark is None or (mark.requests == 0 and mark.refused_scrapes and not mark.ready):
        return new, (0, 0, 0)
    if reading.restarts > mark.restarts or new.requests < mark.requests:
        return new, (new.requests, new.errors, new.slow)
    return new, (
        new.requests - mark.requests,
        max(0, new.errors - mark.errors),
        max(0, new.slow - mark.slow),
    )


def slow_requests(counters: Counters, slow_bound_ms: int) -> int:
    """Return how many requests took longer than the bound; 0 where none is agreed or the pod does not tell."""
    fast = counters.buckets.get(slow_bound_ms / 1000)
    if not slow_bound_ms or fast is None:
        return 0
    return max(0, max(counters.buckets.values()) - fast)
