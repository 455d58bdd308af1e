"""Where Revisions are kept: a Revision that lists its parts, and the parts in Secrets that it owns.

The Revision comes first, because its parts need its uid; a finalizer is put on it last. So a Revision without it was
never stored to the end, and no Release can name it; one with it that lacks a part is damaged. Kubernetes removes the
parts after their Revision, so that Fairlead needs no right to remove Secrets.

Every use begins with a write to the Revision: whoever decided on an older view to remove it meets a conflict.
"""

import asyncio
from contextlib import suppress
from typing import Any

from msgspec import Struct

from fairlead.api.component import Component
from fairlead.api.meta import (
    ANNOTATION_RELEASE,
    API_VERSION,
    FIELD_MANAGER,
    LABEL_COMPONENT,
    LABEL_MANAGED_BY,
    REVISION_FINALIZER,
    ObjectMeta,
)
from fairlead.api.revision import InventoryItem, Revision, RevisionSpec
from fairlead.controllers import kinds
from fairlead.controllers.body import body
from fairlead.controllers.carry_out import Obstacle
from fairlead.controllers.cluster import REVISIONS, SECRETS, Cluster
from fairlead.core.revision.archive import pack, unpack
from fairlead.core.revision.render import REWRITING
from fairlead.core.revision.stored import StoredRevision
from fairlead.kube import verbs
from fairlead.kube.errors import AlreadyExists, Conflict, NotFound

SECRET_TYPE = "fairlead.dev/revision"  # noqa: S105
#: The reason of an obstacle that Kubernetes removes by itself, and soon.
LEFT_OVER = "LeftOver"


class _Record(Struct):
    metadata: kinds.OwnedMeta
    spec: RevisionSpec


class _Secret(Struct):
    metadata: kinds.OwnedMeta
    data: dict[str, str] = {}


