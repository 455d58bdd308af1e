"""What the evidence says."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from fairlead.api.release import Evidence


class Verdict(Struct, frozen=True, kw_only=True):
    """Passed, failed, inconclusive or error, and why. No data is never passed."""

    verdict: Literal["Passed", "Failed", "Inconclusive", "Error"]
    reason: str
    message: str


#: What decides about the whole when workloads differ: the worst of them.
_SEVERITY = {"Failed": 0, "Error": 1, "Inconclusive": 2, "Passed": 3}


def verdict(evidence: Iterable[Evidence], judged: frozenset[str]) -> Verdict:
    """Return the verdict on a candidate of several workloads.

    One that failed fails the whole. The whole passes when every workload in `judged` does.
    """
    found = {e.workload: e for e in evidence}
    counting = [e for e in found.values() if e.verdict == "Failed" or e.workload in judged]
    missing = sorted(judged - found.keys())
    if missing:
        return Verdict(
            verdict="Inconclusive", reason="NoData", message=f"{missing[0]}: nothing was read from its pods yet"
        )
    if not counting:
        return Verdict(
            verdict="Inconclusive", reason="NotJudged", message="no routed workload differs: nothing to compare"
        )
    worst = min(counting, key=lambda e: (_SEVERITY[e.verdict], e.workload))
    return Verdict(verdict=worst.verdict, reason=worst.reason, message=worst.message)
