"""Removes what a Component has when the Component goes: in reverse order, or not at all.

Records (Releases, Revisions) are removed by their owner reference; what serves has none and is removed here, after its
policy, before the finalizer goes.
"""

from fairlead.api.component import Component
from fairlead.api.meta import FIELD_MANAGER, FINALIZER
from fairlead.controllers.carry_out import Hands
from fairlead.controllers.cluster import COMPONENTS, Cluster
from fairlead.controllers.revisions import Revisions
from fairlead.controllers.rights import account
from fairlead.core.component.begin import Standing
from fairlead.core.release.commands import Remove
from fairlead.core.release.pair import Pair
from fairlead.core.revision.services import revision_service
from fairlead.core.revision.stored import StoredObject
from fairlead.kube import verbs
from fairlead.kube.errors import NotFound
from fairlead.runtime.controller import Wake

LOOK_AGAIN_AFTER_S = 1.0


class Removal:
    """Removes the objects of Components."""

    def __init__(self, cluster: Cluster, revisions: Revisions) -> None:
        self._cluster = cluster
        self._revisions = revisions

    async def remove(self, component: Component, found: Standing) -> Wake:
        """Remove what a Component has, and let it go once that is gone."""
        if FINALIZER not in component.metadata.finalizers:
            return Wake()
        if component.spec.deletion_policy == "Delete":
            namespace = component.metadata.namespace
            user = account(namespace, component.spec.service_account_name)
            hands = Hands(self._cluster, namespace, component.metadata.name)
            objects = await self._objects(component, found)
            await hands.carry_out([Remove(objects=objects)], user=user, way_back=False)
            if hands.removed != {o.key for o in objects}:
                return Wake(LOOK_AGAIN_AFTER_S)
        await self._let_go(component)
        return Wake()

    async def _objects(self, component: Component, found: Standing) -> tuple[StoredObject, ...]:
        """What there may be: the objects of stable, and those of a Release that was under way."""
        namespace = component.metadata.namespace
        names = [found.stable] if found.stable else []
        if found.active is not None:
            names.append(found.active.spec.to_revision)
        revisions = [await self._revisions.load(namespace, name) for name in names]
        pairs = [Pair(revision, None) for revision in revisions]
        extra: list[StoredObject] = []
        if len(revisions) == 2:
            stable, candidate = revisions
            for split in Pair(candidate, stable).splits:
                for revision, copy in ((stable, split.stable_copy), (candidate, split.candidate_copy)):
                    service = next(o for o in revision.objects if o.kind == "Service" and o.name == split.service)
                    extra.append(revision_service(service, copy, component=component.metadata.name))
        objects = {o.key: o for o in (*extra, *(o for pair in pairs for o in pair.removable_brought))}
        return tuple(objects.values())

    async def _let_go(self, component: Component) -> None:
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
