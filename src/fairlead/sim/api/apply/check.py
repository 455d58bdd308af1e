"""Whether a value fits its shape at all: server-side apply refuses what it cannot own."""

from collections.abc import Iterator
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


_Mistakes = Iterator[tuple[str, str]]


def _mistakes(value: Any, shape: Shape, twice_allowed: bool) -> _Mistakes:
    if value is None:
        return
    kind = type(value)
    if kind is dict and shape.map:
        yield from _in_map(value, shape, twice_allowed)
    elif kind is list and shape.list:
        yield from _in_list(value, shape, twice_allowed)
    elif not _is_scalar(value, shape.scalar):
        yield "", _expected(value, shape)


def _in_map(value: dict[str, Any], shape: Shape, twice_allowed: bool) -> _Mistakes:
    declared, others = shape.fields, shape.element
    for name, one in value.items():
        below = declared.get("f:" + name, others)
        if below is None:
            yield f".{name}", "field not declared in schema"
            return
        if type(one) is str and below.scalar in ("string", "untyped"):
            continue
        for path, message in _mistakes(one, below, twice_allowed):
            yield f".{name}{path}", message


def _in_list(value: list[Any], shape: Shape, twice_allowed: bool) -> _Mistakes:
    seen = set()
    for index, one in enumerate(value):
        if shape.atomic_list:
            name = f"i:{index}"
        else:
            try:
                name = shape.named(one)
            except NoItem as error:
                yield "", f"element {index}: {error}"
                return
            if name in seen and not twice_allowed:
                yield "", f"duplicate entries for key {element.shown(name)}"
            seen.add(name)
        for path, message in _mistakes(one, shape.item, twice_allowed):
            yield element.shown(name) + path, message


def _is_scalar(value: Any, scalar: str) -> bool:
    match value:
        case bool():
            return scalar in ("boolean", "untyped")
        case int() | float():
            return scalar in ("numeric", "untyped")
        case str():
            return scalar in ("string", "untyped")
    return False


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
