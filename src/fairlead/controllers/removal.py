"""Removes what a Component has when the Component goes: in reverse order, or not at all.

Records (Releases, Revisions) are removed by their owner reference, once Revisions are let go; what serves has none and
is removed here, after its policy, before the finalizer goes.
"""

import structlog

from fairlead.api.component import Component
from fairlead.api.meta import FIELD_MANAGER, FINALIZER, LABEL_COMPONENT, ObjectMeta
from fairlead.controllers.carry_out import Hands, Obstacle
from fairlead.controllers.cluster import COMPONENTS, DEPLOYMENTS, HTTP_ROUTES, SERVICES, Cluster
from fairlead.controllers.rendered import rendered
from fairlead.controllers.revisions import Revisions, Unreadable
from fairlead.controllers.rights import account
from fairlead.core.component.begin import Standing
from fairlead.core.release.commands import Remove
from fairlead.core.release.pair import is_kept
from fairlead.core.revision.stored import StoredObject, StoredRevision
from fairlead.kube import verbs
from fairlead.kube.errors import NotFound
from fairlead.kube.resource import Resource
from fairlead.runtime.controller import Wake

LOOK_AGAIN_AFTER_S = 1.0


class Removal:
    """Removes the objects of Components."""

    def __init__(self, cluster: Cluster, revisions: Revisions) -> None:
        self._cluster = cluster
        self._revisions = revisions

    async def remove(self, component: Component, found: Standing) -> Wake:
        """Remove what a Component has, and let it go once that is gone. Raises Obstacle where something may not be."""
        if FINALIZER not in component.metadata.finalizers:
            return Wake()
        if component.spec.deletion_policy == "Delete":
            namespace = component.metadata.namespace
            user = account(namespace, component.spec.service_account_name)
            hands = Hands(self._cluster, namespace, component.metadata.name)
            objects = await self._objects(component, found)
            try:
                await hands.carry_out([Remove(objects=objects)], user=user, way_back=False)
            except Obstacle as obstacle:
                # A namespace that goes takes the account's rights first, and waits for nothing but this finalizer.
                if _followed(self._cluster, component):
                    raise
                structlog.get_logger().warning("nothing serves any more: let go", left=str(obstacle))
                await self._let_go(component)
                return Wake()
            if hands.removed != {o.key for o in objects}:
                return Wake(LOOK_AGAIN_AFTER_S)
        await self._let_go(component)
        return Wake()

    async def _objects(self, component: Component, found: Standing) -> tuple[StoredObject, ...]:
        """What there may be, what takes traffic first.

        The records may have gone before the Component (a foreground deletion removes them at once), so what carries
        its label and what its manifests would be is looked at as well.
        """
        followed = _followed(self._cluster, component)
        names = {found.stable, found.active.spec.to_revision if found.active else ""} - {""}
        revisions = [r for name in sorted(names) if (r := await self._revision(component, name)) is not None]
        if (wanted := rendered(component).revision) is not None:
            revisions.append(wanted)
        stored = [o for r in revisions for o in reversed(r.objects)]
        routes = [o for o in followed if o.kind == "HTTPRoute"]
        return tuple({o.key: o for o in (*routes, *stored, *followed) if not is_kept(o)}.values())

    async def _revision(self, component: Component, name: str) -> StoredRevision | None:
        try:
            return await self._revisions.load(component.metadata.namespace, name)
        except Unreadable as error:
            structlog.get_logger().warning("removing without a Revision", error=str(error))
            return None

    async def _let_go(self, component: Component) -> None:
        """Let the Revisions go that Kubernetes removes after their Component, and then the Component."""
        for revision in self._cluster.revisions_of((component.metadata.namespace, component.metadata.name)):
            await self._revisions.let_go(revision)
        metadata = {
            "resourceVersion": component.metadata.resource_version,
            "finalizers": [f for f in component.metadata.finalizers if f != FINALIZER],
        }
        namespace, name = component.metadata.namespace, component.metadata.name
        patch = {"metadata": metadata}
        try:
            await verbs.patch_merge(
                self._cluster.client, COMPONENTS, namespace, name, patch, Component, field_manager=FIELD_MANAGER
            )
        except NotFound:
            return


def _followed(cluster: Cluster, component: Component) -> list[StoredObject]:
    """The live Services, Deployments and routes that carry the Component's label, to be removed by name."""
    namespace, name = component.metadata.namespace, component.metadata.name
    mine = f"{namespace}/{name}"
    routes = (r for r in cluster.routes.store if r.metadata.namespace == namespace)
    return [
        *(_named(HTTP_ROUTES, r.metadata) for r in routes if r.metadata.labels.get(LABEL_COMPONENT) == name),
        *(_named(SERVICES, s.metadata) for s in cluster.services.store.by_index("component", mine)),
        *(_named(DEPLOYMENTS, d.metadata) for d in cluster.deployments.store.by_index("component", mine)),
    ]


def _named(resource: Resource, metadata: ObjectMeta) -> StoredObject:
    return StoredObject(
        api_version=resource.api_version,
        kind=resource.kind,
        name=metadata.name,
        source_name=metadata.name,
        role="Single",
        digest="",
        manifest={"metadata": {"annotations": metadata.annotations}},
    )
