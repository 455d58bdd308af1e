"""The cluster as the command line sees it: reads Fairlead's resources, and asks by one field of a Release."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar

from fairlead.api.component import Component
from fairlead.api.meta import FIELD_MANAGER, GROUP, VERSION
from fairlead.api.release import Release
from fairlead.api.revision import Revision
from fairlead.cli.failure import Failure, as_failure, not_installed
from fairlead.cli.target import Target
from fairlead.kube.client import Client
from fairlead.kube.config import ConfigError, load
from fairlead.kube.errors import ApiError, NotFound
from fairlead.kube.resource import Resource
from fairlead.kube.verbs import get, list_all, patch_merge

T = TypeVar("T")
Request = Literal["Promote", "Rollback", "Retry"]

COMPONENTS = Resource(GROUP, VERSION, "components", "Component")
RELEASES = Resource(GROUP, VERSION, "releases", "Release")
REVISIONS = Resource(GROUP, VERSION, "revisions", "Revision")
DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment")


class Cluster:
    """One namespace of one cluster."""

    def __init__(self, client: Client, namespace: str) -> None:
        self.client = client
        self.namespace = namespace

    async def component(self, name: str) -> Component:
        """Return a Component. Raises Failure where there is none."""
        return await self.named(COMPONENTS, name, Component)

    async def releases(self, component: str) -> list[Release]:
        """Return all Releases of a Component."""
        return [r for r in await self.listed(RELEASES, Release) if r.spec.component == component]

    async def revision(self, name: str) -> Revision | None:
        """Return a Revision, or None where it is gone."""
        return await self.find(REVISIONS, name, Revision)

    async def request(self, release: Release, request: Request) -> Any:
        """Ask for something about a Release, and return it whole as it then is."""
        name = release.metadata.name
        body = {"spec": {"requested": request}}
        return await patch_merge(
            self.client, RELEASES, self.namespace, name, body, dict[str, Any], field_manager=f"{FIELD_MANAGER}-cli"
        )

    async def named(self, resource: Resource, name: str, kind: type[T]) -> T:
        """Return one object. Raises Failure where there is none."""
        found = await self.find(resource, name, kind)
        if found is None:
            message = f"there is no {resource.kind} {name} in namespace {self.namespace}."
            look = f"See what there is: fairlead get {resource.plural} -n {self.namespace}"
            raise Failure(message, look)
        return found

    async def find(self, resource: Resource, name: str, kind: type[T]) -> T | None:
        """Return one object, or None where there is none. Raises Failure where Fairlead is not installed."""
        try:
            return await get(self.client, resource, self.namespace, name, kind)
        except NotFound:
            await self.listed(resource, dict[str, Any])  # tells whether the kind itself is unknown
            return None

    async def listed(
        self, resource: Resource, kind: type[T], *, label_selector: str = "", everywhere: bool = False
    ) -> list[T]:
        """Return all objects of a kind. Raises Failure where Fairlead is not installed."""
        namespace = "" if everywhere else self.namespace
        try:
            found, _ = await list_all(self.client, resource, kind, namespace, label_selector=label_selector)
        except NotFound as error:
            raise not_installed(self.client.config.server) from error
        return found


@asynccontextmanager
async def connect(target: Target) -> AsyncIterator[Cluster]:
    """Open the cluster that is meant. What goes wrong inside is raised as a Failure, defects apart."""
    server = "the API server"
    try:
        config = load(target.kubeconfig, target.context)
        server = config.server
        async with Client(config, random.Random()) as client:  # noqa: S311 - jitter, not a secret
            yield Cluster(client, target.namespace or config.namespace)
    except (ApiError, ConfigError) as error:
        raise as_failure(error, server) or error from error
