"""A Revision as it was applied: what is stored, and all that the engine needs to go forward and back.

Nothing here depends on how the objects were made from the manifests: going back never needs the chart.
"""

from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

Key = tuple[str, str, str]
"""API group, kind and name of an object in the Component's namespace."""


def key(api_version: str, kind: str, name: str) -> Key:
    """Return what identifies an object in its namespace. Another version of the same group is the same object."""
    return (api_version.rpartition("/")[0], kind, name)


class StoredObject(Struct, frozen=True, kw_only=True):
    """One object of a Revision, as it is applied."""

    api_version: str
    kind: str
    name: str
    source_name: str
    """The name that the manifests give it."""
    role: Literal["Copy", "Single"]
    digest: str
    """Digest of the content: of its manifest as applied, without the size of a workload."""
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        """Name the object and never show its content, which may be secret."""
        return f"<{self.kind} {self.name}>"

    @property
    def key(self) -> Key:
        """What identifies it in the Component's namespace."""
        return key(self.api_version, self.kind, self.name)

    def with_replicas(self, replicas: int) -> "StoredObject":
        """Return the same workload asking for another number of pods."""
        return self.with_spec(replicas=replicas)

    def with_spec(self, **fields: Any) -> "StoredObject":
        """Return the same object with other fields in its spec."""
        return replace(self, manifest={**self.manifest, "spec": {**self.manifest["spec"], **fields}})

    def at_version(self, resource_version: str) -> "StoredObject":
        """Return the same object, to be applied only while it is as it was at this version."""
        metadata = {**self.manifest["metadata"], "resourceVersion": resource_version}
        return replace(self, manifest={**self.manifest, "metadata": metadata})


class StoredRevision(Struct, frozen=True, kw_only=True):
    """A Revision with its objects in the order of their application."""

    name: str
    component: str
    inputs_digest: str
    objects: tuple[StoredObject, ...]
