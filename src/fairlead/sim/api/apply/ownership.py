"""Who owns what after a write."""

from fairlead.sim.api.apply.compare import Comparison
from fairlead.sim.api.apply.conflict import Conflicts
from fairlead.sim.api.apply.fieldset import Fields, difference, intersection, of_paths, union
from fairlead.sim.api.apply.managed import Managed, Managing, Who
from fairlead.sim.api.apply.reconcile import reconcile
from fairlead.sim.api.apply.version import Versioned
from fairlead.sim.api.types.kind import Object

# What says which object it is, and what the server keeps: nobody's.
_NOBODYS = of_paths(
    ("f:apiVersion",),
    ("f:kind",),
    ("f:metadata",),
    *(
        ("f:metadata", f"f:{name}")
        for name in (
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion",
        )
    ),
)


class Conflicting(Exception):
    """Others own fields that would change."""

    def __init__(self, conflicts: Conflicts) -> None:
        super().__init__(conflicts)
        self.conflicts = conflicts


def reconciled(managed: Managed, versioned: Versioned, *, foreign: bool = False) -> Managed:
    """The managers, with their sets in the terms of today's schema. A copy that may be changed.

    The schema of a built-in kind never changes: only sets that a client brought along may not fit.
    """
    out: Managed = {}
    for name, managing in managed.items():
        kind = versioned.at(managing.api_version)
        if kind is not None:
            fields = managing.fields
            if foreign or kind.custom:
                fields = reconcile(fields, versioned.shape(kind))
            out[name] = Managing(managing.api_version, fields, managing.time)
    return out


def take(old: Object, new: Object, managed: Managed, me: Who, versioned: Versioned, *, force: bool) -> Comparison:
    """Take from all others what this write changes or removes. Returns what it changes. Changes `managed`.

    Raises Conflicting where others own what would change, unless that is wanted.
    """
    found: dict[str, Comparison] = {versioned.kind.api_version: versioned.compare(old, new, versioned.kind)}
    conflicts: Conflicts = {}
    for name, managing in managed.items():
        if name == me:
            continue
        version = managing.api_version
        if version not in found:
            kind = versioned.at(version)
            assert kind is not None, "reconciled before"
            found[version] = versioned.compare(old, new, kind)
        changed = union(found[version].modified, found[version].added)
        if changed and (owned := intersection(managing.fields, changed)):
            conflicts[name] = owned
    if conflicts and not force:
        raise Conflicting(conflicts)
    for name in list(managed):
        if name != me:
            managing = managed[name]
            left = difference(managing.fields, conflicts.get(name, {}))
            _own(managed, name, managing, difference(left, found[managing.api_version].removed))
    return found[versioned.kind.api_version]


def _own(managed: Managed, name: Who, managing: Managing, fields: Fields) -> None:
    if fields:
        managing.fields = fields
    else:
        del managed[name]


def strip(managed: Managed, name: Who) -> None:
    """Take from a manager what is nobody's."""
    managing = managed.get(name)
    if managing is not None:
        _own(managed, name, managing, difference(managing.fields, _NOBODYS))
