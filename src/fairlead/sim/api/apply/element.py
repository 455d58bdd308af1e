"""Path elements as managedFields write them: `f:name`, `k:{"key":"value"}`, `v:value`, `i:index`.

Their canonical text, the text that people read in conflicts, and their order.
"""

import json
from functools import lru_cache
from typing import Any

from fairlead.sim.api.printed import as_json


class NoElement(ValueError):
    """The text is no path element."""


@lru_cache(maxsize=65536, typed=True)
def of_key(names: tuple[str, ...], *values: Any) -> str:
    """The element of an item in a list of type map."""
    return "k:" + as_json({name: _number(value) for name, value in zip(names, values, strict=True)})


@lru_cache(maxsize=65536, typed=True)
def of_only_key(name: str, value: Any) -> str:
    """The element of an item in a list of type map that has one key."""
    return of_key((name,), value)


def of_value(value: Any) -> str:
    """The element of an item in a list of type set."""
    return "v:" + as_json(_number(value))


def _number(value: Any) -> Any:
    # 1 and 1.0 are one item.
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e21 else value


def canonical(element: str) -> str | None:
    """The one text of an element that somebody else wrote; None where its type is not known."""
    if element[1:2] != ":":
        raise NoElement(element)
    if element[0] == "f":
        return element
    if element[0] not in "kvi":
        return None
    try:
        value = json.loads(element[2:])
    except ValueError as error:
        raise NoElement(element) from error
    if element[0] == "i":
        return f"i:{int(value)}"
    if element[0] == "v":
        return of_value(value)
    if not isinstance(value, dict):
        raise NoElement(element)
    return of_key.__wrapped__(tuple(value), *value.values())


@lru_cache(maxsize=65536)
def shown(element: str) -> str:
    """As conflicts print it: `.name`, `[key="value"]`, `[="value"]`, `[0]`."""
    if element.startswith("f:"):
        return "." + element[2:]
    if element.startswith("i:"):
        return f"[{element[2:]}]"
    value = json.loads(element[2:])
    if element.startswith("v:"):
        return f"[={_shown_value(value)}]"
    return "[" + ",".join(f"{name}={_shown_value(value[name])}" for name in sorted(value)) + "]"


def _shown_value(value: Any) -> str:
    match value:
        case dict():
            return "".join(f"{name}={_shown_value(one)}" for name, one in value.items())
        case list():
            return "[" + ",".join(map(_shown_value, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=65536)
def order(element: str) -> tuple[Any, ...]:
    """A sort key: names before keys before values before indexes, numbers as numbers."""
    if element.startswith("f:"):
        return (0, element[2:])
    value = json.loads(element[2:])
    if element.startswith("k:"):
        return (1, tuple((name, _order_of_value(value[name])) for name in sorted(value)))
    if element.startswith("v:"):
        return (2, _order_of_value(value))
    return (3, value)


def _order_of_value(value: Any) -> tuple[int, Any]:
    match value:
        case bool():
            return (2, value)
        case int() | float():
            return (0, value)
        case str():
            return (1, value)
        case None:
            return (5, 0)
        case _:
            return (3, as_json(value))
