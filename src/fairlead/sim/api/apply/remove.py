"""Taking fields away from an object, and which fields those are when a manager no longer names them."""

from typing import Any

from fairlead.sim.api.apply.fieldset import LEAF, SELF, Fields, holds
from fairlead.sim.api.apply.shape import UNTYPED, Shape


def remove(obj: dict[str, Any], fields: Fields, shape: Shape) -> dict[str, Any]:
    """The object without the members of the set and everything below them. Shares what stays with the argument.

    What has lost all its parts becomes null.
    """
    return (_remove(obj, fields, shape) if fields else obj) or {}


def _remove(value: Any, fields: Fields, shape: Shape) -> Any:
    if type(value) is dict:
        if not value or not shape.map or shape.atomic_map:
            return None
        return _remove_from_map(value, fields, shape) or None
    if type(value) is list:
        if not value or not shape.list or shape.atomic_list:
            return None
        return _remove_from_list(value, fields, shape) or None
    return value


def _remove_from_map(value: dict[str, Any], fields: Fields, shape: Shape) -> dict[str, Any]:
    out = {}
    declared, others = shape.fields, shape.element or UNTYPED
    for name, one in value.items():
        below = fields.get("f:" + name)
        if below is None:
            out[name] = one
        elif not holds(below):
            out[name] = _remove(one, below, declared.get("f:" + name, others))
    return out


def _remove_from_list(value: list[Any], fields: Fields, shape: Shape) -> list[Any]:
    out = []
    for one in value:
        below = fields.get(shape.named(one))
        if below is None:
            out.append(one)
        elif not holds(below):
            out.append(_remove(one, below, shape.item))
    return out


def with_declared(fields: Fields, shape: Shape) -> Fields:
    """The set and the declared fields that only hold members: they go when everything in them goes."""
    out: Fields = {}
    for element, below in fields.items():
        if not below:
            out[element] = below
            continue
        kind = element[0]
        if kind == "f":
            declared = shape.fields.get(element)
            child = declared or shape.element or UNTYPED
            node = with_declared(below, child) if child.map or child.list else below
            out[element] = {SELF: LEAF, **node} if declared is not None and SELF not in node else node
        else:
            out[element] = with_declared(below, shape.item) if kind == "k" else below
    return out
