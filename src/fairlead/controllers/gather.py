"""Gathers the Situation of a Release from what is followed, without a request."""

from collections.abc import Mapping

from fairlead.api.component import Component
from fairlead.api.meta import LABEL_COMPONENT
from fairlead.api.release import Reason, Release
from fairlead.controllers import observe
from fairlead.controllers.cluster import Cluster
from fairlead.core.judge.reading import Reading
from fairlead.core.release.observation import Answers, Pod, Route
from fairlead.core.release.pair import Pair
from fairlead.core.release.situation import Key, Situation
from fairlead.runtime.clock import Clock, rfc3339, seconds


def gather(
    cluster: Cluster,
    clock: Clock,
    release: Release,
    pair: Pair,
    *,
    wanted_revision: str,
    applied: frozenset[Key],
    removed: frozenset[Key],
    answers: Answers,
    readings: Mapping[str, Reading],
    obstacle: Reason | None,
) -> Situation:
    """Return the Situation as it is seen now."""
    namespace, component = release.metadata.namespace, release.spec.component
    mine = f"{namespace}/{component}"
    now_s = clock.now_s()
    entered = release.status.passages[-1].started_at if release.status.passages else ""
    services = (
        observe.service(s, cluster.slices.store.by_index("service", f"{namespace}/{s.metadata.name}"))
        for s in cluster.services.store.by_index("component", mine)
    )
    deployments = map(observe.deployment, cluster.deployments.store.by_index("component", mine))
    return Situation(
        release=release,
        pair=pair,
        wanted_revision=wanted_revision,
        now=rfc3339(now_s),
        stage_age_s=_since_s(now_s, entered),
        waited_s=_since_s(now_s, release.status.waiting_since),
        deployments={d.name: d for d in deployments},
        pods=_pods(cluster, namespace, pair),
        services={s.name: s for s in services},
        routes=routes(cluster, namespace, pair, release.spec.traffic.http_routes),
        applied=applied,
        removed=removed,
        answers=answers,
        readings=readings,
        obstacle=obstacle,
    )


def _since_s(now_s: float, then: str) -> float:
    return max(0.0, now_s - seconds(then)) if then else 0.0


def routes(cluster: Cluster, namespace: str, pair: Pair, named: tuple[str, ...]) -> dict[str, Route]:
    """Return the live routes among the manifests of both revisions, and those that the Component names."""
    revisions = (pair.candidate, pair.stable) if pair.stable else (pair.candidate,)
    ours = {o.name for revision in revisions for o in revision.objects if o.kind == "HTTPRoute"}
    found = (cluster.routes.store.get(namespace, name) for name in sorted(ours | set(named)))
    return {r.metadata.name: observe.route(r) for r in found if r is not None}


def missing_route(cluster: Cluster, component: Component) -> str:
    """Return the name of a route that the Component names and nobody made; empty when all are there."""
    namespace = component.metadata.namespace
    names = component.spec.traffic.http_routes
    return next((n for n in names if cluster.routes.store.get(namespace, n) is None), "")


def route_of_another(cluster: Cluster, component: Component) -> tuple[str, str] | None:
    """Return the name of a route that the Component names and another one has among its manifests, and of that one."""
    namespace, name = component.metadata.namespace, component.metadata.name
    for route_name in component.spec.traffic.http_routes:
        route = cluster.routes.store.get(namespace, route_name)
        other = route.metadata.labels.get(LABEL_COMPONENT, name) if route else name
        if other != name:
            return route_name, other
    return None


def _pods(cluster: Cluster, namespace: str, pair: Pair) -> dict[str, tuple[Pod, ...]]:
    copies = {w.copy for w in (*pair.candidate_workloads, *pair.stable_workloads)}
    found = {copy: cluster.pods.store.by_index("copy", f"{namespace}/{copy}") for copy in copies}
    return {copy: tuple(map(observe.pod, pods)) for copy, pods in found.items()}
