"""JSON merge patch (RFC 7386): what is named is replaced, null removes."""

from typing import Any

from fairlead.sim.api.failure import bad_request
from fairlead.sim.api.patches.nulls import without_nulls
from fairlead.sim.api.types.kind import Object


def apply(document: Object, patch: Any) -> Any:
    """The patched document. A list in place of a patch becomes the document. Raises Failure: 400."""
    if isinstance(patch, list):
        return [without_nulls(one) for one in patch]
    if not isinstance(patch, dict):
        raise bad_request("Invalid JSON Patch")
    return _merge(document, patch)


def _merge(current: Any, patch: Any) -> Any:
    if not isinstance(current, dict):
        return without_nulls(patch)
    if not isinstance(patch, dict):
        return patch
    out = dict(current)
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = _merge(current.get(name), value)
    return out
