"""Both revisions of a Release side by side: how many pods, how many requests, how many of them failed.

Rates are not in the cluster: they are the difference of two readings of the Release, a few seconds apart.
"""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from fairlead.api.release import ArmEvidence, Release
from fairlead.api.revision import Revision

#: Readings closer together than this tell no rate: Fairlead stores its evidence every few seconds.
SHORTEST_S = 1.0
#: A rate is taken over at most this time.
LONGEST_S = 15.0


class Size(Struct, frozen=True):
    """How many pods of a workload, or of several, are ready, of how many that are wanted."""

    ready: int
    wanted: int


class Side(Struct, frozen=True, kw_only=True):
    """One revision of a Release. None is what is not known."""

    pods: Size | None = None
    requests_per_s: float | None = None
    error_ratio: float | None = None
    slow_ratio: float | None = None


class Sides(Struct, frozen=True, kw_only=True):
    """Stable beside candidate."""

    stable: Side = Side()
    candidate: Side = Side()


class Reading(Struct, frozen=True, kw_only=True):
    """The evidence of a Release at one moment, in seconds of any clock that does not jump."""

    at_s: float
    release: Release


def sides(readings: Collection[Reading], stable: Size | None = None, candidate: Size | None = None) -> Sides:
    """Return both revisions, rates being taken over the readings of one Release, oldest first."""
    first, last = _span(readings)
    if first is None or last is None:
        return Sides(stable=Side(pods=stable), candidate=Side(pods=candidate))
    seconds = last.at_s - first.at_s
    was, now = first.release.status.evidence, last.release.status.evidence
    return Sides(
        stable=_side(stable, [e.stable for e in was], [e.stable for e in now], seconds),
        candidate=_side(candidate, [e.candidate for e in was], [e.candidate for e in now], seconds),
    )


def size(revision: Revision, other: Revision | None, deployments: Mapping[str, Size]) -> Size:
    """Return the pods of the workloads that `revision` has and `other` has not."""
    shared = _deployments(other) if other else set()
    sizes = [deployments.get(name, Size(0, 0)) for name in sorted(_deployments(revision) - shared)]
    return Size(sum(s.ready for s in sizes), sum(s.wanted for s in sizes))


def _deployments(revision: Revision) -> set[str]:
    return {item.name for item in revision.spec.inventory if item.kind == "Deployment"}


def _span(readings: Collection[Reading]) -> tuple[Reading | None, Reading | None]:
    if not readings:
        return None, None
    *_, last = readings
    first = next((r for r in readings if last.at_s - r.at_s <= LONGEST_S), last)
    return (first, last) if last.at_s - first.at_s >= SHORTEST_S else (None, None)


def _side(pods: Size | None, was: Iterable[ArmEvidence], now: Iterable[ArmEvidence], seconds: float) -> Side:
    before, after = _total(was), _total(now)
    requests = after.requests - before.requests
    if requests < 0:
        return Side(pods=pods)
    return Side(
        pods=pods,
        requests_per_s=requests / seconds,
        error_ratio=(after.errors - before.errors) / requests if requests else None,
        slow_ratio=(after.slow - before.slow) / requests if requests else None,
    )


def _total(workloads: Iterable[ArmEvidence]) -> ArmEvidence:
    arms = tuple(workloads)
    return ArmEvidence(
        requests=sum(a.requests for a in arms), errors=sum(a.errors for a in arms), slow=sum(a.slow for a in arms)
    )
