"""Add one reading to the evidence about a workload. The same readings give the same evidence, also after a crash."""

from msgspec.structs import replace

from fairlead.api.release import Evidence, TestState
from fairlead.core.judge import dispersion
from fairlead.core.judge.counting import Increment, count
from fairlead.core.judge.e_process import FRESH, bet, tilted, upper_ratio
from fairlead.core.judge.reading import PodReading, Reading

#: A request is slow where fewer than one in twenty of stable's is as slow.
SLOW_QUANTILE = 0.95
FEWEST_TIMED_REQUESTS = 200
#: A candidate may have this much higher odds of a slow request before it counts as worse: it is colder.
LATENCY_MARGIN = 1.5


def fold(evidence: Evidence, reading: Reading) -> Evidence:
    """Return the evidence with one more reading."""
    evidence = _with_slow_bound(evidence, reading)
    stable, by_stable = count(evidence.stable, reading.stable, evidence.slow_bound_ms)
    candidate, by_candidate = count(evidence.candidate, reading.candidate, evidence.slow_bound_ms)
    before = evidence.stable
    evidence = dispersion.observed(evidence, by_stable)
    discount = dispersion.dispersion(evidence)
    states = {t.signal: t.log_evidence_milli for t in evidence.tests}
    errors = _bet(
        states.get("errors", FRESH), by_candidate, by_stable, (by_candidate.errors, by_stable.errors),
        upper_ratio(before.errors, before.requests), 1.0, discount,
    )  # fmt: skip
    latency = _bet(
        states.get("latency", FRESH), by_candidate, by_stable, (by_candidate.slow, by_stable.slow),
        upper_ratio(before.slow, before.requests), LATENCY_MARGIN, discount,
    )  # fmt: skip
    return replace(
        evidence,
        stable=stable,
        candidate=candidate,
        tests=(
            TestState(signal="errors", log_evidence_milli=errors),
            TestState(signal="latency", log_evidence_milli=latency),
        ),
        step_requests=evidence.step_requests + by_candidate.requests,
    )


def _bet(
    state: tuple[int, ...],
    candidate: Increment,
    stable: Increment,
    events: tuple[int, int],
    recorded_ratio: float,
    margin: float,
    discount: float,
) -> tuple[int, ...]:
    """Bet on one signal of one interval: against stable beside it, or against what stable has shown before."""
    hits, others = events
    if candidate.requests <= 0:
        return state
    if stable.requests > 0:
        share = candidate.requests / (candidate.requests + stable.requests)
        return bet(state, hits + others, hits, tilted(share, margin), discount)
    return bet(state, candidate.requests, min(hits, candidate.requests), tilted(recorded_ratio, margin), discount)


def _with_slow_bound(evidence: Evidence, reading: Reading) -> Evidence:
    """Agree on what is slow, once stable has timed enough requests, and mark the counters anew."""
    if evidence.slow_bound_ms:
        return evidence
    bound_s = _slow_bound_s(reading.stable)
    if bound_s is None:
        return evidence
    evidence = replace(evidence, slow_bound_ms=round(bound_s * 1000))
    marked = []
    for arm, readings in ((evidence.stable, reading.stable), (evidence.candidate, reading.candidate)):
        counted, _ = count(arm, readings, evidence.slow_bound_ms)
        slow = {m.uid: m.slow for m in counted.pods}
        marked.append(replace(arm, pods=tuple(replace(m, slow=slow.get(m.uid, 0)) for m in arm.pods)))
    return replace(evidence, stable=marked[0], candidate=marked[1])


def _slow_bound_s(readings: tuple[PodReading, ...]) -> float | None:
    """The smallest bound under which at least 95 % of stable's requests lie."""
    totals: dict[float, int] = {}
    for r in readings:
        for bound_s, n in (r.counters.buckets if r.counters else {}).items():
            totals[bound_s] = totals.get(bound_s, 0) + n
    whole = max(totals.values(), default=0)
    if whole < FEWEST_TIMED_REQUESTS:
        return None
    finite = (b for b, n in sorted(totals.items()) if b != float("inf") and n >= SLOW_QUANTILE * whole)
    return next(finite, None)
