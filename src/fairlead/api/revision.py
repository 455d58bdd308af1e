"""A Revision: what runs, as it was applied. Immutable, named by the digest of its inputs."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from fairlead.api.meta import API_VERSION, ObjectMeta, Resource
from fairlead.api.rules import RECORD_STANDS, checked


class InventoryItem(Resource, omit_defaults=False, frozen=True):
    """One object of a Revision."""

    api_version: Annotated[str, Meta(description="apiVersion of the object.")]
    kind: Annotated[str, Meta(description="Kind of the object.")]
    name: Annotated[str, Meta(description="Name under which it is applied.")]
    source_name: Annotated[str, Meta(description="Name that the manifests give it.")]
    role: Annotated[
        Literal["Copy", "Single"],
        Meta(description="Copy: versioned, its name ends in its digest. Single: one for all revisions."),
    ]
    digest: Annotated[str, Meta(description="Digest of its content.")]


class RevisionSpec(Resource, omit_defaults=False, frozen=True):
    """The record. Immutable."""

    component: Annotated[str, Meta(description="The Component it belongs to.")]
    inputs_digest: Annotated[str, Meta(description="SHA-256 of its inputs, in hexadecimal.")]
    rewriting: Annotated[int, Meta(description="Version of the rewriting that made the copies.", ge=1)]
    inventory: Annotated[tuple[InventoryItem, ...], Meta(description="Its objects, in the order of their application.")]
    chunks: Annotated[
        tuple[str, ...], Meta(description="Secrets that hold the manifests as applied, compressed, in order.")
    ]


class Revision(Struct, rename="camel", kw_only=True, frozen=True):
    """What runs: the manifests of a Component as they are applied, under the digest of their inputs."""

    api_version: str = API_VERSION
    kind: str = "Revision"
    metadata: ObjectMeta
    spec: Annotated[
        RevisionSpec,
        Meta(description="The record of what was applied. It never changes.", extra_json_schema=checked(RECORD_STANDS)),
    ]
