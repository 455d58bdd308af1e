"""One cluster as the controllers see it: a client, and informers of what they look at.

Only labelled objects of the built-in kinds are followed, and no Secret at all.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fairlead.api.component import Component
from fairlead.api.meta import GROUP, LABEL_COMPONENT, LABEL_COPY, VERSION
from fairlead.api.release import Release
from fairlead.controllers import kinds
from fairlead.kube.client import Client
from fairlead.kube.discovery import Discovery
from fairlead.kube.resource import Resource
from fairlead.runtime.informer import Informer
from fairlead.runtime.store import Key, Object

COMPONENTS = Resource(GROUP, VERSION, "components", "Component")
REVISIONS = Resource(GROUP, VERSION, "revisions", "Revision")
RELEASES = Resource(GROUP, VERSION, "releases", "Release")
DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment")
PODS = Resource("", "v1", "pods", "Pod")
SERVICES = Resource("", "v1", "services", "Service")
SECRETS = Resource("", "v1", "secrets", "Secret")
ENDPOINT_SLICES = Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
HTTP_ROUTES = Resource("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute")
GATEWAYS = Resource("gateway.networking.k8s.io", "v1", "gateways", "Gateway")

LABEL_SERVICE_NAME = "kubernetes.io/service-name"


def _by_component(o: Object) -> Iterable[str]:
    name = o.metadata.labels.get(LABEL_COMPONENT)
    return (f"{o.metadata.namespace}/{name}",) if name else ()


def _by_copy(p: kinds.Pod) -> Iterable[str]:
    return (f"{p.metadata.namespace}/{p.metadata.labels.get(LABEL_COPY, '')}",)


def _by_service(s: kinds.EndpointSlice) -> Iterable[str]:
    return (f"{s.metadata.namespace}/{s.metadata.labels.get(LABEL_SERVICE_NAME, '')}",)


def _by_namespace(o: Object) -> Iterable[str]:
    return (o.metadata.namespace,)


def _by_recorded_component(r: Release | kinds.Revision) -> Iterable[str]:
    return (f"{r.metadata.namespace}/{r.spec.component}",)


class Cluster:
    """The client and the informers."""

    def __init__(self, client: Client, rng: random.Random) -> None:
        self.client = client
        self.discovery = Discovery(client)
        ours = LABEL_COMPONENT
        component = {"component": _by_component}
        self.components = Informer(client, COMPONENTS, Component, rng, indexes={"namespace": _by_namespace})
        self.releases = Informer(client, RELEASES, Release, rng, indexes={"component": _by_recorded_component})
        self.revisions = Informer(client, REVISIONS, kinds.Revision, rng, indexes={"component": _by_recorded_component})
        self.deployments = Informer(client, DEPLOYMENTS, kinds.Deployment, rng, label_selector=ours, indexes=component)
        self.pods = Informer(client, PODS, kinds.Pod, rng, label_selector=ours, indexes={"copy": _by_copy})
        self.services = Informer(client, SERVICES, kinds.Service, rng, label_selector=ours, indexes=component)
        self.slices = Informer(
            client, ENDPOINT_SLICES, kinds.EndpointSlice, rng, label_selector=ours, indexes={"service": _by_service}
        )
        self.routes = Informer(client, HTTP_ROUTES, kinds.HTTPRoute, rng)
        self.gateways = Informer(client, GATEWAYS, kinds.Gateway, rng)

    @property
    def informers(self) -> tuple[Informer[Any], ...]:
        """All of them."""
        return (
            self.components,
            self.releases,
            self.revisions,
            self.deployments,
            self.pods,
            self.services,
            self.slices,
            self.routes,
            self.gateways,
        )

    def follower(self, resource: Resource) -> tuple[type[Any], Callable[[Any], None]] | None:
        """Return how a kind that a Component may have is read, and who is shown what we wrote, if it is followed."""
        followed: dict[Resource, tuple[type[Any], Callable[[Any], None]]] = {
            DEPLOYMENTS: (kinds.Deployment, self.deployments.wrote),
            SERVICES: (kinds.Service, self.services.wrote),
            HTTP_ROUTES: (kinds.HTTPRoute, self.routes.wrote),
        }
        return followed.get(resource)

    def releases_of(self, key: Key) -> list[Release]:
        """Return the Releases of a Component."""
        return self.releases.store.by_index("component", "/".join(key))

    def revisions_of(self, key: Key) -> list[kinds.Revision]:
        """Return the Revisions of a Component."""
        return self.revisions.store.by_index("component", "/".join(key))

    def keys(self) -> set[Key]:
        """Return the keys of all Components, and of those that are gone and left Revisions."""
        left = {(r.metadata.namespace, r.spec.component) for r in self.revisions.store}
        return left | {(c.metadata.namespace, c.metadata.name) for c in self.components.store}

    async def run(self) -> None:
        """Follow everything, for ever."""
        async with asyncio.TaskGroup() as group:
            for informer in self.informers:
                group.create_task(informer.run(), name=f"informer of {informer.resource.plural}")

    async def synced(self) -> None:
        """Wait until everything was listed once."""
        await asyncio.gather(*(informer.synced.wait() for informer in self.informers))

    def on_change(self, touch: Callable[[Key], None]) -> None:
        """Call `touch` with the key of every Component that a change may concern."""

        def changed(find: Callable[[Any], Iterator[Key]]) -> Callable[[Any, Any], None]:
            def handler(old: Any, new: Any) -> None:
                for key in {key for o in (old, new) if o is not None for key in find(o)}:
                    touch(key)

            return handler

        self.components.on_change(changed(lambda o: iter([(o.metadata.namespace, o.metadata.name)])))
        self.releases.on_change(changed(_recorded))
        self.revisions.on_change(changed(_recorded))
        for informer in (self.deployments, self.pods, self.services, self.slices):
            informer.on_change(changed(_labelled))
        self.routes.on_change(changed(self._routed))

    def _routed(self, route: kinds.HTTPRoute) -> Iterator[Key]:
        yield from _labelled(route)
        for component in self.components.store.by_index("namespace", route.metadata.namespace):
            if route.metadata.name in component.spec.traffic.http_routes:
                yield (component.metadata.namespace, component.metadata.name)


def _recorded(r: Release | kinds.Revision) -> Iterator[Key]:
    yield (r.metadata.namespace, r.spec.component)


def _labelled(o: Object) -> Iterator[Key]:
    name = o.metadata.labels.get(LABEL_COMPONENT)
    if name:
        yield (o.metadata.namespace, name)
