"""The verdict on one workload: a reading and the evidence before it in, the evidence with its verdict out."""

import math
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.component import Judge
from fairlead.api.release import ArmEvidence, Evidence, TestState
from fairlead.core.judge.dispersion import dispersion, is_estimated
from fairlead.core.judge.e_process import log_evidence
from fairlead.core.judge.fold import fold
from fairlead.core.judge.forecast import NEVER, needed_requests
from fairlead.core.judge.hard import hard_trigger
from fairlead.core.judge.reading import PodReading, Reading
from fairlead.core.judge.verdict import Verdict

#: Signals that share the chance of a false alarm: errors and latency.
SIGNALS = 2
#: What the bound of stable's recorded ratio may spend of a test's chance of a false alarm.
BOUND_SHARE = 0.1
#: Scrapes in a row that must fail on every pod of a revision before it counts as unreadable.
UNREAD_SCRAPES = 2
#: So long without a request is worth a word.
QUIET_MS = 10_000


class Look(Struct, frozen=True, kw_only=True):
    """What a verdict may use."""

    evidence: Evidence
    reading: Reading
    judge: Judge
    weight_percent: int
    alpha: float


def judged(evidence: Evidence, reading: Reading, judge: Judge, *, weight_percent: int, workloads: int) -> Evidence:
    """Return the evidence with one more reading and the verdict that follows.

    `workloads` share the chance of a false alarm. A verdict of Failed stays: nothing that comes later takes it back.
    """
    chance = alpha(judge, workloads)
    miss_chance = chance * BOUND_SHARE / (1 - BOUND_SHARE)
    after = fold(evidence, reading, weight_percent=weight_percent, miss_chance=miss_chance)
    after = replace(after, step_needs=_needs(after, judge, weight_percent, chance))
    if evidence.verdict == "Failed":
        return replace(after, verdict="Failed", reason=evidence.reason, message=evidence.message)
    look = Look(evidence=after, reading=reading, judge=judge, weight_percent=weight_percent, alpha=chance)
    verdict = hard_trigger(evidence, after, reading, weight_percent=weight_percent) or _verdict(look)
    return replace(after, verdict=verdict.verdict, reason=verdict.reason, message=verdict.message)


def alpha(judge: Judge, workloads: int) -> float:
    """Return the chance of a false alarm that one test of one workload has; 1/alpha sends the candidate back."""
    return (1 - BOUND_SHARE) * judge.false_alarm_percent / 100 / SIGNALS / max(1, workloads)


def _needs(e: Evidence, judge: Judge, weight_percent: int, chance: float) -> int:
    if weight_percent == 0:
        return 0
    # Half an error more than were seen: none seen does not mean that there are none.
    stable_ratio = (e.stable.errors + 0.5) / (e.stable.requests + 1) if e.stable.requests else 0.0
    return needed_requests(
        weight_percent, judge.detectable_percent, chance, dispersion(_errors(e)), min(stable_ratio, 0.99)
    )


def _errors(e: Evidence) -> TestState:
    return next(t for t in e.tests if t.signal == "errors")


def _difference(look: Look) -> Verdict | None:
    """One of the tests speaks against the candidate."""
    threshold = -math.log(look.alpha)
    found = next((t for t in look.evidence.tests if log_evidence(t.log_evidence_milli) >= threshold), None)
    if found is None:
        return None
    return Verdict(verdict="Failed", reason="CheckFailed", message=_accusation(look.evidence, found, look.judge))


def _cannot_scrape(look: Look) -> Verdict | None:
    """The counters of a revision cannot be read: then nothing is known, and nothing passes."""
    e, r = look.evidence, look.reading
    # Many applications expose no counter before their first request: at weight 0 that says nothing yet.
    candidate = r.candidate if look.weight_percent > 0 else ()
    for name, arm, pods in (("candidate", e.candidate, candidate), ("stable", e.stable, r.stable)):
        if pods and _is_unread(arm, pods):
            failure = next((p.failure for p in pods if p.failure), "no answer")
            message = f"{e.workload}: no pod of {name} can be scraped: {failure}"
            return Verdict(verdict="Error", reason="CannotScrape", message=message)
    return None


