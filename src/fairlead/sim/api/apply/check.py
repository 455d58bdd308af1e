"""Whether a value fits its shape at all: server-side apply refuses what it cannot own."""

from typing import Any

from fairlead.sim.api.apply import element
from fairlead.sim.api.apply.shape import NoItem, Shape
from fairlead.sim.api.printed import printed, syntax, type_name


class Mistyped(ValueError):
    """The value has fields that are not declared, other types than declared, or items that are there twice."""


def check(obj: dict[str, Any], shape: Shape, *, twice_allowed: bool = False) -> None:
    """Raises Mistyped with every mistake, in the words of the API server. Stored objects may have an item twice."""
    mistakes = [f"{path}: {message}" for path, message in _mistakes(obj, shape, twice_allowed)]
    if len(mistakes) == 1:
        raise Mistyped(mistakes[0])
    if mistakes:
        raise Mistyped("\n".join(["errors:", *(f"  {mistake}" for mistake in mistakes)]))


_Mistakes = list[tuple[str, str]]
_NONE: _Mistakes = []
"""Shared, never written to: nearly every value is right."""


def _mistakes(value: Any, shape: Shape, twice_allowed: bool) -> _Mistakes:
    if value is None:
        return _NONE
    kind = type(value)
    if kind is dict and shape.map:
        return _in_map(value, shape, twice_allowed)
    if kind is list and shape.list:
        return _in_list(value, shape, twice_allowed)
    return _NONE if shape.scalar in _SCALARS.get(kind, ()) else [("", _expected(value, shape))]


def _in_map(value: dict[str, Any], shape: Shape, twice_allowed: bool) -> _Mistakes:
    properties, others = shape.properties, shape.element
    out = _NONE
    for name, one in value.items():
        below = known[1] if (known := properties.get(name)) else others
        if below is None:
            return [*out, (f".{name}", "field not declared in schema")]
        if below.scalar in _SCALARS.get(type(one), ()):
            continue
        if found := _mistakes(one, below, twice_allowed):
            out = [*out, *((f".{name}{path}", message) for path, message in found)]
    return out


def _in_list(value: list[Any], shape: Shape, twice_allowed: bool) -> _Mistakes:
    seen = set()
    out = _NONE
    for index, one in enumerate(value):
        name = ""
        if not shape.atomic_list:
            try:
                name = shape.named(one)
            except NoItem as error:
                return [*out, ("", f"element {index}: {error}")]
            if name in seen and not twice_allowed:
                out = [*out, ("", f"duplicate entries for key {element.shown(name)}")]
            seen.add(name)
        if found := _mistakes(one, shape.item, twice_allowed):
            where = element.shown(name or f"i:{index}")
            out = [*out, *((where + path, message) for path, message in found)]
    return out


_SCALARS: dict[type, tuple[str, ...]] = {
    str: ("string", "untyped"),
    int: ("numeric", "untyped"),
    float: ("numeric", "untyped"),
    bool: ("boolean", "untyped"),
}
"""What a value of a type may stand for."""


def _expected(value: Any, shape: Shape) -> str:
    if shape.map:
        return f"expected map, got &{{{printed(value)}}}"
    match shape.scalar:
        case "numeric":
            return f"expected numeric (int or float), got {type_name(value)}"
        case "string":
            return f"expected string, got &value.valueUnstructured{{Value:{syntax(value)}}}"
        case "boolean":
            return f"expected boolean, got &{{{printed(value)}}}"
        case "untyped":
            return f"expected any scalar, got &{{{printed(value)}}}"
    return f"expected list, got &{{{printed(value)}}}"
