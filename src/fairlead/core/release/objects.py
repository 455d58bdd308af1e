"""Goals about objects: what must have been applied, and what must be gone.

What a Release brings beside the old is applied before the candidate starts; what both revisions share under one name
changes with the traffic; what only stable had goes last. Routes are not here: only routes.py decides what they are.
Neither are rights on the way forward: they come before the pods and go after them (rights.py).
"""

from collections.abc import Callable, Iterable, Mapping

from fairlead.core.release.capacity import needed
from fairlead.core.release.commands import Remove
from fairlead.core.release.goal import Missing
from fairlead.core.release.rights import gives_rights
from fairlead.core.release.situation import Situation
from fairlead.core.revision.services import revision_service
from fairlead.core.revision.stored import StoredObject, StoredRevision


def brought_applied(s: Situation) -> Missing | None:
    """Everything that only the candidate has is there, its workloads at the size of the first step."""
    weight = s.step.weight_percent if s.pair.stable else 100
    replicas = needed(s, weight)
    wanted = (
        o.with_replicas(replicas[o.name]) if o.kind == "Deployment" else o
        for o in s.pair.brought
        if o.kind != "HTTPRoute"
    )
    return _applied(
        s,
        (o for o in wanted if not (o.kind == "Deployment" and o.name in s.deployments) and not _leads_elsewhere(s, o)),
    )


def orphaned_services_taken_over(s: Situation) -> Missing | None:
    """Services that an earlier life of the Component left serving lead to the candidate, now that it is ready."""
    return _applied(s, (o for o in s.pair.brought if _leads_elsewhere(s, o)))


def _leads_elsewhere(s: Situation, o: StoredObject) -> bool:
    live = s.services.get(o.name) if o.kind == "Service" else None
    return live is not None and dict(live.selector) != ((o.manifest.get("spec") or {}).get("selector") or {})


def services_of_the_revisions_there(s: Situation) -> Missing | None:
    """Each Service that leads to different copies has a Service of its own for either."""
    return _there(s, services_of_the_revisions(s))


def stable_there(s: Situation) -> Missing | None:
    """What stable serves with is there: going back needs it, whoever took it away."""
    sizes = s.status.stable_replicas
    return _there(
        s,
        (
            o.with_replicas(sizes[o.source_name]) if o.kind == "Deployment" and o.source_name in sizes else o
            for o in _objects(s.pair.stable)
        ),
    )


def candidate_there(s: Situation) -> Missing | None:
    """What the candidate serves with is there, now that it is all there is."""
    return _there(s, s.pair.candidate.objects)


def changed_applied(s: Situation) -> Missing | None:
    """What both revisions have under one name is as the candidate wants it, but for rights and for traffic."""
    return _applied(s, (o for o in s.pair.changed if not gives_rights(o) and not _is_moved_with_traffic(s, o)))


def changed_undone(s: Situation) -> Missing | None:
    """What both revisions have under one name is as stable has it, but for where it sends requests."""
    names = {o.key for o in s.pair.changed if not _is_moved_with_traffic(s, o)}
    return _applied(s, (o for o in _objects(s.pair.stable) if o.key in names))


def left_removed(s: Situation) -> Missing | None:
    """What only stable had is gone."""
    return _removed(s, s.pair.left)


def brought_removed(s: Situation) -> Missing | None:
    """What only the candidate had is gone."""
    return _removed(s, s.pair.removable_brought)


def services_of_the_revisions_removed(s: Situation) -> Missing | None:
    """The Services that existed for the Release alone are gone."""
    return _removed(s, services_of_the_revisions(s), lambda o: o.name not in s.services)


def services_of_the_revisions(s: Situation) -> tuple[StoredObject, ...]:
    """The Services that exist for the Release alone, stable's and the candidate's of each split."""
    stable = {o.name: o for o in _objects(s.pair.stable) if o.kind == "Service"}
    candidate = {o.name: o for o in s.pair.candidate.objects if o.kind == "Service"}
    component = s.release.spec.component
    return tuple(
        revision_service(base[split.service], copy, component=component)
        for split in s.splits
        for base, copy in ((stable, split.stable_copy), (candidate, split.candidate_copy))
    )


def _is_moved_with_traffic(s: Situation, o: StoredObject) -> bool:
    if o.kind == "Service" and o.key in s.pair.changed_beside_traffic:
        return False
    return o.kind == "HTTPRoute" or (
        o.kind == "Service" and o.name in {x.service for x in s.splits}.union(s.pair.turned)
    )


def _objects(revision: StoredRevision | None) -> tuple[StoredObject, ...]:
    return revision.objects if revision else ()


def _applied(s: Situation, wanted: Iterable[StoredObject]) -> Missing | None:
    missing = tuple(o for o in wanted if o.key not in s.applied)
    if not missing:
        return None
    return Missing(
        reason="Applying",
        message=f"{len(missing)} objects are applied: {_names(missing)}",
        commands=(s.apply(missing),),
    )


def _there(s: Situation, wanted: Iterable[StoredObject]) -> Missing | None:
    """Only what is observed can be missed: Deployments, Services and routes."""
    observed: Mapping[str, Mapping[str, object]] = {
        "Deployment": s.deployments,
        "Service": s.services,
        "HTTPRoute": s.routes,
    }
    missing = tuple(o for o in wanted if o.kind in observed and o.name not in observed[o.kind])
    if not missing:
        return None
    return Missing(
        reason="Applying",
        message=f"{len(missing)} objects that are not there are applied: {_names(missing)}",
        commands=(s.apply(missing),),
        wake_after_s=0.5,
    )


def _removed(
    s: Situation, unwanted: Iterable[StoredObject], is_gone: Callable[[StoredObject], bool] = lambda _: False
) -> Missing | None:
    left = tuple(o for o in unwanted if o.key not in s.removed and not is_gone(o))
    if not left:
        return None
    return Missing(
        reason="Removing",
        message=f"{len(left)} objects that are not needed any more are removed: {_names(left)}",
        commands=(Remove(objects=left),),
        wake_after_s=0.5,
    )


def _names(objects: tuple[StoredObject, ...], most: int = 4) -> str:
    named = ", ".join(f"{o.kind} {o.name}" for o in objects[:most])
    return named if len(objects) <= most else f"{named} and {len(objects) - most} more"