class Unreadable(Exception):
    """A Revision, or a part of it, is gone or is not whole."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Revision {name} cannot be read: {why}")
        self.name = name


class Revisions:
    """Stores Revisions, loads and removes them. None is kept in memory: Secrets may be among the manifests."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._client = cluster.client

    async def store(self, component: Component, revision: StoredRevision, release: str) -> None:
        """Store a Revision for a Release that is about to name it. Doing it twice is doing it once.

        Raises Obstacle where something is in the way, Conflict where it has to be begun anew.
        """
        chunks = await asyncio.to_thread(pack, revision)
        spec = _spec(revision, len(chunks))
        record = await self._record(component, revision.name, spec)
        is_whole = REVISION_FINALIZER in record.metadata.finalizers
        # What another version of Fairlead stored stands as it is.
        if record.spec == spec:
            for name, chunk in zip(spec.chunks, chunks, strict=True):
                await self._part(record.metadata, name, chunk, is_whole=is_whole)
        if not is_whole or record.metadata.annotations.get(ANNOTATION_RELEASE) != release:
            finalizers = {*record.metadata.finalizers, REVISION_FINALIZER}
            await self._mark(record.metadata, finalizers=sorted(finalizers), annotations={ANNOTATION_RELEASE: release})

    async def load(self, namespace: str, name: str) -> StoredRevision:
        """Load a Revision. Raises Unreadable where it, or a part of it, is not there."""
        try:
            record = await verbs.get(self._client, REVISIONS, namespace, name, Revision)
            secrets = [
                await verbs.get(self._client, SECRETS, namespace, chunk, _Secret) for chunk in record.spec.chunks
            ]
            return await asyncio.to_thread(unpack, [s.data.get("manifests", "") for s in secrets])
        except (NotFound, ValueError) as error:
            raise Unreadable(name, str(error)) from error

    async def remove(self, revision: kinds.Revision) -> None:
        """Remove a Revision that nothing names, in two passes. Raises Conflict where it was used meanwhile."""
        metadata = revision.metadata
        if metadata.deletion_timestamp is not None:
            await self.let_go(revision)
            return
        with suppress(NotFound):
            await verbs.delete(
                self._client, REVISIONS, metadata.namespace, metadata.name,
                uid=metadata.uid, resource_version=metadata.resource_version,
            )  # fmt: skip

    async def let_go(self, revision: kinds.Revision) -> None:
        """Let a Revision be removed, whoever asked for that. Raises Conflict where it was used meanwhile."""
        finalizers = revision.metadata.finalizers
        if REVISION_FINALIZER in finalizers:
            with suppress(NotFound):
                await self._mark(revision.metadata, finalizers=[f for f in finalizers if f != REVISION_FINALIZER])

    async def _record(self, component: Component, name: str, spec: RevisionSpec) -> _Record:
        """Return the Revision as it is there, created if it was not."""
        namespace, uid = component.metadata.namespace, component.metadata.uid
        metadata = _metadata(component.metadata.name, name, owner(component))
        made = {**body(Revision(metadata=ObjectMeta(name=name), spec=spec)), "metadata": metadata}
        try:
            return await verbs.create(self._client, REVISIONS, namespace, made, _Record)
        except AlreadyExists:
            there = await verbs.get(self._client, REVISIONS, namespace, name, _Record)
        is_whole = REVISION_FINALIZER in there.metadata.finalizers
        if is_left_over(there.metadata, uid) or (there.metadata.deletion_timestamp is not None and not is_whole):
            raise Obstacle(
                LEFT_OVER, f"Revision {name} from before is being removed. Fairlead goes on when it is gone."
            )
        if not is_whole and there.spec != spec:
            await verbs.delete(
                self._client, REVISIONS, namespace, name,
                uid=there.metadata.uid, resource_version=there.metadata.resource_version,
            )  # fmt: skip
            raise Conflict(f"Revision {name} was begun by another version of Fairlead, and is begun anew")
        return there

    async def _part(self, of: ObjectMeta, name: str, chunk: str, *, is_whole: bool) -> None:
        """Store a part of a Revision, if it is not there."""
        owned = {"apiVersion": API_VERSION, "kind": "Revision", "name": of.name, "uid": of.uid}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": _metadata(of.labels.get(LABEL_COMPONENT, ""), name, owned),
            "type": SECRET_TYPE,
            "immutable": True,
            "data": {"manifests": chunk},
        }
        try:
            await verbs.create(self._client, SECRETS, of.namespace, secret, _Secret)
        except AlreadyExists:
            if not is_whole:
                await self._check(of, name, chunk)

    async def _check(self, of: ObjectMeta, name: str, chunk: str) -> None:
        """See that a part which is there already is this Revision's, and will not go with another."""
        there = await verbs.get(self._client, SECRETS, of.namespace, name, _Secret)
        owners = {o.uid for o in there.metadata.owner_references if o.kind == "Revision"}
        if owners and of.uid not in owners:
            raise Obstacle(LEFT_OVER, f"Secret {name} from before is being removed. Fairlead goes on when it is gone.")
        # What came back from a backup may have lost its owner.
        if not owners and there.data.get("manifests") != chunk:
            message = f"Secret {name} is there already and is no part of Revision {of.name}. Remove it, or rename it."
            raise Obstacle("NotOurs", message)

    async def _mark(self, of: ObjectMeta, **changes: Any) -> None:
        change = {"metadata": {"resourceVersion": of.resource_version, **changes}}
        marked = await verbs.patch_merge(
            self._client, REVISIONS, of.namespace, of.name, change, kinds.Revision, field_manager=FIELD_MANAGER
        )
        self._cluster.revisions.wrote(marked)


def is_left_over(record: kinds.OwnedMeta, component_uid: str) -> bool:
    """Whether a Revision belongs to a Component of the same name that is gone. What has no owner came from a backup."""
    owners = {o.uid for o in record.owner_references if o.kind == "Component"}
    return bool(owners) and component_uid not in owners


def owner(component: Component) -> dict[str, Any]:
    """Return the owner reference of a record. Records may go with their Component; what serves has no owner."""
    return {
        "apiVersion": component.api_version,
        "kind": component.kind,
        "name": component.metadata.name,
        "uid": component.metadata.uid,
    }


def _metadata(component: str, name: str, owned: dict[str, Any]) -> dict[str, Any]:
    labels = {LABEL_MANAGED_BY: "fairlead", LABEL_COMPONENT: component}
    return {"name": name, "labels": labels, "ownerReferences": [owned]}


def _spec(revision: StoredRevision, chunks: int) -> RevisionSpec:
    return RevisionSpec(
        component=revision.component,
        inputs_digest=revision.inputs_digest,
        rewriting=REWRITING,
        inventory=tuple(
            InventoryItem(
                api_version=o.api_version,
                kind=o.kind,
                name=o.name,
                source_name=o.source_name,
                role=o.role,
                digest=o.digest,
            )
            for o in revision.objects
        ),
        chunks=tuple(f"{revision.name}.{i}" for i in range(chunks)),
    )
