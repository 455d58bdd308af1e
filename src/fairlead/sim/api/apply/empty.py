"""The object that is there before an object is created: what a create is compared with."""

from typing import Any

from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.kind import Kind, Object


def empty(kind: Kind) -> Object:
    """Nothing but its type; a built-in kind also has the parts that are in every object of it."""
    return {**_parts(kind.schema), "apiVersion": kind.api_version, "kind": kind.kind}


def _parts(schema: Schema) -> dict[str, Any]:
    return {
        name: _parts(schema.properties[name]) if isinstance(zero, dict) else zero
        for name, zero in schema.always.items()
    }
