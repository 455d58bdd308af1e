"""The life of a CustomResourceDefinition: when it is accepted its kinds are served; when it goes, its objects go first.

What the controllers inside the API server do a moment later is done at once here, as writes of their own.
"""

from typing import Any

from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.failure import forbidden
from fairlead.sim.api.finalize import DeleteOptions
from fairlead.sim.api.meta import metadata
from fairlead.sim.api.state import Call, State
from fairlead.sim.api.storage import Stored, Table
from fairlead.sim.api.types.establish import establish, is_established
from fairlead.sim.api.types.kind import Kind

Object = dict[str, Any]

GROUP, RESOURCE = "apiextensions.k8s.io", "customresourcedefinitions"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


def is_definition(kind: Kind | None) -> bool:
    """Whether a kind is the one of definitions."""
    return kind is not None and (kind.group, kind.plural) == (GROUP, RESOURCE)


def begin_removal(call: Call, stored: Stored, options: DeleteOptions) -> Object | None:
    """Mark a definition as going. Returns it, or None when it is none, or is marked already."""
    if not is_definition(call.kind) or stored.ending:
        return None
    obj = call.state.load(call.kind, stored)
    meta = metadata(obj)
    meta["deletionTimestamp"] = call.state.now()
    if CLEANUP not in meta.get("finalizers", ()):
        meta["finalizers"] = [*meta.get("finalizers", ()), CLEANUP]
    _set_terminating(
        obj,
        call.state.now(),
        "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    )
    if options.dry_run:
        return obj
    return call.state.load(call.kind, call.state.put(call.kind, obj))


def settle(state: State) -> None:
    """Bring the kinds that are served into agreement with the definitions that are stored."""
    table = state.storage.table(GROUP, RESOURCE)
    for key in tuple(table.order):
        stored = table.objects[key]
        if stored.ending:
            _finish(state, stored)
        else:
            _establish(state, stored)


def _establish(state: State, stored: Stored) -> None:
    kind = _definitions(state)
    found = state.load(kind, stored)
    settled = establish(found, state.types, state.now())
    if settled != found:
        _write(state, kind, found, settled)
    if is_established(settled) and state.types.add_crd(settled):
        state.storage.begin_anew(_table(state, settled))


def _finish(state: State, stored: Stored) -> None:
    """Let a definition go whose objects have gone; objects that wait for finalizers keep it."""
    kind = _definitions(state)
    obj = state.load(kind, stored)
    if CLEANUP not in metadata(obj).get("finalizers", ()):
        return
    table = _table(state, obj)
    if table.order:
        _progress(state, kind, obj)
        return
    state.types.remove_crd(stored.name)
    state.storage.begin_anew(table)
    left = [one for one in metadata(obj)["finalizers"] if one != CLEANUP]
    if left:
        metadata(obj)["finalizers"] = left
        state.put(kind, obj)
    else:
        state.remove(kind, stored)


def _table(state: State, definition: Object) -> Table:
    spec = definition["spec"]
    return state.storage.table(spec["group"], spec["names"]["plural"])


def _progress(state: State, kind: Kind, obj: Object) -> None:
    """Say that objects of the definition are left."""
    conditions = obj["status"]["conditions"]
    if any(one["reason"] == "InstanceDeletionPending" for one in conditions):
        progress = {"reason": "InstanceDeletionInProgress", "message": "CustomResource deletion is in progress"}
        told = [one | progress if one["type"] == "Terminating" else one for one in conditions]
        _write(state, kind, obj, obj | {"status": obj["status"] | {"conditions": told}})


def _write(state: State, kind: Kind, found: Object, settled: Object) -> None:
    """A write of the server's own, under its own name."""
    me, now = "kube-apiserver", state.now()
    state.put(kind, updated(found, settled, kind=kind, manager=me, subresource="status", now=now))


def check_open(call: Call, name: str) -> None:
    """Refuse to create an object whose definition is going."""
    if not call.kind.custom:
        return
    target = call.target
    stored = call.state.storage.table(GROUP, RESOURCE).objects.get(f"{target.resource}.{target.group}")
    if stored is not None and stored.ending:
        why = "create not allowed while custom resource definition is terminating"
        raise forbidden(target.group, target.resource, name, why)


def paths_to_empty(state: State) -> list[str]:
    """The paths of all objects whose definition is going."""
    paths = []
    table = state.storage.table(GROUP, RESOURCE)
    for stored in table.objects.values():
        if not stored.ending:
            continue
        spec = stored.decode()["spec"]
        group, plural, version = spec["group"], spec["names"]["plural"], _served(spec)
        for one in state.storage.table(group, plural).objects.values():
            if not one.ending:
                place = f"namespaces/{one.namespace}/" if one.namespace else ""
                paths.append(f"/apis/{group}/{version}/{place}{plural}/{one.name}")
    return paths


def _served(spec: Object) -> str:
    return next((version["name"] for version in spec["versions"] if version["served"]), "")


def _definitions(state: State) -> Kind:
    kind = state.types.find(GROUP, "v1", RESOURCE)
    assert kind is not None
    return kind


def _set_terminating(obj: Object, now: str, reason: str, message: str) -> None:
    conditions = obj.setdefault("status", {}).get("conditions") or []
    ending = {
        "type": "Terminating",
        "status": "True",
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }
    obj["status"]["conditions"] = [one for one in conditions if one["type"] != "Terminating"] + [ending]
