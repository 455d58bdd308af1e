"""The managers of an object, as its scale subresource shows them: there is one field to own, the replicas."""

from fairlead.sim.api.apply.fieldset import Path, difference, has, of_paths
from fairlead.sim.api.apply.managed import Entries, Managed, Managing, decode, encode
from fairlead.sim.api.types.kind import Kind

SCALE_VERSION = "autoscaling/v1"
_REPLICAS: Path = ("f:spec", "f:replicas")


def to_scale(entries: Entries, kind: Kind) -> Entries:
    """The managers of the scale: those who own the object's replicas."""
    path = _path(kind)
    return encode(
        {
            name: Managing(SCALE_VERSION, of_paths(_REPLICAS), managing.time)
            for name, managing in decode(entries).items()
            if managing.api_version == kind.api_version and path and has(managing.fields, path)
        }
    )


def to_parent(entries: Entries, scale_entries: Entries, kind: Kind) -> Entries:
    """The managers of the object, after a write of its scale that has these managers."""
    path = _path(kind)
    scale = decode(scale_entries)
    parent = decode(entries)
    out: Managed = {}
    for name, managing in parent.items():
        if managing.api_version != kind.api_version:
            continue
        if not has(managing.fields, path) or scale.pop(name, None) is not None:
            out[name] = managing
        elif left := difference(managing.fields, of_paths(path)):
            out[name] = Managing(managing.api_version, left, managing.time)
    for name, managing in scale.items():
        if has(managing.fields, _REPLICAS):
            # The API server looks for the time among those of the object, and finds none for who is new.
            time = parent[name].time if name in parent else None
            out[name] = Managing(kind.api_version, of_paths(path), time)
    return encode(out)


def _path(kind: Kind) -> Path:
    assert kind.scale is not None, "kinds without replicas have no scale"
    return tuple(f"f:{name}" for name in kind.scale.spec_replicas.split("."))
