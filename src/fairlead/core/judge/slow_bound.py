"""What is slow: agreed once, from stable's own histogram, and kept."""

from collections.abc import Iterator

from fairlead.core.judge.reading import Counters, Reading

#: A request is slow where at most one in twenty of stable's is as slow.
QUANTILE = 0.95
FEWEST_TIMED_REQUESTS = 200


def slow_bound_ms(reading: Reading) -> int:
    """Return the smallest bound under which at least 95 % of stable's requests lie; 0 while it cannot be agreed.

    Every pod must have been read, so that each has a mark by this bound. Bounds below a millisecond are left out.
    """
    if any(r.counters is None for r in (*reading.stable, *reading.candidate)):
        return 0
    totals: dict[float, int] = {}
    for counters in _stable(reading):
        for bound_s, requests in counters.buckets.items():
            totals[bound_s] = totals.get(bound_s, 0) + requests
    whole = max(totals.values(), default=0)
    if whole < FEWEST_TIMED_REQUESTS:
        return 0
    return next(
        (
            int(1000 * bound_s + 1e-6)
            for bound_s, requests in sorted(totals.items())
            if 0.001 <= bound_s < float("inf") and requests >= QUANTILE * whole
        ),
        0,
    )


def _stable(reading: Reading) -> Iterator[Counters]:
    return (r.counters for r in reading.stable if r.counters is not None)
