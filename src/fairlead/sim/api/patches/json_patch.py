"""JSON patch (RFC 6902), with the liberties of the API server.

It replaces what is not there, takes indexes that count from the end, and says nothing about why a patch does not fit.
"""

import re
from collections.abc import Callable
from typing import Any

from fairlead.sim.api.copied import copied
from fairlead.sim.api.failure import Failure, bad_request
from fairlead.sim.api.printed import json_type
from fairlead.sim.api.types.kind import Object

MAX_OPERATIONS = 10_000
_STRINGS = ("op", "path", "from")
_KNOWN = (*_STRINGS, "value")
_NUMBER = re.compile(r"[+-]?[0-9]+")

_Operation = dict[str, Any]


class _Root:
    """What holds the document."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.entered: list[Object] = []
        """The maps on the way of an operation: the API server leaves their names in order, and it is by this order that
        it comes to the first mistake in them."""

    def enter(self, holder: Any) -> None:
        """Note a map."""
        if isinstance(holder, dict):
            self.entered.append(holder)


class _Unfit(Exception):
    """An operation that cannot be done."""


def complaints(operations: Any) -> list[str]:
    """What strict field validation has against a patch: unknown fields. Raises Failure, where the types are wrong."""
    _check_list(operations, "[]handlers.jsonPatchOp", "handlers.jsonPatchOp")
    found = []
    for index, operation in enumerate(operations or ()):
        for name, value in (operation or {}).items():
            if name not in _KNOWN:
                found.append(f'unknown field "[{index}].{name}"')
            elif name in _STRINGS and not isinstance(value, str | None):
                raise bad_request(
                    f"error decoding patch: json: cannot unmarshal {json_type(value)} into Go struct field "
                    f"jsonPatchOp.{name} of type string"
                )
    return found


def apply(document: Object, operations: Any) -> Any:
    """The patched document, which may be no object any more. Raises Failure: 400, 413, 422."""
    _check_list(operations, "jsonpatch.Patch", "jsonpatch.Operation", before="")
    if len(operations or ()) > MAX_OPERATIONS:
        message = f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(operations)}"
        raise Failure(413, "RequestEntityTooLarge", f"Request entity too large: {message}")
    root = _Root(copied(document))
    try:
        for operation in operations or ():
            kind = (operation or {}).get("op")
            _OPERATIONS.get(kind if isinstance(kind, str) else "", _unknown)(root, operation)
    except _Unfit as error:
        raise Failure(422, "Invalid", "the server rejected our request due to an error in our request", {}) from error
    for holder in root.entered:
        named = sorted(holder.items())
        holder.clear()
        holder.update(named)
    return root.document


def _check_list(operations: Any, of_list: str, of_one: str, before: str = "error decoding patch: ") -> None:
    if operations is not None and not isinstance(operations, list):
        raise bad_request(f"{before}json: cannot unmarshal {json_type(operations)} into Go value of type {of_list}")
    for one in operations or ():
        if one is not None and not isinstance(one, dict):
            raise bad_request(f"{before}json: cannot unmarshal {json_type(one)} into Go value of type {of_one}")


def _unknown(_root: _Root, _operation: _Operation) -> None:
    raise _Unfit


def _add(root: _Root, operation: _Operation) -> None:
    holder, key = _find(root, operation, "path")
    _put(holder, key, operation.get("value"))


def _remove(root: _Root, operation: _Operation) -> None:
    holder, key = _find(root, operation, "path")
    _take(holder, key)


def _replace(root: _Root, operation: _Operation) -> None:
    if operation.get("path") == "":
        value = operation["value"] if "value" in operation else _panic()
        if isinstance(value, dict | list):
            root.document = value
        return
    holder, key = _find(root, operation, "path")
    if isinstance(holder, dict):
        holder[key] = operation.get("value")
    else:
        holder[_index(holder, key)] = operation.get("value")


def _move(root: _Root, operation: _Operation) -> None:
    holder, key = _find(root, operation, "from")
    value = _take(holder, key)
    holder, key = _find(root, operation, "path")
    _put(holder, key, value)


def _copy(root: _Root, operation: _Operation) -> None:
    holder, key = _find(root, operation, "from")
    value = copied(_get(holder, key))
    holder, key = _find(root, operation, "path")
    _put(holder, key, value)


def _test(root: _Root, operation: _Operation) -> None:
    if operation.get("path") == "":
        value = root.document
    else:
        holder, key = _find(root, operation, "path")
        value = _get(holder, key)
        if value is None and "value" not in operation:
            _panic()
    if not _equal(value, operation.get("value")):
        raise _Unfit


def _panic() -> Any:
    """The API server panics, and the connection ends without an answer."""
    raise Failure(500, "InternalError", "a JSON patch without a value is not answered", {})


_OPERATIONS: dict[str, Callable[[_Root, _Operation], None]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _find(root: _Root, operation: _Operation, name: str) -> tuple[Any, str]:
    """What holds the place that the operation names, and its key there. A path need not begin with a slash."""
    path = operation.get(name)
    if not isinstance(path, str):
        raise _Unfit
    _, *parts = path.split("/")
    if not parts:
        raise _Unfit
    holder = root.document
    for part in parts[:-1]:
        root.enter(holder)
        holder = _get(holder, _unescaped(part))
    root.enter(holder)
    if not isinstance(holder, dict | list):
        raise _Unfit
    return holder, _unescaped(parts[-1])


def _unescaped(part: str) -> str:
    # In this order, ~01 would become a slash; both are replaced in one pass.
    return "~".join(piece.replace("~1", "/") for piece in part.split("~0"))


def _get(holder: Any, key: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(key)
    if isinstance(holder, list):
        return holder[_index(holder, key)]
    raise _Unfit


def _index(holder: list[Any], key: str) -> int:
    index = _number(key)
    if not -len(holder) <= index < len(holder):
        raise _Unfit
    return index


def _number(key: str) -> int:
    if not _NUMBER.fullmatch(key):
        raise _Unfit
    return int(key)


def _put(holder: Any, key: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[key] = value
        return
    if key == "-":
        holder.append(value)
        return
    index = _number(key)
    if not -len(holder) - 1 <= index <= len(holder):
        raise _Unfit
    holder.insert(index if index >= 0 else index + len(holder) + 1, value)


def _take(holder: Any, key: str) -> Any:
    if isinstance(holder, dict):
        if key not in holder:
            raise _Unfit
        return holder.pop(key)
    return holder.pop(_index(holder, key))


def _equal(one: Any, other: Any) -> bool:
    """Equal as texts: 1 and 1.0 differ."""
    if type(one) is not type(other):
        return False
    match one:
        case dict():
            return one.keys() == other.keys() and all(_equal(value, other[name]) for name, value in one.items())
        case list():
            return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)
