"""What of a Schema decides over ownership: whether a value is one leaf or has parts of its own, and how they are named.

A shape says for each JSON type that a value may have what becomes of it: a scalar is always a leaf, a map is atomic or
has parts by name, a list is atomic or has items by key or by value. A place that holds anything allows all three.
"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from msgspec import UNSET

from fairlead.sim.api.apply.element import of_key, of_only_key, of_value
from fairlead.sim.api.schema.schema import Schema


class NoItem(ValueError):
    """An item that cannot be named, and so cannot be owned."""


class Shape:
    """One node. Nodes refer to each other, also in circles; nobody writes to them but `shape_of`."""

    __slots__ = (
        "atomic_list",
        "atomic_map",
        "element",
        "fields",
        "item",
        "key_defaults",
        "keys",
        "list",
        "map",
        "only_key",
        "properties",
        "scalar",
    )

    def __init__(self, *, scalar: str = "", map_: bool = False, list_: bool = False) -> None:
        self.scalar = scalar
        """string, boolean, numeric, untyped; empty where no scalar may be."""
        self.map = map_
        self.fields: dict[str, Shape] = {}
        """By path element: the fields that are declared."""
        self.properties: dict[str, tuple[str, Shape]] = {}
        """The same by name, each with its path element."""
        self.element: Shape | None = None
        """Of all other fields; None where they are not known."""
        self.atomic_map = False
        self.list = list_
        self.item: Shape = self
        self.atomic_list = True
        self.keys: tuple[str, ...] = ()
        """Of a list of type map; empty in a set."""
        self.only_key = ""
        """The one of `keys` where there is one."""
        self.key_defaults: dict[str, Any] = {}

    def named(self, item: Any) -> str:
        """The path element of an item of a list that is not atomic. Raises NoItem."""
        if not self.keys:
            return _by_value(item)
        try:
            if self.only_key:
                return of_only_key(self.only_key, item[self.only_key])
            return of_key(self.keys, *[item[key] for key in self.keys])
        except (KeyError, TypeError):
            return self._by_some_keys(item)

    def _by_some_keys(self, item: Any) -> str:
        if item is None:
            raise NoItem("associative list with keys may not have a null element")
        if not isinstance(item, dict):
            raise NoItem("associative list with keys may not have non-map elements")
        found = self.key_defaults | {key: item[key] for key in self.keys if key in item}
        if not found:
            names = " ".join(f'"{key}"' for key in self.keys)
            raise NoItem(
                f"associative list with keys has an element that omits all key fields [{names}] "
                "(and doesn't have default values for any key fields)"
            )
        try:
            return of_key(tuple(found), *found.values())
        except TypeError:
            # A key that is a list or a map.
            return of_key.__wrapped__(tuple(found), *found.values())


def _by_value(item: Any) -> str:
    match item:
        case dict():
            raise NoItem("associative list without keys has an element that's a map type")
        case list():
            raise NoItem("not supported: associative list with lists as elements")
        case None:
            raise NoItem("associative list without keys has an element that's an explicit null")
    return of_value(item)


def _anything(*, atomic: bool) -> Shape:
    shape = Shape(scalar="untyped", map_=True, list_=True)
    shape.element = shape
    shape.atomic_map = atomic
    return shape


UNTYPED = _anything(atomic=True)
"""Anything, as one leaf."""
DEDUCED = _anything(atomic=False)
"""Anything: maps have parts, lists are one leaf."""
DEDUCED.item = UNTYPED

_shapes: WeakKeyDictionary[Schema, Shape] = WeakKeyDictionary()


def shape_of(schema: Schema) -> Shape:
    """The shape of a whole object. Made once for each schema."""
    shape = _shapes.get(schema)
    if shape is None:
        shape = _shapes[schema] = _Builder().shape(schema, keeps_unknown=False)
    return shape


class _Builder:
    def __init__(self) -> None:
        # By node and by whether a node above keeps unknown fields: what is declared below it then does so, too.
        self._made: dict[tuple[int, bool], Shape] = {}

    def shape(self, schema: Schema, *, keeps_unknown: bool) -> Shape:
        keeps_unknown = keeps_unknown or schema.preserve_unknown
        made = self._made.get((id(schema), keeps_unknown))
        if made is not None:
            return made
        kind = schema.type
        shape = Shape(
            scalar=_scalar(schema), map_=kind in ("object", "") or schema.embedded, list_=kind in ("array", "")
        )
        self._made[id(schema), keeps_unknown] = shape
        if shape.map:
            self._fill_map(shape, schema, keeps_unknown=keeps_unknown)
        if shape.list:
            self._fill_list(shape, schema, keeps_unknown=keeps_unknown)
        return shape

    def _fill_map(self, shape: Shape, schema: Schema, *, keeps_unknown: bool) -> None:
        for name, one in schema.properties.items():
            element = f"f:{name}"
            shape.fields[element] = below = self.shape(one, keeps_unknown=keeps_unknown)
            shape.properties[name] = element, below
        if schema.additional is not None:
            shape.element = self.shape(schema.additional, keeps_unknown=keeps_unknown)
        elif keeps_unknown or not schema.properties:
            shape.element = DEDUCED
        shape.atomic_map = schema.map_type == "atomic"

    def _fill_list(self, shape: Shape, schema: Schema, *, keeps_unknown: bool) -> None:
        shape.item = self.shape(schema.items, keeps_unknown=keeps_unknown) if schema.items else UNTYPED
        shape.atomic_list = schema.list_type == "atomic"
        if schema.list_type == "map":
            shape.keys = schema.list_keys
            shape.only_key = shape.keys[0] if len(shape.keys) == 1 else ""
            shape.key_defaults = _defaults(schema.items.properties if schema.items else {}, schema.list_keys)


def _defaults(properties: Mapping[str, Schema], keys: tuple[str, ...]) -> dict[str, Any]:
    found = {key: properties[key].default for key in keys if key in properties}
    return {key: default for key, default in found.items() if default is not UNSET and default is not None}


def _scalar(schema: Schema) -> str:
    match schema.type:
        case "object" | "array":
            return ""
        case "boolean":
            return "boolean"
        case "integer" | "number":
            return "numeric"
        case "string" if schema.format in ("", "byte"):
            return "string"
    return "untyped"
