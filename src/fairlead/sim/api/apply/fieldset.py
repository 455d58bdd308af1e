"""Sets of fields, in the form in which managedFields keep them (FieldsV1).

A set is a JSON object: its names are path elements, their values are the sets below. An element with nothing below is a
member; one with something below is a member only where "." stands among it. So no set is ever encoded or decoded.

Sets are values: no function changes its arguments, and results share parts with them. No element but a member is empty.
"""

from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.apply import element

Fields = dict[str, Any]
Path = tuple[str, ...]

SELF = "."
LEAF: Fields = {}
"""A member with nothing below. Shared, never written to."""


def holds(node: Fields) -> bool:
    """Whether the element with this below it is a member."""
    return not node or SELF in node


def union(one: Fields, other: Fields) -> Fields:
    """What is in either."""
    if one is other or not other:
        return one
    out = dict(one)
    for name, there in other.items():
        here = out.get(name)
        if here is None:
            out[name] = there
        elif here is not there:
            out[name] = _joined(here, there)
    return out


def _joined(here: Fields, there: Fields) -> Fields:
    if here and there:
        return union(here, there)
    return _with_self(here or there)


def _with_self(node: Fields) -> Fields:
    return node if holds(node) else {SELF: LEAF, **node}


def intersection(one: Fields, other: Fields) -> Fields:
    """What is in both."""
    out: Fields = {}
    for name, here in one.items():
        there = other.get(name)
        if there is None:
            continue
        if here and there:
            _put(out, name, intersection(here, there))
        elif holds(here) and holds(there):
            out[name] = LEAF
    return out


def difference(one: Fields, other: Fields) -> Fields:
    """What is in the first and not in the second. What is below a member stays when the member itself goes."""
    if not other:
        return one
    out: Fields = {}
    for name, here in one.items():
        there = other.get(name)
        if there is None:
            out[name] = here
        elif here and there:
            _put(out, name, difference(here, there))
        elif here:
            _put(out, name, {below: node for below, node in here.items() if below != SELF})
        elif not holds(there):
            out[name] = LEAF
    return out


def is_within(one: Fields, other: Fields) -> bool:
    """Whether the second has all of the first: nothing is left of their difference."""
    for name, here in one.items():
        there = other.get(name)
        if there is None:
            return False
        if here == there:
            continue
        if here and there:
            if not is_within(here, there):
                return False
        elif here:
            if here.keys() - {SELF}:
                return False
        elif not holds(there):
            return False
    return True


def without(one: Fields, other: Fields) -> Fields:
    """The first without the members of the second and everything below them."""
    out: Fields = {}
    for name, here in one.items():
        there = other.get(name)
        if there is None:
            out[name] = here
        elif not holds(there):
            if here:
                _put(out, name, without(here, there))
            else:
                out[name] = LEAF
    return out


def _put(out: Fields, name: str, node: Fields) -> None:
    """Keep what is left of an element that had something below it."""
    if node:
        out[name] = LEAF if len(node) == 1 and SELF in node else node


def has(fields: Fields, path: Path) -> bool:
    """Whether the path is a member."""
    node = fields
    for name in path:
        below = node.get(name)
        if below is None:
            return False
        node = below
    return bool(path) and holds(node)


def of_paths(*paths: Path) -> Fields:
    """The set of these paths."""
    out: Fields = {}
    for path in paths:
        one = LEAF
        for name in reversed(path):
            one = {name: one}
        out = union(out, one)
    return out


def paths(fields: Fields, before: Path = ()) -> Iterator[Path]:
    """The members: those of a level, then those below them, each in the order of elements."""
    names = sorted((name for name in fields if name != SELF), key=element.order)
    for name in names:
        if holds(fields[name]):
            yield (*before, name)
    for name in names:
        yield from paths(fields[name], (*before, name))


def shown(path: Path) -> str:
    """As conflicts print a path."""
    return "".join(map(element.shown, path))


def canonical(fields: Any) -> Fields:
    """A set that somebody else wrote, in our one form. Raises element.NoElement."""
    out, _ = _canonical(fields)
    return out


def _canonical(fields: Any) -> tuple[Fields, bool]:
    if not isinstance(fields, dict):
        raise element.NoElement(str(fields))
    out: Fields = {}
    member = False
    for name, below in fields.items():
        if name == SELF:
            member = True
            continue
        known = element.canonical(name)
        if known is None:
            continue
        node, is_member = _canonical(below)
        node = _with_self(node) if is_member and node else node
        out[known] = _joined(out[known], node) if known in out else node
    return out, member or not out
