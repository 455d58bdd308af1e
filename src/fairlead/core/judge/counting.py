"""From cumulative counters to what happened in between.

A counter that restarts, a pod that vanishes and a scrape that fails are told apart from "nothing happened": what a pod
counted stays counted, a new process counts from zero, and an increment is never negative. A lost checkpoint only makes
the next interval longer.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.release import ArmEvidence, PodCounts
from fairlead.core.judge.reading import Counters, PodReading

#: Marks of pods that are gone are kept up to this number: a pod may only have been out of sight.
MOST_MARKS = 64

Birth = Literal["counts", "is marked"]
"""What a pod that was never read before had counted: it counts where every pod was born in the release, as the
candidate's are. Of stable's pods the past is unknown, so that the first reading is only a mark."""


class PodIncrement(Struct, frozen=True):
    """What one pod did in one interval."""

    uid: str = ""
    requests: int = 0
    errors: int = 0
    timed: int = 0
    """Requests whose duration is known; 0 before a bound of slowness was agreed."""
    slow: int = 0


class Increment(Struct, frozen=True):
    """What one revision did in one interval."""

    requests: int = 0
    errors: int = 0
    timed: int = 0
    slow: int = 0
    by_pod: tuple[PodIncrement, ...] = ()


def count(
    arm: ArmEvidence, readings: tuple[PodReading, ...], slow_bound_ms: int, birth: Birth
) -> tuple[ArmEvidence, Increment]:
    """Mark what was read, and return what happened since the reading before. Adding it up is left to the caller."""
    marks = {m.uid: m for m in arm.pods}
    increments = []
    for reading in sorted(readings, key=lambda r: r.uid):
        before = marks.pop(reading.uid, None)
        mark, increment = _one(before, reading, slow_bound_ms, birth)
        marks[reading.uid] = mark
        if increment is not None:
            increments.append(increment)
    pods = tuple(marks.values())[-max(MOST_MARKS, len(readings)) :]
    return replace(arm, pods=pods), Increment(
        sum(i.requests for i in increments),
        sum(i.errors for i in increments),
        sum(i.timed for i in increments),
        sum(i.slow for i in increments),
        tuple(increments),
    )


def _one(
    before: PodCounts | None, reading: PodReading, slow_bound_ms: int, birth: Birth
) -> tuple[PodCounts, PodIncrement | None]:
    mark = before or PodCounts(pod=reading.pod, uid=reading.uid, restarts=reading.restarts)
    ready = mark.ready or reading.ready
    if reading.counters is None:
        return replace(mark, ready=ready, refused_scrapes=mark.refused_scrapes + 1), None
    timed, slow = timed_and_slow(reading.counters, slow_bound_ms)
    now = PodIncrement(reading.uid, reading.counters.requests, reading.counters.errors, timed, slow)
    fell = mark.read and now.requests < mark.requests
    # The kubelet reports a restart later than the counters show it: what was counted anew is not counted twice.
    restarted = mark.read and reading.restarts > mark.restarts and not mark.reset
    new = PodCounts(
        pod=reading.pod,
        uid=reading.uid,
        restarts=reading.restarts,
        ready=ready,
        read=True,
        reset=(mark.reset or fell) and reading.restarts <= mark.restarts,
        requests=now.requests,
        errors=now.errors,
        timed=timed,
        slow=slow,
    )
    if not mark.read:
        return new, now if birth == "counts" else None
    return new, now if fell or restarted else _difference(mark, now)


def _difference(mark: PodCounts, now: PodIncrement) -> PodIncrement:
    requests = now.requests - mark.requests
    timed = max(0, now.timed - mark.timed)
    return PodIncrement(
        now.uid,
        requests,
        min(requests, max(0, now.errors - mark.errors)),
        timed,
        min(timed, max(0, now.slow - mark.slow)),
    )


def timed_and_slow(counters: Counters, slow_bound_ms: int) -> tuple[int, int]:
    """Return the requests whose duration is known, and those of them that took longer than the bound.

    A pod that has no bucket of just this bound is asked for the next higher one: that is in its favour.
    """
    bounds = [b for b in counters.buckets if b >= slow_bound_ms / 1000]
    if not slow_bound_ms or not bounds:
        return 0, 0
    timed = max(counters.buckets.values())
    return timed, max(0, timed - counters.buckets[min(bounds)])
