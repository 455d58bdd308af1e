"""Carries out commands: each is one or a few writes, under the preconditions that it was decided on.

A conflict ends the list: what follows was decided on a view that is outdated. What the API server refuses for good is
returned as the obstacle that people read.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import structlog
from msgspec import Struct

from fairlead.api.meta import FIELD_MANAGER, LABEL_COMPONENT, ObjectMeta
from fairlead.api.release import Reason
from fairlead.controllers.cluster import Cluster
from fairlead.core.release.commands import Apply, Command, PatchRoute, PatchService, Remove, Scale
from fairlead.core.release.situation import Key
from fairlead.core.revision.stored import StoredObject
from fairlead.kube import verbs
from fairlead.kube.discovery import UnknownKind
from fairlead.kube.errors import BadRequest, Forbidden, Invalid, NotFound
from fairlead.runtime.informer import Informer
from fairlead.runtime.store import Object

O = TypeVar("O", bound=Object)  # noqa: E741

LONGEST_MESSAGE = 1000


class Seen(Struct):
    """An object by its metadata."""

    metadata: ObjectMeta


class Obstacle(Exception):
    """The API server refused a command for a reason that trying again does not mend."""

    def __init__(self, reason: str, message: str) -> None:
        # An API server may repeat the whole object.
        message = message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]} ..."
        super().__init__(message)
        self.reason = Reason(reason=reason, message=message)


class Hands:
    """Writes in one namespace for one Component, as the ServiceAccount that it names."""

    def __init__(self, cluster: Cluster, namespace: str, component: str) -> None:
        self._cluster = cluster
        self._client = cluster.client
        self._namespace = namespace
        self._component = component
        self._log = structlog.get_logger().bind(component=f"{namespace}/{component}")
        self.applied: set[Key] = set()
        self.removed: set[Key] = set()

    async def carry_out(self, commands: Sequence[Command], *, user: str, way_back: bool) -> None:
        """Carry out commands in their order, as `user`. On the way back our own rights help where it lost its own.

        Raises Conflict where the view was outdated, Obstacle where the API server refuses.
        """
        for command in commands:
            try:
                await self._one(command, user, urgent=way_back)
            except Forbidden as error:
                if not way_back or not isinstance(command, PatchRoute | PatchService):
                    raise Obstacle("MissingRights", _missing_rights(error, user)) from error
                self._log.warning("going back with Fairlead's own rights", error=str(error))
                await self._one(command, "", urgent=True)
            except UnknownKind as error:
                raise Obstacle("UnknownKind", str(error)) from error
            except (Invalid, BadRequest) as error:
                raise Obstacle("Invalid", str(error)) from error

    async def _one(self, command: Command, user: str, *, urgent: bool) -> None:
        match command:
            case Apply(objects=objects):
                for o in objects:
                    await self._apply(o, user)
            case Remove(objects=objects):
                for o in objects:
                    await self._remove(o, user)
            case Scale(deployment=name, resource_version=version, replicas=replicas):
                operations: list[dict[str, Any]] = [
                    {"op": "test", "path": "/metadata/resourceVersion", "value": version},
                    {"op": "replace", "path": "/spec/replicas", "value": replicas},
                ]
                await self._patch(self._cluster.deployments, name, operations, user, urgent=urgent)
            case PatchRoute(route=name, operations=patch):
                route = await self._patch(self._cluster.routes, name, patch, user, urgent=urgent)
                self._log.info("route changed", route=name, generation=route.metadata.generation)
            case PatchService(service=name, operations=patch):
                service = await self._patch(self._cluster.services, name, patch, user, urgent=urgent)
                self._log.info("service switched", service=name, selector=dict(service.spec.selector))

    async def _patch(
        self, informer: Informer[O], name: str, operations: Sequence[Mapping[str, Any]], user: str, *, urgent: bool
    ) -> O:
        """Patch an object that is followed, and show the answer at once."""
        written = await verbs.patch_json(
            self._client, informer.resource, self._namespace, name, operations, informer.kind,
            field_manager=FIELD_MANAGER, impersonate=user, urgent=urgent,
        )  # fmt: skip
        informer.wrote(written)
        return written

    async def _apply(self, o: StoredObject, user: str) -> None:
        resource = await self._cluster.discovery.resource(o.api_version, o.kind)
        try:
            there = await verbs.get(self._client, resource, self._namespace, o.name, Seen, impersonate=user)
            if there.metadata.labels.get(LABEL_COMPONENT) != self._component:
                way_out = f"Remove it, rename it in the manifests, or label it {LABEL_COMPONENT}={self._component}"
                raise Obstacle("NotOurs", f"{o.kind} {o.name} is there already and not this Component's. {way_out}.")
        except NotFound:
            pass
        kind, show = self._cluster.follower(resource) or (Seen, _nobody_follows)
        try:
            written = await verbs.apply(
                self._client, resource, self._namespace, o.manifest, kind,
                field_manager=FIELD_MANAGER, force=True, impersonate=user,
            )  # fmt: skip
        except (Invalid, BadRequest) as error:
            if o.kind != "Secret":
                raise
            told = "the API server refuses it; its answer may repeat what is secret, and is not told"
            raise Obstacle("Invalid", f"Secret {o.name}: {told}") from error
        show(written)
        self.applied.add(o.key)

    async def _remove(self, o: StoredObject, user: str) -> None:
        """Ask for the removal, or note that it is gone. It is asked for again until then."""
        resource = await self._cluster.discovery.resource(o.api_version, o.kind)
        try:
            there = await verbs.get(self._client, resource, self._namespace, o.name, Seen, impersonate=user)
            is_ours = there.metadata.labels.get(LABEL_COMPONENT) == self._component
            if is_ours and there.metadata.deletion_timestamp is None:
                await verbs.delete(
                    self._client, resource, self._namespace, o.name, uid=there.metadata.uid,
                    resource_version=there.metadata.resource_version, impersonate=user,
                )  # fmt: skip
            if is_ours:
                return
        except NotFound:
            pass
        self.removed.add(o.key)


def _nobody_follows(_: Seen) -> None:
    pass


def _missing_rights(error: Forbidden, user: str) -> str:
    return f"{user} lacks a right: {error}. Grant it by a Role; Fairlead looks again by itself."
