"""What a place in an object may hold, and who may own which part of it.

A Schema is one node. It is built once, from an OpenAPI document (built-in kinds) or from a CustomResourceDefinition,
and shared by apply, patches, defaulting, pruning and validation. It must know neither objects nor requests.
"""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

ListType = Literal["atomic", "set", "map"]
MapType = Literal["granular", "atomic"]


class Rule(Struct, frozen=True, kw_only=True):
    """One entry of x-kubernetes-validations. A rule that names oldSelf is a transition rule."""

    rule: str
    message: str = ""
    message_expression: str = ""
    reason: str = "FieldValueInvalid"
    field_path: str = ""
    optional_old_self: bool = False


class Schema(Struct, kw_only=True, eq=False, weakref=True):
    """One node; nodes are equal when they are the same node, because a recursive type refers to itself.

    Written only while it is built.
    """

    type: str = ""
    """object, array, string, integer, number or boolean; "" holds anything."""
    properties: dict[str, "Schema"] = {}
    additional: "Schema | None" = None
    """The schema of the values of a map; None where only `properties` are known."""
    items: "Schema | None" = None

    # Ownership: server-side apply.
    list_type: ListType = "atomic"
    list_keys: tuple[str, ...] = ()
    """The keys of a list of type map; a key that the item lacks has the default of its property."""
    map_type: MapType = "granular"

    # Strategic merge: only built-in kinds have these.
    patch_strategy: frozenset[str] = frozenset()
    """Any of merge, replace, retainKeys."""
    patch_merge_key: str = ""

    int_or_string: bool = False
    preserve_unknown: bool = False
    embedded: bool = False
    """A whole object: apiVersion, kind and metadata are known without being declared."""
    nullable: bool = False
    default: Any | UnsetType = UNSET

    # Validation.
    required: tuple[str, ...] = ()
    enum: tuple[Any, ...] = ()
    format: str = ""
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    min_properties: int | None = None
    max_properties: int | None = None
    all_of: tuple["Schema", ...] = ()
    any_of: tuple["Schema", ...] = ()
    one_of: tuple["Schema", ...] = ()
    not_: "Schema | None" = None
    rules: tuple[Rule, ...] = ()

    # Built-in kinds: what decoding into a Go struct, and encoding it again, does to an object.
    go_name: str = ""
    """The struct's name; empty where the object is a plain map."""
    go_types: dict[str, str] = {}
    """The Go type of each property, for messages."""
    always: dict[str, Any] = {}
    """Properties that are written even when they are absent, with the value that they then have."""
    zero_left_out: frozenset[str] = frozenset()
    """Properties that are left out when they hold a zero value: false, 0, "" or nothing."""

    title: str = ""
    description: str = ""
