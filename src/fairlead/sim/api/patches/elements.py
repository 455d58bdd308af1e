"""The order of the items of a list that is merged: the patch's own order first, then that of the live list."""

from collections.abc import Callable, Sequence
from typing import Any

from fairlead.sim.api.failure import Failure, unexplained
from fairlead.sim.api.printed import printed, type_name

DIRECTIVE = "$patch"


def no_key(item: Any, merge_key: str) -> Failure:
    """An item that cannot be told from others."""
    return unexplained(f"map: {printed(item)} does not contain declared merge key: {merge_key}")


def bad_type(expected: str, value: Any) -> Failure:
    """A value of another type than its place in a patch has."""
    return unexplained(f"expected a {expected}, but received a {type_name(value)}")


def element_type(*lists: Sequence[Any]) -> str:
    """What all items are. Raises Failure where they differ, are lists, or there are none."""
    types = [type_name(item) for items in lists for item in items]
    if not types:
        raise unexplained("no elements in any of the given slices")
    if types[0] == "[]interface {}":
        raise Failure(422, "Invalid", "the server rejected our request due to an error in our request", {})
    if any(one != types[0] for one in types):
        raise unexplained(f"list element types are not identical: {printed(list(lists))}")
    return types[0]


def identity(merge_key: str) -> Callable[[Any], Any]:
    """What tells items apart: the value of their merge key, or they themselves."""
    return (lambda item: item.get(merge_key)) if merge_key else (lambda item: item)


def partition(items: list[Any], by: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """The items that `by` names, and the others."""
    of = identity(merge_key)
    if merge_key:
        for item in items:
            if not isinstance(item, dict):
                raise bad_type("map[string]interface {}", item)
            if merge_key not in item:
                raise no_key(item, merge_key)
        for index, item in enumerate(by):
            if not isinstance(item, dict):
                raise unexplained(f"value for key {index} is not a map")
    named = [of(item) for item in by]
    return [item for item in items if of(item) in named], [item for item in items if of(item) not in named]


def interleave(patched: list[Any], others: list[Any], wanted: list[Any], live: list[Any], merge_key: str) -> list[Any]:
    """Patched items in the wanted order, and the others in the live order, each before the patched item it preceded."""
    of = identity(merge_key)
    left, right = _sorted(others, live, of), _sorted(patched, wanted, of)
    position = _positions(live, of)
    out: list[Any] = []
    while left and right:
        here, there = position(left[0]), position(right[0])
        out.append(left.pop(0) if 0 <= here < there else right.pop(0))
    return out + left + right


def _sorted(items: list[Any], order: list[Any], of: Callable[[Any], Any]) -> list[Any]:
    return sorted(items, key=_positions(order, of))


def _positions(order: list[Any], of: Callable[[Any], Any]) -> Callable[[Any], int]:
    found: dict[Any, int] = {}
    for index, item in enumerate(order):
        found.setdefault(of(item), index)
    return lambda item: found.get(of(item), -1)
