"""What happens to an object of a built-in kind that is decoded into Go structs and encoded again.

Unknown fields vanish, null means absent, zero values of fields that are no pointers vanish or are always written,
quantities and times take their canonical form. Custom resources do not go this way.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from fairlead.sim.api.schema import quantity
from fairlead.sim.api.schema.schema import Schema

_NOTHING: dict[str, Any] = {}
"""Shared, never written to."""


def normalize(obj: dict[str, Any], schema: Schema, known: dict[str, Any] = _NOTHING) -> list[str]:
    """Change the object in place to what the Go structs hold. Returns the paths of unknown fields, in order.

    `known` is an object that has gone this way before: parts that are the same in memory are passed over.
    """
    unknown: list[str] = []
    # An empty list of managers is a wish: that they be forgotten.
    forgets = isinstance(metadata := obj.get("metadata"), dict) and metadata.get("managedFields") == []
    _struct(obj, schema, "", unknown, known)
    if forgets:
        obj["metadata"]["managedFields"] = []
    return unknown


def _struct(value: dict[str, Any], schema: Schema, path: str, unknown: list[str], known: Any = _NOTHING) -> None:
    properties = schema.properties
    before = known if type(known) is dict else _NOTHING
    left_out = schema.zero_left_out
    for name, entry in list(value.items()):
        child = properties.get(name)
        if child is None:
            unknown.append(path + name)
            del value[name]
            continue
        if entry is None:
            del value[name]
            continue
        if entry and type(entry) is str and not child.format:
            continue
        if type(entry) in _PARTS or child.format:
            part = before.get(name)
            if entry is part:
                continue
            entry = value[name] = _value(entry, child, path + name, unknown, part)
        if not entry and name in left_out and not (child.go_name or child.int_or_string):
            del value[name]
    for name, zero in schema.always.items():
        if name not in value:
            value[name] = _empty_struct(properties[name]) if type(zero) is dict else zero


def _empty_struct(schema: Schema) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if schema.always:
        _struct(value, schema, "", [])
    return value


def forget_empty(schema: Schema) -> Callable[[dict[str, Any]], None]:
    """Make what writes null for an empty list: the stored form, protobuf, knows no difference.

    Only fields that are always written show it: those of the object, its spec and its status.
    """
    own = _always_lists(schema)
    below = {name: names for name, child in schema.properties.items() if (names := _always_lists(child))}

    def forget(obj: dict[str, Any]) -> None:
        _forget(obj, own)
        for name, names in below.items():
            if type(part := obj.get(name)) is dict:
                _forget(part, names)

    return forget


def _always_lists(schema: Schema) -> tuple[str, ...]:
    return tuple(name for name, zero in schema.always.items() if zero is None)


def _forget(part: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if part.get(name) == []:
            part[name] = None


_PARTS = {dict, list}


def _value(value: Any, schema: Schema, path: str, unknown: list[str], known: Any) -> Any:
    kind = type(value)
    if kind is dict:
        if schema.format == "json-schema":
            # It decodes itself, and does not tell what it dropped.
            _struct(value, schema.all_of[0], path, [])
        elif schema.go_name:
            _struct(value, schema, path + ".", unknown, known)
        elif schema.additional is not None:
            _map(value, schema.additional, path, unknown)
        return value
    if kind is list:
        if schema.items is not None:
            _list(value, schema.items, path, unknown, known if type(known) is list else ())
        return value
    canonical = _CANONICAL.get(schema.format)
    return value if canonical is None else canonical(value)


def _map(value: dict[str, Any], values: Schema, path: str, unknown: list[str]) -> None:
    for name, entry in value.items():
        if entry is None:
            value[name] = "" if values.type == "string" else _empty_struct(values)
        elif type(entry) in _PARTS or values.format:
            value[name] = _value(entry, values, f"{path}.{name}", unknown, None)


def _list(value: list[Any], items: Schema, path: str, unknown: list[str], known: Sequence[Any]) -> None:
    for index, entry in enumerate(value):
        part = known[index] if index < len(known) else None
        if entry is None:
            value[index] = "" if items.type == "string" else _empty_struct(items)
        elif entry is not part and (type(entry) in _PARTS or items.format):
            value[index] = _value(entry, items, f"{path}[{index}]", unknown, part)


def _quantity(value: Any) -> Any:
    return quantity.canonical(str(value))


def _time(value: Any) -> Any:
    """Whole seconds in UTC."""
    if isinstance(value, str) and value.endswith("Z") and len(value) == 20:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _micro_time(value: Any) -> Any:
    """Microseconds in UTC, all six digits."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_CANONICAL: dict[str, Callable[[Any], Any]] = {"quantity": _quantity, "date-time": _time, "micro-time": _micro_time}
