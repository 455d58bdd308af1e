"""Who can take traffic: Services with ready endpoints, and copies with ready pods.

Lookups only: what follows for routes and Services is decided where they are written.
"""

from fairlead.core.release.situation import Situation
from fairlead.core.revision.stored import StoredRevision
from fairlead.core.traffic.http_route import WHOLE


def ready_pods(s: Situation, copy: str) -> frozenset[str]:
    """The names of the pods of a copy that are ready and stay."""
    return frozenset(p.name for p in s.pods.get(copy, ()) if p.ready and not p.terminating)


def has_ready_pods(s: Situation, copy: str) -> bool:
    """Whether a copy has a pod that is ready and stays."""
    return bool(ready_pods(s, copy))


def deaf_services(s: Situation) -> frozenset[str]:
    """The split Services whose stable pods are all gone."""
    return frozenset(x.service for x in s.splits if not _has_endpoints(s, x.stable_service))


def without_endpoints(s: Situation, weight_percent: int, base: StoredRevision | None) -> str:
    """Name a Service that is to get traffic and has no ready endpoint; empty when all have.

    Stable keeps the share that it has even without any ready pod: it loses nothing by that.
    """
    stable = [x.stable_service for x in s.splits if weight_percent < WHOLE and has_ready_pods(s, x.stable_copy)]
    candidate = [x.candidate_service for x in s.splits if weight_percent > 0]
    brought = sorted(s.pair.brought_services) if base is s.pair.candidate else []
    return next((name for name in (*stable, *candidate, *brought) if not _has_endpoints(s, name)), "")


def _has_endpoints(s: Situation, name: str) -> bool:
    service = s.services.get(name)
    return service is not None and bool(service.ready_pods)
