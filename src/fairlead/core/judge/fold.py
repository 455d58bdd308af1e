"""Add one reading to the evidence about a workload. The same readings give the same evidence, also after a crash."""

from msgspec.structs import replace

from fairlead.api.release import ArmEvidence, Counted, Evidence, TestState
from fairlead.core.judge import background, block
from fairlead.core.judge.compare import Seen, compared
from fairlead.core.judge.counting import Increment, count
from fairlead.core.judge.reading import Reading
from fairlead.core.judge.slow_bound import slow_bound_ms

#: A candidate may have this much higher odds of a slow request before it counts as worse: it is colder.
LATENCY_MARGIN = 1.5


def fold(evidence: Evidence, reading: Reading, *, weight_percent: int, miss_chance: float) -> Evidence:
    """Return the evidence with one more reading.

    `miss_chance` is the chance that the bound of stable's recorded ratio is allowed to be wrong.
    """
    bound_ms = evidence.slow_bound_ms or slow_bound_ms(reading)
    is_agreed = evidence.slow_bound_ms > 0
    stable, by_stable = count(evidence.stable, reading.stable, bound_ms, "is marked")
    candidate, by_candidate = count(evidence.candidate, reading.candidate, bound_ms, "counts")
    evidence = replace(evidence, slow_bound_ms=bound_ms)
    if weight_percent == 0:
        evidence = background.measured(evidence, by_candidate, reading.since_ms)
        by_candidate = Increment()
    if not is_agreed:
        # The marks have the slow requests from now on; what was before is not known by this bound.
        by_stable, by_candidate = _untimed(by_stable), _untimed(by_candidate)
    stable, by_stable = background.taken_off(evidence, stable, by_stable, reading.since_ms, reading.own_on_stable)
    candidate, by_candidate = background.taken_off(
        evidence, candidate, by_candidate, reading.since_ms, reading.own_on_candidate
    )
    evidence = replace(
        evidence,
        stable=_added(stable, by_stable),
        candidate=_added(candidate, by_candidate),
        step_requests=evidence.step_requests + (by_candidate.requests if _is_traffic(evidence, reading) else 0),
        quiet_ms=0 if by_candidate.requests else evidence.quiet_ms + reading.since_ms,
        tests=evidence.tests or (TestState(signal="errors"), TestState(signal="latency")),
    )
    evidence = block.added(block.opened(evidence, weight_percent), by_candidate, by_stable)
    return replace(evidence, tests=tuple(_compared(test, evidence, miss_chance) for test in evidence.tests))


def _is_traffic(evidence: Evidence, reading: Reading) -> bool:
    """Whether the requests of this interval can let a step pass: not where the background in it is not known."""
    return reading.since_ms > 0 or evidence.background_requests == 0


def _compared(test: TestState, evidence: Evidence, miss_chance: float) -> TestState:
    of = _errors if test.signal == "errors" else _slow
    return compared(
        test,
        [(of(part.candidate), of(part.stable)) for part in evidence.block.parts],
        of(evidence.stable),
        weight_percent=evidence.block.weight_percent,
        odds_margin=1.0 if test.signal == "errors" else LATENCY_MARGIN,
        miss_chance=miss_chance,
    )


def _errors(of: Counted | ArmEvidence) -> Seen:
    return Seen(of.requests, of.errors)


def _slow(of: Counted | ArmEvidence) -> Seen:
    return Seen(of.timed, of.slow)


def _added(arm: ArmEvidence, more: Increment) -> ArmEvidence:
    return replace(
        arm,
        requests=arm.requests + more.requests,
        errors=arm.errors + more.errors,
        timed=arm.timed + more.timed,
        slow=arm.slow + more.slow,
    )


def _untimed(i: Increment) -> Increment:
    return replace(i, timed=0, slow=0, by_pod=tuple(replace(p, timed=0, slow=0) for p in i.by_pod))