def _is_unread(arm: ArmEvidence, pods: tuple[PodReading, ...]) -> bool:
    refused = {m.uid: m.refused_scrapes for m in arm.pods}
    return all(refused[p.uid] >= UNREAD_SCRAPES for p in pods)


def _no_traffic(look: Look) -> Verdict | None:
    """There are no requests to compare."""
    e = look.evidence
    if look.weight_percent == 0:
        message = f"{e.workload}: no traffic on the candidate yet, as planned"
    elif e.stable.requests == 0 and look.weight_percent < 100:
        message = f"{e.workload}: no requests on stable: nothing to compare with. It waits for traffic"
    elif e.step_requests == 0:
        message = f"{e.workload}: no requests on the candidate{_for(e)}. It waits for traffic"
    elif e.step_requests < e.step_needs and e.quiet_ms >= QUIET_MS:
        message = (
            f"{e.workload}: no requests on the candidate{_for(e)}, after {e.step_requests} of the {e.step_needs} that"
            " this step needs. It waits for traffic"
        )
    else:
        return None
    return Verdict(verdict="Inconclusive", reason="NoTraffic", message=message)


def _for(e: Evidence) -> str:
    return f" for {e.quiet_ms // 1000} s" if e.quiet_ms >= QUIET_MS else " in this step"


def _not_enough(look: Look) -> Verdict | None:
    """A difference that matters might not have been seen yet."""
    e = look.evidence
    if e.step_requests >= e.step_needs:
        return None
    message = (
        f"{e.workload}: {e.step_requests} of the {e.step_needs} requests that this step needs; no difference so far"
    )
    if e.step_needs >= NEVER:
        message = (
            f"{e.workload}: a rise by {look.judge.detectable_percent} points cannot be told from stable's own errors"
            f" ({_ratios(e)}). Raise spec.release.judge.detectablePercent, or promote by hand"
        )
    return Verdict(verdict="Inconclusive", reason="NotEnoughRequests", message=message)


def _passed(look: Look) -> Verdict:
    e = look.evidence
    if e.stable.requests == 0:
        message = f"{e.workload}: ready, and stable had no requests to compare with"
        return Verdict(verdict="Passed", reason="NothingToCompare", message=message)
    message = f"{e.workload}: no worse than stable after {e.step_requests} requests in this step ({_ratios(e)})"
    return Verdict(verdict="Passed", reason="NoDifference", message=message)


# A difference that was seen comes before what cannot be seen, and only what nothing speaks against is passed.
_RULES: tuple[Callable[[Look], Verdict | None], ...] = (_difference, _cannot_scrape, _no_traffic, _not_enough)


def _verdict(look: Look) -> Verdict:
    return next((verdict for rule in _RULES if (verdict := rule(look)) is not None), None) or _passed(look)


def _accusation(e: Evidence, test: TestState, judge: Judge) -> str:
    how = (
        "as seen between stable's pods" if is_estimated(test) else "assumed: stable has too few pods or events to tell"
    )
    told = _ratios(e) if test.signal == "errors" else _slow_ratios(e)
    bursts_percent = round(100 * math.sqrt(dispersion(test)))
    return (
        f"{e.workload}: {told}; the chance of a false alarm is at most {judge.false_alarm_percent} % for the whole"
        f" release, where the ratio varies by {bursts_percent} % from minute to minute ({how})"
    )


def _ratios(e: Evidence) -> str:
    c, s = e.candidate, e.stable
    return f"{c.errors} of {c.requests} requests failed on the candidate, {s.errors} of {s.requests} on stable"


def _slow_ratios(e: Evidence) -> str:
    c, s = e.candidate, e.stable
    return (
        f"{c.slow} of {c.timed} requests took longer than {e.slow_bound_ms} ms on the candidate,"
        f" {s.slow} of {s.timed} on stable"
    )
