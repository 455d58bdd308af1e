"""Lists of type set and map hold each item once."""

from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.printed import as_json
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.cause import Cause, duplicate, invalid


def repeated(value: Any, schema: Schema, path: str = "") -> Iterator[Cause]:
    """A cause for each item that is there more than once."""
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
    if schema.list_type == "set":
        named = value
    elif schema.list_type == "map":
        for index, entry in enumerate(value):
            if entry is not None and not isinstance(entry, dict):
                yield invalid(f"{path}[{index}]", entry, "must be an object for an array of list-type map")
                return
        # A null stands for an item without its keys.
        named = [{key: entry[key] for key in schema.list_keys if key in entry} if entry else {} for entry in value]
    else:
        return
    seen: dict[str, int] = {}
    for index, entry in enumerate(named):
        same = as_json(entry)
        seen[same] = seen.get(same, 0) + 1
        if seen[same] == 2:
            yield duplicate(f"{path}[{index}]", entry)
