"""Which part of the old object a part of the new one corresponds to.

Properties and map values correspond by name, items only of lists of type map, by their keys. What has no counterpart is
ABSENT. An update may leave as it was what would be refused today; transition rules compare a part with its counterpart.
"""

from typing import Any, Final

from msgspec import UNSET

from fairlead.sim.api.schema.schema import Schema


class Absent:
    """There is no counterpart."""


ABSENT: Final = Absent()


def entry(old: Any, name: str) -> Any:
    """The counterpart of a property or map value."""
    return old.get(name, ABSENT) if isinstance(old, dict) else ABSENT


def item(old: Any, new: Any, schema: Schema) -> Any:
    """The counterpart of an item of a list with this schema."""
    if schema.list_type != "map" or not isinstance(old, list) or not isinstance(new, dict):
        return ABSENT
    wanted = keys(new, schema)
    found = [each for each in old if isinstance(each, dict) and keys(each, schema) == wanted]
    return found[0] if len(found) == 1 else ABSENT


def keys(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """The values of an item's keys, defaults of the schema in place of absent ones."""
    found = {}
    for key in schema.list_keys:
        if key in value:
            found[key] = value[key]
        elif schema.items is not None and (child := schema.items.properties.get(key)) and child.default is not UNSET:
            found[key] = child.default
    return found
