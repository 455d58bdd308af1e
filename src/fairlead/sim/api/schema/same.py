"""When two JSON values are the same: numbers by value, but a boolean is no number."""

from typing import Any


def same(one: Any, other: Any) -> bool:
    """Like ==, where True and 1 differ."""
    if one is other:
        return True
    if one != other:
        return False
    match one:
        case dict():
            return all(same(value, other[name]) for name, value in one.items())
        case list():
            return all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool)
