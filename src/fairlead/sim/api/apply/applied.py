"""An applied configuration: laid over the live object, with its manager as the owner of what it names.

Results share nothing with the live object, which stays as it is. The configuration is used up.
"""

from fairlead.sim.api.apply import last_applied
from fairlead.sim.api.apply.check import Mistyped, check
from fairlead.sim.api.apply.conflict import refusal
from fairlead.sim.api.apply.empty import empty
from fairlead.sim.api.apply.fieldset import difference, without
from fairlead.sim.api.apply.managed import BadEntries, Managed, Managing, Who, decode, entries, manage, unmanaged, who
from fairlead.sim.api.apply.merge import merge
from fairlead.sim.api.apply.owned import fields_of
from fairlead.sim.api.apply.ownership import Conflicting, reconciled, strip, take
from fairlead.sim.api.apply.prune import prune
from fairlead.sim.api.apply.updated import credit
from fairlead.sim.api.apply.version import Versioned, Versions, no_versions
from fairlead.sim.api.copied import copied
from fairlead.sim.api.failure import bad_request, unexplained
from fairlead.sim.api.types.kind import Kind, Object

BEFORE_FIRST_APPLY = "before-first-apply"
KUBECTL = "kubectl"


def applied(
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
        managed = decode(entries(live) if live else None)
    except BadEntries as error:
        raise unexplained(f"failed to decode managed fields: {error}") from error
    if configuration.get("apiVersion") != kind.api_version or configuration.get("kind") != kind.kind:
        raise bad_request(f"invalid object type: {_type(configuration)}")
    versioned = Versioned(kind, subresource, versions)
    before = unmanaged(live) if live else empty(kind)
    if not managed and live:
        first = who(BEFORE_FIRST_APPLY, "Update", kind.api_version, subresource)
        credit(empty(kind), before, managed, first, versioned, now)
    annotation = last_applied.text(configuration) if manager == KUBECTL else ""
    applying = _Applying(versioned, before, configuration, who(manager, "Apply", kind.api_version, subresource), now)
    result = applying.run(managed, force=force)
    if annotation:
        last_applied.follow(result, annotation)
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
        except Mistyped as error:
            raise unexplained(str(error)) from error
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
        if changed and not kind.custom:
            # Only what came of the configuration is changed by this: the rest has been stored before.
            kind.prune(result, live)
        out: Object = copied(result)
        if changed:
            kind.default(out)
        manage(out, managed)
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


def _type(obj: Object) -> str:
    group, _, version = str(obj.get("apiVersion") or "").rpartition("/")
    return f"{group}/{version}, Kind={obj.get('kind') or ''}"


def _named(obj: Object) -> str:
    metadata = obj.get("metadata") or {}
    return f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
