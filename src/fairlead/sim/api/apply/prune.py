"""What goes from an object when its applier no longer names it.

A field goes when this applier named it last time, does not name it now, and nobody else owns it. What is below such a
field and owned by nobody goes with it.
"""

from fairlead.sim.api.apply.fieldset import Fields, difference, intersection, is_within, union
from fairlead.sim.api.apply.managed import Managed, Managing, Who
from fairlead.sim.api.apply.owned import fields_of
from fairlead.sim.api.apply.remove import remove, with_declared
from fairlead.sim.api.apply.version import Versioned
from fairlead.sim.api.types.kind import Kind, Object


def prune(merged: Object, last: Managing | None, managed: Managed, me: Who, versioned: Versioned) -> Object:
    """The merged object without what this applier has given up. `managed` has its new set already."""
    named = managed[me].fields
    if last is None or is_within(last.fields, named):
        # All that it named it still names.
        return merged
    kind = versioned.at(last.api_version)
    if kind is None:
        return merged
    was = versioned.convert(merged, kind)
    shape = versioned.shape(kind)
    last_fields = with_declared(last.fields, shape)
    all_fields = _declared(was, kind, versioned)
    pruned = _with_owned(was, all_fields, remove(was, last_fields, shape), kind, managed, versioned)
    gone = difference(all_fields, _declared(pruned, kind, versioned))
    # What was not named last time stays, whoever owns it, even nobody.
    return versioned.convert(remove(was, intersection(gone, last_fields), shape), versioned.kind, kind)


def _with_owned(
    merged: Object, all_fields: Fields, pruned: Object, kind: Kind, managed: Managed, versioned: Versioned
) -> Object:
    """Put back what anybody owns, this applier's new set included; in the version that was pruned first."""
    owned: dict[str, Fields] = {kind.api_version: {}}
    for managing in managed.values():
        owned[managing.api_version] = union(owned.get(managing.api_version, {}), managing.fields)
    current = kind
    for version, fields in owned.items():
        at = versioned.at(version)
        if at is None:
            continue
        if at is not current:
            merged, pruned = (versioned.convert(obj, at, current) for obj in (merged, pruned))
            all_fields = _declared(merged, at, versioned)
            current = at
        shape = versioned.shape(at)
        kept = union(_declared(pruned, at, versioned), with_declared(fields, shape))
        pruned = remove(merged, difference(all_fields, kept), shape)
    return versioned.convert(pruned, kind, current)


def _declared(obj: Object, kind: Kind, versioned: Versioned) -> Fields:
    shape = versioned.shape(kind)
    return with_declared(fields_of(obj, shape), shape)
