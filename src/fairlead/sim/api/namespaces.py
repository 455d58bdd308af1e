"""What namespaces ask of every write: nothing is created in one that is not there or is ending."""

from typing import Any

from fairlead.sim.api.failure import Failure, forbidden, not_found
from fairlead.sim.api.finalize import FOREGROUND, ORPHAN, DeleteOptions
from fairlead.sim.api.meta import metadata
from fairlead.sim.api.state import Call
from fairlead.sim.api.storage import Stored

Object = dict[str, Any]

IMMORTAL = frozenset(("default", "kube-system", "kube-public"))
_UNTOUCHED = frozenset(("LocalSubjectAccessReview",))


def check_open(call: Call, obj: Object) -> None:
    """Refuse to create an object in a namespace that is not there, or that is ending."""
    kind, namespace = call.kind, call.target.namespace
    if not kind.namespaced or kind.kind in _UNTOUCHED:
        return
    found = call.state.get("", "namespaces", "", namespace)
    if found is None:
        raise not_found("", "namespaces", namespace)
    if metadata(found).get("deletionTimestamp"):
        raise _ending(call, metadata(obj).get("name", ""), namespace)


def _ending(call: Call, name: str, namespace: str) -> Failure:
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    failure = forbidden(call.target.group, call.target.resource, name, why)
    message = f"namespace {namespace} is being terminated"
    cause = {"reason": "NamespaceTerminating", "message": message, "field": "metadata.namespace"}
    failure.details = (failure.details or {}) | {"causes": [cause]}
    return failure


def check_removal(call: Call, name: str) -> None:
    """Refuse to delete the namespaces that a cluster needs."""
    if _is_namespace(call) and name in IMMORTAL:
        raise forbidden("", "namespaces", name, "this namespace may not be deleted")


def begin_removal(call: Call, stored: Stored, options: DeleteOptions) -> Object | None:
    """Mark a namespace as ending. Returns it, or None when it is none, or is empty and can go."""
    if not _is_namespace(call):
        return None
    obj = call.state.load(call.kind, stored)
    meta = metadata(obj)
    if meta.get("deletionTimestamp"):
        return obj if obj.get("spec", {}).get("finalizers") else None
    meta["deletionTimestamp"] = call.state.now()
    obj.setdefault("status", {})["phase"] = "Terminating"
    wanted = {"Foreground": FOREGROUND, "Orphan": ORPHAN}.get(options.propagation or "")
    if wanted is not None:
        meta["finalizers"] = [*meta.get("finalizers", ()), wanted]
    if options.dry_run:
        return obj
    return call.state.load(call.kind, call.state.put(call.kind, obj))


def _is_namespace(call: Call) -> bool:
    return (call.kind.group, call.kind.kind) == ("", "Namespace")
