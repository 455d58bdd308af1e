"""Goals about the Services themselves: which copies each of them leads to.

Traffic inside the cluster, NodePorts and load balancers come through a Service and know no weight: it is switched in
one write, and is done when its endpoints are the new pods. Those that lead from one copy to another, and those that
led to several workloads or will: all that differ in their selector.
"""

from fairlead.api.meta import LABEL_COPY
from fairlead.core.release.commands import PatchService
from fairlead.core.release.endpoints import has_ready_pods, ready_pods
from fairlead.core.release.goal import Missing
from fairlead.core.release.situation import Situation
from fairlead.core.revision.selection import selected
from fairlead.core.revision.stored import StoredObject, StoredRevision
from fairlead.core.traffic.service_switch import service_patch


def services_switched(s: Situation) -> Missing | None:
    """The Services themselves lead to the candidate's pods, all of them published, and to no others."""
    commands = service_patches(s, s.pair.candidate)
    deaf = {o.name for o in _moved(s, s.pair.candidate) if not _ready_behind(s, o)} & {c.service for c in commands}
    if deaf:
        return Missing(
            reason="NoReadyEndpoints",
            message=f"Service {min(deaf)} is not switched: none of the pods that it would lead to is ready",
        )
    if commands:
        names = ", ".join(c.service for c in commands)
        return Missing(reason="SwitchingServices", message=f"Service {names} is switched", commands=commands)
    for o in _moved(s, s.pair.candidate):
        if not _is_published(s, o):
            return Missing(
                reason="WaitingForEndpoints",
                message=f"Service {o.name} does not publish exactly the new pods yet",
            )
    return None


def service_patches(s: Situation, revision: StoredRevision | None) -> tuple[PatchService, ...]:
    """Return the writes after which every Service that a Release moves leads where it does in `revision`."""
    patches = []
    for o in _moved(s, revision):
        live, spec = s.services.get(o.name), o.manifest["spec"]
        if live is not None and live.selector != spec["selector"]:
            operations = service_patch(live.resource_version, spec)
            patches.append(PatchService(service=o.name, operations=tuple(operations)))
    return tuple(patches)


def turned_to_nobody(s: Situation) -> frozenset[str]:
    """The Services that are not split, and would lead to no ready pod if they led where they do in stable."""
    revisions = (s.pair.candidate, *((s.pair.stable,) if s.pair.stable else ()))
    return frozenset(
        o.name
        for o in _moved(s, s.pair.stable)
        if o.name in s.pair.turned
        and not any(has_ready_pods(s, copy) for revision in revisions for copy in _copies(o, revision))
    )


def _moved(s: Situation, revision: StoredRevision | None) -> tuple[StoredObject, ...]:
    names = {x.service for x in s.splits}.union(s.pair.turned)
    objects = revision.objects if revision else ()
    return tuple(o for o in objects if o.kind == "Service" and o.name in names)


def _copies(service: StoredObject, revision: StoredRevision) -> tuple[str, ...]:
    """The copies of a revision that a Service leads to."""
    deployments = selected(service.manifest, [o.manifest for o in revision.objects])
    return tuple(d["spec"]["template"]["metadata"]["labels"][LABEL_COPY] for d in deployments)


def _ready_behind(s: Situation, service: StoredObject) -> frozenset[str]:
    """The ready pods of the candidate that a Service leads to."""
    return frozenset().union(*(ready_pods(s, copy) for copy in _copies(service, s.pair.candidate)))


def _is_published(s: Situation, service: StoredObject) -> bool:
    """Whether the candidate's pods are the endpoints: alone, unless the Service leads to whatever has its labels."""
    live = s.services.get(service.name)
    published = live.ready_pods if live else frozenset()
    expected = _ready_behind(s, service)
    is_of_one_copy = LABEL_COPY in service.manifest["spec"]["selector"]
    return bool(expected) and (published == expected if is_of_one_copy else published >= expected)
