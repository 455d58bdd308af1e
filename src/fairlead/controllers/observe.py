"""From Kubernetes objects to what the engine may know of them."""

from collections.abc import Iterable

from msgspec.structs import replace

from fairlead.api.meta import FIELD_MANAGER, LABEL_COPY
from fairlead.controllers import kinds
from fairlead.core.release import observation
from fairlead.core.traffic.http_route import local_rules


def pod(p: kinds.Pod) -> observation.Pod:
    """Observe a pod."""
    ready = any(c.type == "Ready" and c.status == "True" for c in p.status.conditions)
    return observation.Pod(
        name=p.metadata.name,
        uid=p.metadata.uid,
        copy=p.metadata.labels.get(LABEL_COPY, ""),
        ready=ready,
        ip=p.status.pod_ip,
        restarts=sum(c.restart_count for c in p.status.container_statuses),
        trouble="" if ready else _trouble(p),
        terminating=p.metadata.deletion_timestamp is not None,
    )


def _trouble(p: kinds.Pod) -> str:
    for container in p.status.container_statuses:
        waiting = container.state.waiting
        if waiting is not None and waiting.reason not in ("", "ContainerCreating", "PodInitializing"):
            return f"{waiting.reason}: {waiting.message}" if waiting.message else waiting.reason
    for condition in p.status.conditions:
        if condition.type == "PodScheduled" and condition.status == "False":
            return f"{condition.reason}: {condition.message}"
    return ""


def deployment(d: kinds.Deployment) -> observation.Deployment:
    """Observe a Deployment. Ready pods count only once its controller has seen the current generation."""
    current = d.status.observed_generation >= d.metadata.generation
    return observation.Deployment(
        name=d.metadata.name,
        uid=d.metadata.uid,
        resource_version=d.metadata.resource_version,
        replicas=d.spec.replicas,
        ready_replicas=d.status.ready_replicas if current else 0,
    )


def service(s: kinds.Service, slices: Iterable[kinds.EndpointSlice]) -> observation.Service:
    """Observe a Service with the pods that its EndpointSlices publish as ready."""
    published = frozenset(
        e.target_ref.name
        for one in slices
        for e in one.endpoints or ()
        if e.conditions.ready is not False and e.target_ref is not None and e.target_ref.kind == "Pod"
    )
    return observation.Service(
        name=s.metadata.name,
        resource_version=s.metadata.resource_version,
        selector=s.spec.selector,
        ready_pods=published,
    )


def route(r: kinds.HTTPRoute) -> observation.Route:
    """Observe a route: what every parent that it names says of its current generation.

    What a parent said that it does not name any more stays where nobody takes it away, and counts for nothing; nor does
    what was said of a later generation: that was another route of the same name.
    """
    generation, namespace = r.metadata.generation, r.metadata.namespace
    named = {_parent(ref, namespace) for ref in r.spec.parent_refs}
    answered = [
        (parent, {c.type: c for c in status.conditions if c.observed_generation == generation})
        for status in r.status.parents
        if (parent := _parent(status.parent_ref, namespace)) in named
    ]
    accepted = (
        bool(named)
        and {parent for parent, _ in answered} == named
        and all(
            t in conditions and conditions[t].status == "True"
            for _, conditions in answered
            for t in ("Accepted", "ResolvedRefs")
        )
    )
    trouble = (
        f"{c.type} is {c.status}: {c.message}"
        for _, conditions in answered
        for c in conditions.values()
        if c.status == "False"
    )
    return observation.Route(
        name=r.metadata.name,
        uid=r.metadata.uid,
        resource_version=r.metadata.resource_version,
        generation=generation,
        rules=tuple(local_rules(r.spec.rules, r.metadata.namespace)),
        accepted=accepted,
        trouble=next(trouble, ""),
        other_writer=_other_writer(r.metadata.managed_fields),
    )


def _parent(ref: kinds.ParentRef, namespace: str) -> kinds.ParentRef:
    """A parent as it is named by a route and by who answers for it, who may or may not repeat the namespace."""
    return ref if ref.namespace else replace(ref, namespace=namespace)


def _other_writer(writers: Iterable[kinds.ManagedFields]) -> str:
    others = [w for w in writers if w.fields.spec.rules is not None and w.manager != FIELD_MANAGER]
    return max(others, key=lambda w: w.time).manager if others else ""
