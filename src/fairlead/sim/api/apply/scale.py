"""The managers of an object, as its scale subresource shows them: there is one field to own, the replicas."""

from fairlead.sim.api.apply import element
from fairlead.sim.api.apply.fieldset import Fields, Path, difference, has, of_paths
from fairlead.sim.api.apply.managed import Entries, Managed, Managing, decode, encode
from fairlead.sim.api.apply.version import Versions
from fairlead.sim.api.types.kind import Kind

SCALE_VERSION = "autoscaling/v1"
_REPLICAS: Path = ("f:spec", "f:replicas")


def to_scale(entries: Entries, kind: Kind, versions: Versions) -> Entries:
    """The managers of the scale: those who own the object's replicas, in whatever version."""
    return encode(
        {
            name: Managing(SCALE_VERSION, of_paths(_REPLICAS), managing.time)
            for name, managing in decode(entries).items()
            if (written := _at(managing.api_version, kind, versions)) and _owns(managing.fields, written)
        }
    )


def to_parent(entries: Entries, scale_entries: Entries, kind: Kind, versions: Versions) -> Entries:
    """The managers of the object, after a write of its scale that has these managers."""
    scale = decode(scale_entries)
    parent = decode(entries)
    out: Managed = {}
    for name, managing in parent.items():
        written = _at(managing.api_version, kind, versions)
        if written is None:
            continue
        if not _owns(managing.fields, written) or scale.pop(name, None) is not None:
            out[name] = managing
        elif left := difference(managing.fields, of_paths(_path(written))):
            out[name] = Managing(managing.api_version, left, managing.time)
    for name, managing in scale.items():
        if has(managing.fields, _REPLICAS):
            # The API server looks for the time among those of the object, and finds none for who is new.
            time = parent[name].time if name in parent else None
            out[name] = Managing(kind.api_version, of_paths(_path(kind)), time)
    return encode(out)


def have_two_orders(entries: Entries) -> bool:
    """Whether a write of the scale leaves these in another order than any other write does.

    The API server takes them through plain JSON then, and stores items with numbers in their keys in the order of their
    text. The next write brings them back in order, and so changes what is stored.
    """
    return any(_has_two_orders(entry["fieldsV1"]) for entry in entries)


def _has_two_orders(fields: Fields) -> bool:
    keys = [name for name in fields if name.startswith("k:")]
    return sorted(keys) != sorted(keys, key=element.order) or any(map(_has_two_orders, fields.values()))


def _at(api_version: str, kind: Kind, versions: Versions) -> Kind | None:
    return kind if api_version == kind.api_version else versions(api_version)


def _owns(fields: Fields, kind: Kind) -> bool:
    return kind.scale is not None and has(fields, _path(kind))


def _path(kind: Kind) -> Path:
    assert kind.scale is not None, "kinds without replicas have no scale"
    return tuple(f"f:{name}" for name in kind.scale.spec_replicas.split("."))
