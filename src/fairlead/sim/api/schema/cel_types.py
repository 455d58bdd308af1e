"""The types of CEL, and which of them a place in an object has for a rule."""

from msgspec import Struct

from fairlead.sim.api.schema.escape import name as escaped
from fairlead.sim.api.schema.schema import Schema


class Type(Struct, frozen=True):
    """A type. Objects are alike when their names are; a name that begins with ? is a type yet to be found."""

    name: str
    parameters: tuple["Type", ...] = ()
    fields: "Fields | None" = None

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(str(one) for one in self.parameters)})"


class Fields(Struct, frozen=True, eq=False):
    """The fields of an object."""

    of: dict[str, Type]


DYN, ERROR, BOOL, INT, DOUBLE, STRING, BYTES, TIMESTAMP, DURATION = (
    Type(name) for name in ("dyn", "!error!", "bool", "int", "double", "string", "bytes", "timestamp", "duration")
)


def list_of(item: Type) -> Type:
    """A list."""
    return Type("list", (item,))


def map_of(key: Type, value: Type) -> Type:
    """A map."""
    return Type("map", (key, value))


def optional(inner: Type) -> Type:
    """A value that may be none."""
    return Type("optional_type", (inner,))


_TEXTS = {"byte": BYTES, "duration": DURATION, "date": TIMESTAMP, "date-time": TIMESTAMP}
_SIMPLE = {"boolean": BOOL, "number": DOUBLE, "integer": INT}


def of_schema(schema: Schema, name: str) -> Type | None:
    """The type of what a schema of a custom resource describes; None where rules cannot see it."""
    if schema.int_or_string:
        return DYN
    match schema.type:
        case "array" if schema.items is not None:
            item = of_schema(schema.items, f"{name}.@idx")
            return list_of(item) if item else None
        case "object" if schema.additional is not None:
            value = of_schema(schema.additional, f"{name}.@elem")
            return map_of(STRING, value) if value else None
        case "object":
            return Type(name, (), Fields(dict(_fields(schema, name))))
        case "string":
            return _TEXTS.get(schema.format, STRING)
        case other:
            return _SIMPLE.get(other)


def _fields(schema: Schema, name: str) -> list[tuple[str, Type]]:
    found = []
    for key, child in schema.properties.items():
        shown = escaped(key)
        type_ = _metadata(name) if schema.embedded and key == "metadata" else of_schema(child, f"{name}.{shown}")
        if type_ is not None:
            found.append((shown, type_))
    return found


def _metadata(name: str) -> Type:
    """Of an object's metadata rules see the name only."""
    return Type(f"{name}.metadata", (), Fields({"name": STRING, "generateName": STRING}))
