"""Triggers beside the test: a dead pod counts no requests.

A candidate pod that was up and is no longer ready, that restarted, or that refuses to be scraped again and again, has
failed, whatever the counters say.
"""

from fairlead.api.release import Evidence
from fairlead.core.judge.reading import PodReading, Reading
from fairlead.core.judge.verdict import Verdict

#: One scrape may fail by chance.
REFUSED_SCRAPES = 3


def hard_trigger(before: Evidence, after: Evidence, reading: Reading) -> Verdict | None:
    """Return the verdict against a candidate whose pods fail, or None. Only pods that were up before can fail."""
    marks = {m.uid: m for m in before.candidate.pods}
    refused = {m.uid: m.refused_scrapes for m in after.candidate.pods}
    stable_is_read = any(r.counters is not None for r in reading.stable)
    for pod in reading.candidate:
        mark = marks.get(pod.uid)
        if mark is None or not mark.ready:
            continue
        if pod.restarts > mark.restarts:
            return _failed("PodRestarted", f"pod {pod.pod} crashed and was started again ({pod.restarts} restarts)")
        if not pod.ready:
            return _failed("ReadinessLost", f"pod {pod.pod} was ready and is not any more")
        if refused[pod.uid] >= REFUSED_SCRAPES and mark.requests > 0 and stable_is_read:
            return _failed("ScrapeRefused", f"pod {pod.pod} does not give its metrics any more: {_failure(pod)}")
    return None


def _failure(pod: PodReading) -> str:
    return pod.failure or "no answer"


def _failed(reason: str, message: str) -> Verdict:
    return Verdict(verdict="Failed", reason=reason, message=message)
