"""What the readings of this moment add to what is known about the candidate, workload by workload."""

from msgspec.structs import replace

from fairlead.api.release import Block, Evidence
from fairlead.core.judge.judge import judged
from fairlead.core.release.situation import Situation
from fairlead.core.release.stages import JUDGED


def weighed(s: Situation) -> tuple[Evidence, ...]:
    """Return the evidence with the readings of this moment."""
    if s.status.stage not in JUDGED:
        return s.status.evidence
    known = {e.workload: e for e in s.status.evidence}
    workloads = max(1, len(s.pair.candidate_workloads))
    for name, reading in sorted(s.readings.items()):
        known[name] = judged(
            known.get(name, Evidence(workload=name)),
            reading,
            s.release.spec.plan.judge,
            weight_percent=s.status.weight_percent,
            workloads=workloads,
        )
    return tuple(known[name] for name in sorted(known))


def summed_up(e: Evidence) -> Evidence:
    """Return the evidence for the record: counts and tests, without the marks that only a next reading needs."""
    return replace(e, stable=replace(e.stable, pods=()), candidate=replace(e.candidate, pods=()), block=Block())
