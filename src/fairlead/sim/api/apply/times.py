"""A write that changes nothing but the times of managers changes nothing at all."""

from typing import Any

from fairlead.sim.api.schema.same import same
from fairlead.sim.api.types.kind import Object


def keep_times(live: Object, new: Object) -> None:
    """Put the live times into `new` where nothing else differs, so that storing it gives no new version."""
    old_entries, entries = _entries(live), _entries(new)
    if len(old_entries) != len(entries) or old_entries == entries:
        return
    pairs = list(zip(old_entries, entries, strict=True))
    if all(_timeless(old) == _timeless(entry) for old, entry in pairs) and _same_but_managers(live, new):
        new["metadata"]["managedFields"] = old_entries


def _entries(obj: Object) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = obj.get("metadata", {}).get("managedFields") or []
    return entries


def _timeless(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "time"}


def _same_but_managers(one: Object, other: Object) -> bool:
    if one.keys() != other.keys() or not all(same(one[name], other[name]) for name in one if name != "metadata"):
        return False
    return same(*({**obj["metadata"], "managedFields": None} for obj in (one, other)))
