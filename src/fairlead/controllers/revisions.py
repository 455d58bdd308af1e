"""Where Revisions are kept: the chunks in Secrets first, the Revision that lists them last."""

import asyncio
from typing import Any

from msgspec import Struct

from fairlead.api.component import Component
from fairlead.api.meta import LABEL_COMPONENT, LABEL_MANAGED_BY, ObjectMeta
from fairlead.api.revision import InventoryItem, Revision, RevisionSpec
from fairlead.controllers.body import body
from fairlead.controllers.cluster import REVISIONS, SECRETS
from fairlead.core.revision.archive import pack, unpack
from fairlead.core.revision.render import REWRITING
from fairlead.core.revision.stored import StoredRevision
from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.errors import AlreadyExists, NotFound

SECRET_TYPE = "fairlead.dev/revision"  # noqa: S105


class _Secret(Struct):
    data: dict[str, str] = {}


class Unreadable(Exception):
    """A Revision, or a part of it, is gone or is not whole."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Revision {name} cannot be read: {why}")
        self.name = name


class Revisions:
    """Stores Revisions and loads them. None is kept in memory: Secrets may be among the manifests."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def store(self, component: Component, revision: StoredRevision) -> None:
        """Store a Revision. Doing it twice is doing it once."""
        namespace = component.metadata.namespace
        chunks = await asyncio.to_thread(pack, revision)
        names = [f"{revision.name}.{i}" for i in range(len(chunks))]
        metadata = _metadata(component)
        for name, chunk in zip(names, chunks, strict=True):
            secret = {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {**metadata, "name": name},
                "type": SECRET_TYPE,
                "immutable": True,
                "data": {"manifests": chunk},
            }
            await self._create(SECRETS, namespace, secret)
        record = Revision(
            metadata=ObjectMeta(name=revision.name),
            spec=RevisionSpec(
                component=component.metadata.name,
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
                chunks=tuple(names),
            ),
        )
        await self._create(REVISIONS, namespace, {**body(record), "metadata": {**metadata, "name": revision.name}})

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

    async def _create(self, resource: Any, namespace: str, manifest: dict[str, Any]) -> None:
        try:
            await verbs.create(self._client, resource, namespace, manifest, _Secret)
        except AlreadyExists:
            return


def _metadata(component: Component) -> dict[str, Any]:
    return {
        "labels": {LABEL_MANAGED_BY: "fairlead", LABEL_COMPONENT: component.metadata.name},
        "ownerReferences": [owner(component)],
    }


def owner(component: Component) -> dict[str, Any]:
    """Return the owner reference of a record. Records may go with their Component; what serves has no owner."""
    return {
        "apiVersion": component.api_version,
        "kind": component.kind,
        "name": component.metadata.name,
        "uid": component.metadata.uid,
    }
