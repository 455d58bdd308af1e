"""Pruning of custom resources: what the structural schema does not know is removed."""

from typing import Any

from fairlead.sim.api.schema.schema import Schema

_META = frozenset({"apiVersion", "kind", "metadata"})


def prune(obj: dict[str, Any], schema: Schema) -> list[str]:
    """Remove unknown fields in place. Returns their paths, sorted; metadata is another's business."""
    removed: list[str] = []
    _object(obj, schema, "", removed, keep=schema.preserve_unknown, root=True)
    return sorted(removed)


def _object(
    value: dict[str, Any], schema: Schema, path: str, removed: list[str], *, keep: bool, root: bool = False
) -> None:
    whole = root or schema.embedded
    for name in list(value):
        if whole and name in _META:
            continue
        child = schema.properties.get(name, schema.additional)
        here = f"{path}.{name}" if path else name
        if child is not None:
            _value(value[name], child, here, removed, keep=False)
        elif not keep:
            removed.append(here)
            del value[name]


def _value(value: Any, schema: Schema, path: str, removed: list[str], *, keep: bool) -> None:
    """`keep` is handed down through lists: a list that preserves what is unknown preserves it in its items."""
    keep = keep or schema.preserve_unknown
    if isinstance(value, dict):
        _object(value, schema, path, removed, keep=keep)
    elif isinstance(value, list):
        items = schema.items or _NOTHING
        for index, entry in enumerate(value):
            _value(entry, items, f"{path}[{index}]", removed, keep=keep)


_NOTHING = Schema()
