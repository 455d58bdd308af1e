"""The metadata that the server owns: set when an object is created, kept when it is changed. Must not know storage."""

from typing import Any

from fairlead.sim.api.failure import Failure, bad_request, unexplained
from fairlead.sim.api.schema.same import same
from fairlead.sim.api.types.cause import shown
from fairlead.sim.api.types.kind import Kind

Object = dict[str, Any]

_SYSTEM = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")
_TWICE = (
    ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject "
    "such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
)


def metadata(obj: Object) -> Object:
    """The metadata of an object, which gets some when it has none."""
    found: Object = obj.setdefault("metadata", {})
    return found


def wipe(obj: Object) -> None:
    """Take from a new object what only the server gives."""
    meta = metadata(obj)
    for field in _SYSTEM:
        meta.pop(field, None)


def place(kind: Kind, obj: Object, namespace: str) -> None:
    """Put the object into the namespace of the request. Raises Failure when it says another."""
    meta = metadata(obj)
    own = meta.get("namespace", "")
    if not kind.namespaced:
        if own:
            raise _other_namespace()
        return
    if own and own != namespace:
        raise _other_namespace()
    meta["namespace"] = namespace


def _other_namespace() -> Failure:
    return bad_request("the namespace of the provided object does not match the namespace sent on the request")


def check_name(obj: Object, name: str) -> None:
    """Refuse a change whose object says another name than the path."""
    own = metadata(obj).get("name", "")
    if not own:
        raise bad_request(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")
    if own != name:
        raise bad_request(f"the name of the object ({own}) does not match the name on the URL ({name})")


def dedup_owners(obj: Object, warnings: list[str]) -> None:
    """An owner that is named twice is named once, and the client is told."""
    references = metadata(obj).get("ownerReferences")
    if not references or len(references) < 2:
        return
    kept: list[Object] = []
    twice: list[str] = []
    for reference in references:
        if reference in kept:
            twice.append(reference.get("uid", ""))
        else:
            kept.append(reference)
    if twice:
        warnings.append(_TWICE + ", ".join(sorted(set(twice))))
        metadata(obj)["ownerReferences"] = kept


def keep(obj: Object, old: Object) -> None:
    """What a change can neither set nor remove, from the object before it."""
    meta, was = metadata(obj), metadata(old)
    if not meta.get("uid"):
        meta["uid"] = was["uid"]
    meta.pop("selfLink", None)
    for field in ("creationTimestamp", "deletionTimestamp"):
        if was.get(field):
            meta[field] = was[field]
    grace = was.get("deletionGracePeriodSeconds")
    if grace is not None and meta.get("deletionGracePeriodSeconds") is None:
        meta["deletionGracePeriodSeconds"] = grace


def keep_generation(obj: Object, old: Object) -> None:
    """A client cannot set the generation."""
    meta, generation = metadata(obj), metadata(old).get("generation")
    if generation is None:
        meta.pop("generation", None)
    else:
        meta["generation"] = generation


def count_generation(kind: Kind, subresource: str, obj: Object, old: Object) -> None:
    """The generation goes on when what is wanted has changed."""
    if kind.generation == "never":
        return
    fields = (obj.keys() | old.keys()) - {"metadata", "status" if kind.has_status else "metadata"}
    changed = any(not same(obj.get(field), old.get(field)) for field in fields)
    meta, was = metadata(obj), metadata(old)
    if (kind.group, kind.kind) == ("apps", "Deployment") and subresource != "status":
        changed = changed or meta.get("annotations") != was.get("annotations")
    if changed:
        meta["generation"] = meta.get("generation", 0) + 1


def version(obj: Object) -> int:
    """metadata.resourceVersion as a number; 0 when there is none."""
    text = metadata(obj).get("resourceVersion") or "0"
    if not (text.isascii() and text.isdigit()):
        raise unexplained(f"strconv.ParseUint: parsing {shown(text)}: invalid syntax")
    return int(text)
