"""What differs between two objects, as three sets of fields of which no field is in two."""

from typing import Any, NamedTuple

from fairlead.sim.api.apply.fieldset import LEAF, SELF, Fields, without
from fairlead.sim.api.apply.shape import UNTYPED, Shape
from fairlead.sim.api.schema.same import same


class Comparison(NamedTuple):
    """Fields that are only in the old object, are in both and differ, are only in the new one.

    Other than a configuration's, these sets have the fields that only hold others as members, too.
    """

    removed: Fields
    modified: Fields
    added: Fields

    def except_for(self, fields: Fields) -> "Comparison":
        """As if these fields, and all below them, did not differ."""
        return Comparison(*(without(one, fields) for one in self)) if fields else self


def compare(old: dict[str, Any], new: dict[str, Any], shape: Shape) -> Comparison:
    """Compare whole objects."""
    found = Comparison({}, {}, {})
    _compare_maps(old, new, shape, found)
    return found


_NOTHING = object()


def _compare_maps(old: dict[str, Any], new: dict[str, Any], shape: Shape, found: Comparison) -> None:
    declared, others = shape.fields, shape.element or UNTYPED
    for name, value in new.items():
        before = old.get(name, _NOTHING)
        if before is value or (type(value) is str and value == before):
            continue
        element = "f:" + name
        if before is _NOTHING:
            found.added[element] = _whole(value, declared.get(element, others))
        else:
            _compare(element, before, value, declared.get(element, others), found)
    for name, value in old.items():
        if name not in new:
            element = "f:" + name
            found.removed[element] = _whole(value, declared.get(element, others))


def _compare(element: str, old: Any, new: Any, shape: Shape, found: Comparison) -> None:
    """Both are there and are not one value in memory."""
    parts = [_has_parts(value, shape) for value in (old, new)]
    if all(parts) and type(old) is type(new):
        _compare_below(element, old, new, shape, found)
        return
    if parts[0]:
        _compare_below(element, old, type(old)(), shape, found)
    if parts[1]:
        _compare_below(element, type(new)(), new, shape, found)
    if (all(parts) or not _is_empty(old, new, parts)) and not same(old, new):
        found.modified[element] = {SELF: LEAF, **found.modified[element]} if element in found.modified else LEAF


def _has_parts(value: Any, shape: Shape) -> bool:
    if not value:
        return False
    if type(value) is dict:
        return shape.map and not shape.atomic_map
    return type(value) is list and shape.list and not shape.atomic_list


def _is_empty(old: Any, new: Any, parts: list[bool]) -> bool:
    """Whether one side has parts and the other stands for none: an empty one of its type, or null."""
    if not any(parts):
        return False
    full, other = (old, new) if parts[0] else (new, old)
    return other is None or (type(other) is type(full) and not other)


def _compare_below(element: str, old: Any, new: Any, shape: Shape, found: Comparison) -> None:
    below = Comparison({}, {}, {})
    if type(new) is dict:
        _compare_maps(old, new, shape, below)
    else:
        _compare_lists(old, new, shape, below)
    for into, what in zip(found, below, strict=True):
        if what:
            into[element] = what


def _compare_lists(old: list[Any], new: list[Any], shape: Shape, found: Comparison) -> None:
    before, after = _by_name(old, shape), _by_name(new, shape)
    for element in before | after:
        was, is_now = before.get(element, []), after.get(element, [])
        if len(was) > 1 and len(is_now) > 1:
            # Items that cannot be told apart are compared as one leaf.
            if not same(was, is_now):
                found.modified[element] = LEAF
        elif len(was) == 1 and len(is_now) == 1:
            if was[0] is not is_now[0]:
                _compare(element, was[0], is_now[0], shape.item, found)
        else:
            for items, into in ((was, found.removed), (is_now, found.added)):
                if items:
                    into[element] = _whole(items[0], shape.item) if len(items) == 1 else LEAF


def _by_name(items: list[Any], shape: Shape) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        found.setdefault(shape.named(item), []).append(item)
    return found


def _whole(value: Any, shape: Shape) -> Fields:
    """The node of a value that is only on one side: it and everything below it."""
    if type(value) is dict:
        if not value or not shape.map or shape.atomic_map:
            return LEAF
        declared, others = shape.fields, shape.element or UNTYPED
        out: Fields = {SELF: LEAF}
        for name, one in value.items():
            element = "f:" + name
            out[element] = _whole(one, declared.get(element, others))
        return out
    if type(value) is list and value and shape.list and not shape.atomic_list:
        return {SELF: LEAF} | {
            element: _whole(items[0], shape.item) if len(items) == 1 else LEAF
            for element, items in _by_name(value, shape).items()
        }
    return LEAF
