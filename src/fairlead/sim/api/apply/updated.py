"""Any write but an applied configuration: its manager becomes an owner of what it changed.

Pure but for `credit`: no argument is changed, and results share nothing with them.
"""

from fairlead.sim.api.apply.cap import cap
from fairlead.sim.api.apply.check import Mistyped
from fairlead.sim.api.apply.empty import empty
from fairlead.sim.api.apply.fieldset import union, without
from fairlead.sim.api.apply.managed import (
    BadEntries,
    Managed,
    Managing,
    Who,
    decode,
    decode_foreign,
    entries,
    manage,
    unmanaged,
    who,
)
from fairlead.sim.api.apply.ownership import reconciled, strip, take
from fairlead.sim.api.apply.shape import NoItem
from fairlead.sim.api.apply.version import Versioned, Versions, no_versions
from fairlead.sim.api.copied import copied
from fairlead.sim.api.types.kind import Kind, Object

_SELF = Who("current-operation", "Update", "", "")


def updated(
    live: Object | None,
    new: Object,
    *,
    kind: Kind,
    manager: str,
    subresource: str = "",
    now: str,
    versions: Versions = no_versions,
) -> Object:
    """The new object, as it would be stored in place of the live one, with its managers.

    Managers that the new object brings along replace the live ones: a client may take them away. Where nobody was known
    to own anything, nobody is made to.
    """
    out: Object = copied(unmanaged(new))
    managed, foreign = _brought(live, new, kind, subresource)
    if live and not managed:
        return out
    versioned = Versioned(kind, subresource, versions)
    me = who(manager, "Update", kind.api_version, subresource)
    try:
        managed = reconciled(managed, versioned, foreign=foreign)
        credit(unmanaged(live) if live else empty(kind), out, managed, me, versioned, now)
    except (NoItem, Mistyped):
        return out
    manage(out, managed)
    return out


def _brought(live: Object | None, new: Object, kind: Kind, subresource: str) -> tuple[Managed, bool]:
    """The managers before this write, and whether the client brought them along."""
    there = entries(live) if live else []
    brought = new.get("metadata", {}).get("managedFields")
    if not subresource and brought is not None and brought != there:
        if brought == [{}] or (brought == [] and not kind.custom):
            # An empty list does not come through the decoding of a custom resource.
            return {}, False
        try:
            managed = decode_foreign(brought)
        except BadEntries:
            managed = {}
        if managed:
            return managed, True
    try:
        return decode(there), False
    except BadEntries:
        return {}, False


def credit(old: Object, new: Object, managed: Managed, me: Who, versioned: Versioned, now: str) -> None:
    """Give the writer what it changed. Changes `managed`."""
    found = take(old, new, managed, _SELF, versioned, force=True)
    fields = without(union(found.modified, found.added), versioned.reset)
    managed[_SELF] = Managing(versioned.kind.api_version, fields)
    strip(managed, _SELF)
    mine = managed.pop(_SELF, None)
    if mine is not None:
        previous = managed.get(me)
        fields = union(mine.fields, previous.fields) if previous else mine.fields
        managed[me] = Managing(mine.api_version, fields, now)
    cap(managed)
