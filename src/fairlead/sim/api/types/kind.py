"""A Kind: everything that is particular to one kind of object in one version.

It is asked by the verbs in this order, always with plain JSON values that it may change in place:

    mismatch -> prune -> default -> prepare -> validate        a write
    convert                                                    a read in another version than the stored one

It must not know requests, users, storage or other objects. What depends on other objects (a Service's address, the
names of a CRD) is asked through `Surroundings`.
"""

from collections.abc import Callable
from typing import Any, Literal, Protocol

from msgspec import Struct

from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.cause import Cause

Object = dict[str, Any]


class Surroundings(Protocol):
    """What preparing an object may ask of the server."""

    def now(self) -> str:
        """The time as it is written into objects: RFC 3339 in UTC, whole seconds."""

    def holder(self, number: str | int) -> str:
        """The uid of the Service that has this cluster address or node port; empty where none has."""


class Write(Struct, frozen=True, kw_only=True):
    """One write as a kind sees it. `old` is None when the object is created."""

    old: Object | None
    subresource: str = ""
    surroundings: Surroundings | None = None
    dry_run: bool = False


class Column(Struct, frozen=True, kw_only=True):
    """A column of `kubectl get`."""

    name: str
    type: Literal["string", "integer", "number", "boolean", "date"] = "string"
    format: str = ""
    description: str = ""
    priority: int = 0
    path: str = ""
    """JSONPath of a custom resource's column; built-in kinds print by columns/cells.py."""


class ScalePaths(Struct, frozen=True, kw_only=True):
    """Where the scale subresource finds its numbers, as dotted paths without a leading dot."""

    spec_replicas: str = "spec.replicas"
    status_replicas: str = "status.replicas"
    selector: str = ""
    """Empty, or the path of a serialized selector; a built-in kind's is a label selector object."""


class Subresource(Struct, frozen=True, kw_only=True):
    """One subresource, as discovery lists it. `kind` may differ from the parent's (Scale, Eviction)."""

    name: str
    kind: str
    group: str = ""
    version: str = ""
    verbs: tuple[str, ...] = ("get", "patch", "update")


Generation = Literal["never", "always", "spec"]
"""When metadata.generation counts: never, at each change outside of metadata and status, or also at one of status."""


def _no_causes(_obj: Object, _write: Write) -> list[Cause]:
    return []


def _no_change(_obj: Object, _write: Write) -> None:
    return None


def _as_it_is(obj: Object) -> Object:
    return obj


class Kind(Struct, kw_only=True, eq=False, weakref=True):
    """One kind in one version. `plural` is the resource's name in paths."""

    group: str
    version: str
    kind: str
    list_kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    namespaced: bool
    verbs: tuple[str, ...]
    """In the order of discovery; empty sets of verbs do not exist."""
    subresources: dict[str, Subresource] = {}
    schema: Schema
    generation: Generation = "never"
    has_status: bool = False
    """Writes of the main resource keep the old status, writes of /status keep the rest but some metadata."""
    stored_group: str
    """Group and version of the stored form: several versions (and events of two groups) share one storage."""
    stored_version: str
    scale: ScalePaths | None = None
    columns: tuple[Column, ...] = ()
    deprecation: str = ""
    """The warning to everybody who asks for this version."""
    custom: bool = False
    """From a CRD: unknown fields are pruned by the schema, strategic merge patch is refused with 415."""
    source: dict[str, Any] | None = None
    """The schema of a custom resource as its CRD has it."""
    strategic: bool = True
    selectable_fields: tuple[str, ...] = ()
    """Field selectors beside metadata.name and metadata.namespace."""
    create_on_update: bool = False
    """A PUT to a name that does not exist creates it."""
    unconditional_update: bool = True
    """A PUT without resourceVersion is taken; others refuse it with 422 (`must be specified for an update`)."""

    # What the functions below are made of; the builders (builtin.py, crd.py) fill them in.
    find_mismatch: Callable[[Object], str | None] = lambda _obj: None
    drop_unknown: Callable[[Object, Object], list[str]] = lambda _obj, _known: []
    fill: Callable[[Object], None] = lambda _obj: None
    settling: Callable[[Object], None] = lambda _obj: None
    preparing: Callable[[Object, Write], None] = _no_change
    validating: Callable[[Object, Write], list[Cause]] = _no_causes
    warning: Callable[[Object, Write], list[str]] = lambda _obj, _write: []
    shown: Callable[[bytes], bytes] | None = None
    to_stored: Callable[[Object], Object] = _as_it_is
    from_stored: Callable[[Object], Object] = _as_it_is

    @property
    def api_version(self) -> str:
        """As it stands in objects: `v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def converted(self) -> bool:
        """Whether the stored form is another one."""
        return (self.group, self.version) != (self.stored_group, self.stored_version)

    @property
    def storage(self) -> tuple[str, str]:
        """Which storage holds the objects: all versions of a resource answer the same."""
        return self.stored_group, self.plural

    def mismatch(self, obj: Object) -> str | None:
        """Why the object cannot be decoded at all (a built-in kind given a string for a number), or None.

        The answer then is 400 BadRequest with this message.
        """
        return self.find_mismatch(obj)

    def prune(self, obj: Object, known: Object | None = None) -> list[str]:
        """Remove what the schema does not know. Returns the paths that were removed, as fieldValidation prints them.

        What `obj` shares with `known` is passed over: it has gone this way before.
        """
        return self.drop_unknown(obj, known or {})

    def default(self, obj: Object) -> None:
        """Fill in the defaults."""
        self.fill(obj)

    def prepare(self, obj: Object, write: Write) -> None:
        """Set what the server owns (an address, a phase), drop what this write may not bring. Not the generation."""
        self.preparing(obj, write)

    def validate(self, obj: Object, write: Write) -> list[Cause]:
        """Everything wrong with the object, its metadata included, in the order of the API server."""
        return self.validating(obj, write)

    def warnings(self, obj: Object, write: Write) -> list[str]:
        """Texts for Warning headers."""
        return self.warning(obj, write)

    def settle(self, obj: Object) -> None:
        """Give an object that was checked the form in which it can be stored."""
        self.settling(obj)

    def store(self, obj: Object) -> Object:
        """The stored form. The same object where this version is the stored one."""
        return self.to_stored(obj)

    def load(self, obj: Object) -> Object:
        """This version of a stored object. The same object where this version is the stored one."""
        return self.from_stored(obj)
