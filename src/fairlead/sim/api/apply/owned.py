"""Which fields a configuration names: the set that whoever applies it will own."""

from typing import Any

from fairlead.sim.api.apply.fieldset import LEAF, SELF, Fields
from fairlead.sim.api.apply.shape import UNTYPED, Shape

_WITH_PARTS = (dict, list)


def fields_of(obj: dict[str, Any], shape: Shape) -> Fields:
    """Every leaf, every item of a list, every entry of a map; not the declared fields that only hold others."""
    return _fields(obj, shape) or {}


def _fields(value: Any, shape: Shape) -> Fields | None:
    """The node of a value: None where nothing of it is named."""
    if type(value) is dict:
        if shape.atomic_map:
            return LEAF
        return _map_fields(value, shape) if shape.map else LEAF
    if type(value) is list:
        if shape.atomic_list:
            return LEAF
        return _list_fields(value, shape)
    # A null is a member whatever it stands for.
    return LEAF


def _map_fields(value: dict[str, Any], shape: Shape) -> Fields | None:
    out: Fields = {}
    properties = shape.properties
    for name, one in value.items():
        element, below = properties.get(name) or ("f:" + name, None)
        if type(one) not in _WITH_PARTS or (not one and type(one) is dict and below is not None):
            node: Fields | None = LEAF
        elif below is not None:
            node = _fields(one, below)
        else:
            node = _fields(one, shape.element or UNTYPED)
            node = {SELF: LEAF, **node} if node else LEAF
        if node is not None:
            out[element] = node
    return out or None


def _list_fields(value: list[Any], shape: Shape) -> Fields | None:
    out: Fields = {}
    for one in value:
        element = shape.named(one)
        # Items that cannot be told apart are one leaf.
        node = _fields(one, shape.item) if element not in out else None
        out[element] = {SELF: LEAF, **node} if node else LEAF
    return out or None
