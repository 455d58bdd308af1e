"""The two ways in which a write becomes owned: an applied configuration, and any other write.

Pure: no argument is changed, and results share nothing with them.
"""

import msgspec

from fairlead.sim.api.apply import last_applied
from fairlead.sim.api.apply.cap import cap
from fairlead.sim.api.apply.check import Mistyped, check
from fairlead.sim.api.apply.conflict import refusal
from fairlead.sim.api.apply.empty import empty
from fairlead.sim.api.apply.fieldset import difference, union, without
from fairlead.sim.api.apply.managed import (
    BadEntries,
    Entries,
    Managed,
    Managing,
    Who,
    decode,
    decode_foreign,
    encode,
    who,
)
from fairlead.sim.api.apply.merge import merge
from fairlead.sim.api.apply.owned import fields_of
from fairlead.sim.api.apply.ownership import Conflicting, reconciled, strip, take
from fairlead.sim.api.apply.prune import prune
from fairlead.sim.api.apply.shape import NoItem
from fairlead.sim.api.apply.version import Versioned, Versions, no_versions
from fairlead.sim.api.failure import bad_request, unexplained
from fairlead.sim.api.types.kind import Kind, Object

BEFORE_FIRST_APPLY = "before-first-apply"
KUBECTL = "kubectl"
_SELF = Who("current-operation", "Update", "", "")


def apply(
    live: Object | None,
    configuration: Object,
    *,
    kind: Kind,
    manager: str,
    force: bool,
    subresource: str = "",
    now: str,
    versions: Versions = no_versions,
) -> Object:
    """Lay the configuration over the live object, or over nothing. Defaulted, with its managers.

    Raises Failure: 400, 409 with the conflicts, 500 where the configuration does not fit the schema.
    """
    try:
        managed = decode(_entries(live) if live else None)
    except BadEntries as error:
        raise unexplained(f"failed to decode managed fields: {error}") from error
    if configuration.get("apiVersion") != kind.api_version or configuration.get("kind") != kind.kind:
        raise bad_request(f"invalid object type: {_type(configuration)}")
    versioned = Versioned(kind, subresource, versions)
    before = _unmanaged(live) if live else empty(kind)
    if not managed and live:
        first = who(BEFORE_FIRST_APPLY, "Update", kind.api_version, subresource)
        _updated(empty(kind), before, managed, first, versioned, now)
    applying = _Applying(versioned, before, configuration, who(manager, "Apply", kind.api_version, subresource), now)
    result = applying.run(managed, force=force)
    if manager == KUBECTL:
        last_applied.follow(result, configuration)
    return result


class _Applying:
    """One configuration on its way."""

    def __init__(self, versioned: Versioned, live: Object, configuration: Object, me: Who, now: str) -> None:
        self._versioned, self._live, self._configuration = versioned, live, configuration
        self._me, self._now = me, now

    def run(self, managed: Managed, *, force: bool) -> Object:
        try:
            return self._apply(managed, force=force)
        except Conflicting as error:
            conflicts = error.conflicts
        if self._me.manager == KUBECTL:
            allowed = last_applied.allowed(self._live, self._versioned.kind)
            left = {name: difference(fields, allowed) for name, fields in conflicts.items()}
            left = {name: fields for name, fields in left.items() if fields}
            if not left:
                return self._apply(managed, force=True)
            conflicts = left if allowed else conflicts
        raise refusal(conflicts, managed)

    def _apply(self, before: Managed, *, force: bool) -> Object:
        versioned, live, me = self._versioned, self._live, self._me
        kind, shape = versioned.kind, versioned.shape()
        self._check()
        managed = reconciled(before, versioned)
        merged: Object = merge(live, self._configuration, shape)
        last = managed.get(me)
        named = without(fields_of(self._configuration, shape), versioned.reset)
        managed[me] = Managing(kind.api_version, named, last.time if last else None)
        result = prune(merged, last, managed, me, versioned)
        take(live, result, managed, me, versioned, force=force)
        strip(managed, me)
        changed = result is not live and result != live
        if changed and me in managed:
            managed[me].time = self._now
        out = _copy(result)
        if changed:
            if not kind.custom:
                kind.prune(out)
            kind.default(out)
        _manage(out, managed)
        return out

    def _check(self) -> None:
        kind = self._versioned.kind
        metadata = self._configuration.get("metadata")
        if isinstance(metadata, dict) and metadata.get("managedFields") is not None:
            raise bad_request("metadata.managedFields must be nil")
        self._fits("patch", self._configuration)
        if kind.custom:
            # What is stored fitted the schema of its time.
            self._fits("live", self._live, twice_allowed=True)

    def _fits(self, what: str, obj: Object, *, twice_allowed: bool = False) -> None:
        kind = self._versioned.kind
        try:
            check(obj, self._versioned.shape(), twice_allowed=twice_allowed)
        except Mistyped as error:
            name = f"{_named(obj)}; {_type({'apiVersion': kind.api_version, 'kind': kind.kind})}"
            raise unexplained(f"failed to create typed {what} object ({name}): {error}") from error


def update(
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
    out = _copy(_unmanaged(new))
    managed, foreign = _brought(live, new, kind, subresource)
    if live and not managed:
        return out
    versioned = Versioned(kind, subresource, versions)
    me = who(manager, "Update", kind.api_version, subresource)
    try:
        managed = reconciled(managed, versioned, foreign=foreign)
        _updated(_unmanaged(live) if live else empty(kind), out, managed, me, versioned, now)
    except NoItem:
        return out
    _manage(out, managed)
    return out


def _brought(live: Object | None, new: Object, kind: Kind, subresource: str) -> tuple[Managed, bool]:
    """The managers before this write, and whether the client brought them along."""
    there = _entries(live) if live else []
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


def _updated(old: Object, new: Object, managed: Managed, me: Who, versioned: Versioned, now: str) -> None:
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


def _entries(obj: Object) -> Entries:
    entries: Entries = obj.get("metadata", {}).get("managedFields") or []
    return entries


def _unmanaged(obj: Object) -> Object:
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict) or "managedFields" not in metadata:
        return obj
    return obj | {"metadata": {name: value for name, value in metadata.items() if name != "managedFields"}}


def _manage(obj: Object, managed: Managed) -> None:
    metadata = obj.setdefault("metadata", {})
    if managed:
        metadata["managedFields"] = encode(managed)


def _copy(obj: Object) -> Object:
    copied: Object = msgspec.json.decode(msgspec.json.encode(obj))
    return copied


def _type(obj: Object) -> str:
    group, _, version = str(obj.get("apiVersion") or "").rpartition("/")
    return f"{group}/{version}, Kind={obj.get('kind') or ''}"


def _named(obj: Object) -> str:
    metadata = obj.get("metadata") or {}
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
