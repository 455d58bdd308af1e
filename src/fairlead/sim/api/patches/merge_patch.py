"""JSON merge patch (RFC 7386): what is named is replaced, null removes."""

from typing import Any

from fairlead.sim.api.failure import bad_request
from fairlead.sim.api.types.kind import Object


def apply(document: Object, patch: Any) -> Any:
    """The patched document. A list in place of a patch becomes the document. Raises Failure: 400."""
    if isinstance(patch, list):
        return [_without_nulls(one) for one in patch]
    if not isinstance(patch, dict):
        raise bad_request("Invalid JSON Patch")
    return _merge(document, patch)


def _merge(current: Any, patch: Any) -> Any:
    if not isinstance(current, dict):
        return _without_nulls(patch)
    if not isinstance(patch, dict):
        return patch
    out = dict(current)
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = _merge(current.get(name), value)
    return out


def _without_nulls(value: Any) -> Any:
    """In a new place there is nothing that a null could remove. Nulls in lists stay."""
    match value:
        case dict():
            return {name: _without_nulls(one) for name, one in value.items() if one is not None}
        case list():
            return [_without_nulls(one) for one in value]
    return value
