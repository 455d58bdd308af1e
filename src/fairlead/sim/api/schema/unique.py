"""Lists of type set and map hold each item once."""

from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.schema import correlate
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.cause import Cause, duplicate, invalid


def repeated(value: Any, schema: Schema, path: str = "") -> Iterator[Cause]:
    """A cause for each item that was there before."""
    if isinstance(value, dict):
        for name, entry in value.items():
            child = schema.properties.get(name, schema.additional)
            if child is not None and isinstance(entry, dict | list) and not (name == "metadata" and child.go_name):
                yield from repeated(entry, child, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield from _items(value, schema, path)
        if schema.items is not None:
            for index, entry in enumerate(value):
                yield from repeated(entry, schema.items, f"{path}[{index}]")


def _items(value: list[Any], schema: Schema, path: str) -> Iterator[Cause]:
    if schema.list_type == "atomic":
        return
    seen: list[Any] = []
    for index, entry in enumerate(value):
        if schema.list_type == "map" and not isinstance(entry, dict):
            yield invalid(f"{path}[{index}]", entry, "must be an object for an array of list-type map")
            continue
        shown = correlate.keys(entry, schema) if schema.list_type == "map" else entry
        if shown in seen:
            yield duplicate(f"{path}[{index}]", shown)
        seen.append(shown)
