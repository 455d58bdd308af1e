"""Which of the live routes a Release is about: those that lead to what differs, and those that the manifests bring.

Lookups only: what a route is meant to look like is decided in routes.py.
"""

from fairlead.core.release.observation import Route
from fairlead.core.release.situation import Situation
from fairlead.core.revision.stored import StoredObject, StoredRevision
from fairlead.core.traffic.http_route import backend_names


def stored_route(revision: StoredRevision | None, name: str) -> StoredObject | None:
    """Return a route as a revision has it, or None: then others write it."""
    objects = revision.objects if revision else ()
    return next((o for o in objects if o.kind == "HTTPRoute" and o.name == name), None)


def moved_routes(s: Situation) -> tuple[Route, ...]:
    """The live routes whose traffic this Release moves: to a Service that is split, or that only the candidate has."""
    ours = {n for x in s.splits for n in (x.service, x.stable_service, x.candidate_service)}
    ours |= s.pair.brought_services.keys()
    return tuple(r for _, r in sorted(s.routes.items()) if ours & backend_names(r.rules))


def written_routes(s: Situation) -> tuple[Route, ...]:
    """Those, and all among the manifests: their rules are the revision's."""
    moved = {r.name for r in moved_routes(s)}
    revisions = (s.pair.candidate, s.pair.stable)
    return tuple(r for n, r in sorted(s.routes.items()) if n in moved or any(stored_route(x, n) for x in revisions))


def routes_that_stay(s: Situation) -> tuple[Route, ...]:
    """The live routes that lead to a Service that is split, and those that only the candidate has, if they are to stay.

    On the way back they go, and what a gateway says of them must not hold it.
    """
    names = {o.name for o in s.pair.brought if o.kind == "HTTPRoute"}
    others = tuple(r for r in moved_routes(s) if r.name not in names)
    if s.status.stage in ("Returning", "Undoing"):
        return others
    return (*others, *(r for n, r in sorted(s.routes.items()) if n in names))


def leads_to_candidate(s: Situation, route: Route) -> bool:
    """Whether a route names a Service of the candidate alone, be it without traffic."""
    ours = {x.candidate_service for x in s.splits} | s.pair.brought_services.keys()
    return bool(ours & backend_names(route.rules))
