"""A Revision as it was applied: what is stored, and all that the engine needs to go forward and back.

Nothing here depends on how the objects were made from the manifests: going back never needs the chart.
"""

from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace


class StoredObject(Struct, frozen=True, kw_only=True):
    """One object of a Revision, as it is applied."""

    api_version: str
    kind: str
    name: str
    source_name: str
    """The name that the manifests give it."""
    role: Literal["Copy", "Single"]
    digest: str
    """Digest of the content: for a Copy of what makes it differ, for a Single of its manifest as applied."""
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        """Name the object and never show its content, which may be secret."""
        return f"<{self.kind} {self.name}>"

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies it in the Component's namespace."""
        return (self.api_version, self.kind, self.name)

    def with_replicas(self, replicas: int) -> "StoredObject":
        """Return the same workload asking for another number of pods."""
        spec = {**self.manifest["spec"], "replicas": replicas}
        return replace(self, manifest={**self.manifest, "spec": spec})


class StoredRevision(Struct, frozen=True, kw_only=True):
    """A Revision with its objects in the order of their application."""

    name: str
    component: str
    inputs_digest: str
    objects: tuple[StoredObject, ...]
