"""The verdict on one workload: a reading and the evidence before it in, the evidence with its verdict out."""

import math

from msgspec.structs import replace

from fairlead.api.component import Judge
from fairlead.api.release import Evidence
from fairlead.core.judge import dispersion
from fairlead.core.judge.e_process import log_evidence
from fairlead.core.judge.fold import fold
from fairlead.core.judge.forecast import needed_requests
from fairlead.core.judge.hard import hard_trigger
from fairlead.core.judge.reading import Reading
from fairlead.core.judge.verdict import Verdict

#: Signals that share the chance of a false alarm: errors and latency.
SIGNALS = 2


def judged(evidence: Evidence, reading: Reading, judge: Judge, *, weight_percent: int, workloads: int) -> Evidence:
    """Return the evidence with one more reading and the verdict that follows.

    `workloads` share the chance of a false alarm. A verdict of Failed stays: nothing that comes later takes it back.
    """
    after = fold(evidence, reading)
    needed = needed_requests(
        weight_percent, judge.detectable_percent, alpha(judge, workloads), dispersion.dispersion(after)
    )
    after = replace(after, step_needs=needed)
    if evidence.verdict == "Failed":
        return replace(after, verdict="Failed", reason=evidence.reason, message=evidence.message)
    verdict = hard_trigger(evidence, after, reading) or _verdict(after, reading, judge, weight_percent, workloads)
    return replace(after, verdict=verdict.verdict, reason=verdict.reason, message=verdict.message)


def alpha(judge: Judge, workloads: int) -> float:
    """Return the chance of a false alarm that one test of one workload has."""
    return judge.false_alarm_percent / 100 / SIGNALS / max(1, workloads)


def _verdict(e: Evidence, reading: Reading, judge: Judge, weight_percent: int, workloads: int) -> Verdict:
    threshold = -math.log(alpha(judge, workloads))
    for test in e.tests:
        if log_evidence(test.log_evidence_milli) >= threshold:
            return Verdict(verdict="Failed", reason="CheckFailed", message=_accusation(e, test.signal, judge))
    if not any(r.counters is not None for r in (*reading.stable, *reading.candidate)):
        failure = next((r.failure for r in (*reading.candidate, *reading.stable) if r.failure), "it has no pods")
        return Verdict(
            verdict="Error", reason="CannotScrape", message=f"{e.workload}: no pod can be scraped: {failure}"
        )
    if weight_percent == 0:
        return Verdict(verdict="Inconclusive", reason="NoTraffic", message=f"{e.workload}: no traffic yet, as planned")
    if e.step_requests == 0:
        message = f"{e.workload}: the candidate got no requests in this step: no traffic, no verdict. It waits"
        return Verdict(verdict="Inconclusive", reason="NoTraffic", message=message)
    if e.step_requests < e.step_needs:
        message = (
            f"{e.workload}: {e.step_requests} of the {e.step_needs} requests that this step needs; no difference so far"
        )
        return Verdict(verdict="Inconclusive", reason="NotEnoughRequests", message=message)
    message = f"{e.workload}: no worse than stable after {e.step_requests} requests in this step ({_ratios(e)})"
    return Verdict(verdict="Passed", reason="NoDifference", message=message)


def _accusation(e: Evidence, signal: str, judge: Judge) -> str:
    how = "estimated between its pods" if dispersion.is_estimated(e) else "assumed, too few pods or errors to estimate"
    told = _ratios(e) if signal == "errors" else _slow_ratios(e)
    return (
        f"{e.workload}: {told}; chance of a false alarm at most {judge.false_alarm_percent} % for the whole release,"
        f" burstiness {dispersion.dispersion(e):.1f} ({how})"
    )


def _ratios(e: Evidence) -> str:
    c, s = e.candidate, e.stable
    return f"{c.errors} of {c.requests} requests failed on the candidate, {s.errors} of {s.requests} on stable"


def _slow_ratios(e: Evidence) -> str:
    c, s = e.candidate, e.stable
    return (
        f"{c.slow} of {c.requests} requests took longer than {e.slow_bound_ms} ms on the candidate,"
        f" {s.slow} of {s.requests} on stable"
    )
