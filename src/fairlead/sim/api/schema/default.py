"""Defaulting of custom resources from the defaults of their schema."""

from copy import deepcopy
from typing import Any

from msgspec import UNSET

from fairlead.sim.api.schema.schema import Schema

_META = frozenset({"apiVersion", "kind", "metadata"})


def default(value: Any, schema: Schema) -> None:
    """Fill in what is absent, in place, from the outside inwards: a default is itself defaulted.

    A null where null is not allowed is replaced by the default, or removed by `drop_nulls` before.
    """
    if isinstance(value, dict):
        _object(value, schema)
    elif isinstance(value, list) and schema.items is not None:
        for index, entry in enumerate(value):
            if entry is None and _replaces_null(schema.items):
                value[index] = deepcopy(schema.items.default)
            default(value[index], schema.items)


def _object(value: dict[str, Any], schema: Schema) -> None:
    untouched = _META if schema.embedded else frozenset[str]()
    for name, child in schema.properties.items():
        absent = name not in value or (value[name] is None and not child.nullable)
        if absent and child.default is not UNSET and name not in untouched:
            value[name] = deepcopy(child.default)
    for name, entry in value.items():
        inner = schema.properties.get(name, schema.additional)
        if inner is None or name in untouched:
            continue
        if entry is None and name not in schema.properties and _replaces_null(inner):
            value[name] = deepcopy(inner.default)
        default(value[name], inner)


def _replaces_null(schema: Schema) -> bool:
    return schema.default is not UNSET and not schema.nullable


def drop_nulls(value: Any, schema: Schema) -> None:
    """Remove nulls that are not allowed and have no default; those that have one are left for defaulting."""
    if isinstance(value, dict):
        for name in [name for name, entry in value.items() if entry is None]:
            child = schema.properties.get(name, schema.additional)
            if child is not None and not child.nullable and child.default is UNSET:
                del value[name]
        for name, entry in value.items():
            inner = schema.properties.get(name, schema.additional)
            if inner is not None and not (schema.embedded and name in _META):
                drop_nulls(entry, inner)
    elif isinstance(value, list) and schema.items is not None:
        for entry in value:
            drop_nulls(entry, schema.items)
