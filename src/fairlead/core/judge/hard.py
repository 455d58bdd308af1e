"""Triggers beside the test: a dead pod counts no requests.

A candidate pod that was up and is no longer ready under traffic, that restarted, or that refuses to be scraped again
and again, has failed, whatever the counters say.
"""

from fairlead.api.release import Evidence
from fairlead.core.judge.reading import PodReading, Reading
from fairlead.core.judge.verdict import Verdict

#: Scrapes in a row that may fail before it counts against the pod: one may fail by chance, and a slow answer may be a
#: busy node. Other failures speak about the metrics, not about the pod.
PATIENCE = {"Refused": 2, "Timeout": 4}


def hard_trigger(before: Evidence, after: Evidence, reading: Reading, *, weight_percent: int) -> Verdict | None:
    """Return the verdict against a candidate whose pods fail, or None. Only pods that were up before can fail."""
    marks = {m.uid: m for m in before.candidate.pods}
    refused = {m.uid: m.refused_scrapes for m in after.candidate.pods}
    stable_is_read = any(r.counters is not None for r in reading.stable)
    for pod in sorted(reading.candidate, key=lambda r: r.pod):
        mark = marks.get(pod.uid)
        if mark is None or not mark.ready:
            continue
        name = f"{after.workload}: pod {pod.pod}"
        if pod.restarts > mark.restarts:
            return _failed("PodRestarted", f"{name} crashed and was started again ({pod.restarts} restarts)")
        if weight_percent == 0:
            continue
        if not pod.ready:
            return _failed("ReadinessLost", f"{name} was ready and is not any more")
        if _is_deaf(pod, refused[pod.uid]) and mark.requests > 0 and stable_is_read:
            return _failed("ScrapeRefused", f"{name} does not give its metrics any more: {pod.failure}")
    return None


def _is_deaf(pod: PodReading, refused_scrapes: int) -> bool:
    return pod.failure_kind in PATIENCE and refused_scrapes >= PATIENCE[pod.failure_kind]


def _failed(reason: str, message: str) -> Verdict:
    return Verdict(verdict="Failed", reason=reason, message=message)
