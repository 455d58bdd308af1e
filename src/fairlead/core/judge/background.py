"""Requests that are no traffic: probes, scrapes and our own.

Where the application tells paths apart they are left out by path. What remains of them is measured on the candidate
while it has no traffic, and taken off both revisions, pod by pod and second by second.
"""

from msgspec.structs import replace

from fairlead.api.release import ArmEvidence, Evidence
from fairlead.core.judge.counting import Increment


def measured(evidence: Evidence, candidate: Increment, since_ms: int) -> Evidence:
    """Add an interval in which the candidate was meant to have no traffic."""
    if since_ms <= 0:
        return evidence
    return replace(
        evidence,
        background_requests=evidence.background_requests + candidate.requests,
        background_pod_ms=evidence.background_pod_ms + since_ms * len(candidate.by_pod),
    )


def taken_off(
    evidence: Evidence, arm: ArmEvidence, increment: Increment, since_ms: int, own_requests: int
) -> tuple[ArmEvidence, Increment]:
    """Take off what is no traffic; what cannot be taken off yet is owed. An error or a slow request is never taken."""
    owed_milli = arm.background_owed_milli + 1000 * own_requests
    if evidence.background_pod_ms > 0:
        pod_ms = since_ms * len(increment.by_pod)
        owed_milli += 1000 * evidence.background_requests * pod_ms // evidence.background_pod_ms
    spare = increment.requests - max(increment.errors, min(increment.slow, increment.requests))
    taken = min(owed_milli // 1000, spare)
    fewer_timed = max(increment.slow, increment.timed - taken)
    return (
        replace(arm, background_owed_milli=owed_milli - 1000 * taken),
        Increment(
            increment.requests - taken,
            increment.errors,
            min(increment.timed, fewer_timed),
            increment.slow,
            increment.by_pod,
        ),
    )
