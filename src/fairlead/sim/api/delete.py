"""Delete and deletecollection."""

from typing import Any

import msgspec

from fairlead.sim.api import crds, encode, namespaces
from fairlead.sim.api.decode import Undecoded, check_media, parse
from fairlead.sim.api.failure import bad_options, conflict, not_found, unexplained
from fairlead.sim.api.finalize import DeleteOptions, ending
from fairlead.sim.api.meta import metadata
from fairlead.sim.api.options import WriteOptions, dry_run_causes, integer, list_options
from fairlead.sim.api.page import page
from fairlead.sim.api.read import list_answer, selected
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.state import Call
from fairlead.sim.api.storage import Stored
from fairlead.sim.api.types.cause import Cause, invalid, not_supported
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.write import admission, answer, precondition_failed

Object = dict[str, Any]

_POLICIES = ("Foreground", "Background", "Orphan")
_WITH_OBJECT = frozenset(
    (
        *(("", kind) for kind in ("Namespace", "PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate")),
        *(("", kind) for kind in ("ResourceQuota", "Service", "ServiceAccount")),
        *(("storage.k8s.io", kind) for kind in ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment")),
        ("storage.k8s.io", "VolumeAttributesClass"),
        *(
            ("resource.k8s.io", kind)
            for kind in ("DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice")
        ),
    )
)
"""Kinds of which the deleted object is the answer; for the others it is a Status with the uid."""
_ORPHANS = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set "
    "propagationPolicy=Orphan to suppress this warning"
)


def delete(call: Call) -> Answer:
    """Delete the object that is named."""
    options = delete_options(call)
    stored = call.stored()
    if stored is None:
        raise not_found(call.target.group, call.target.resource, call.target.name)
    gone, obj = remove(call, stored, options)
    if gone and (call.kind.group, call.kind.kind) not in _WITH_OBJECT:
        return _done(call, metadata(obj))
    # Only clients that ask in the old way, and to delete the dependents too, are told that it is not over.
    status = 202 if not gone and options.orphan is False else 200
    return answer(call, status, encode.stored_form(call.kind, obj), as_stored=not gone)


def collection(call: Call) -> Answer:
    """Delete every object that is selected, one by one."""
    options = delete_options(call)
    listed = list_options(call.request, watch=False)
    found = page(call.state.storage, call.state.table(call.kind), call.target.namespace, selected(call, listed), listed)
    for stored in found.objects:
        remove(call, stored, options)
    return list_answer(call, found)


def remove(call: Call, stored: Stored, options: DeleteOptions) -> tuple[bool, Object]:
    """Delete one object. Returns whether it is gone, and the object as it is answered."""
    state, kind = call.state, call.kind
    old = state.load(kind, stored)
    check_preconditions(kind, old, options)
    _warn(call, kind, options)
    namespaces.check_removal(call, stored.name)
    special = namespaces.begin_removal(call, stored, options) or crds.begin_removal(call, stored, options)
    if special is not None:
        return False, special
    write = admission(call, "DELETE", None, old, WriteOptions(dry_run=options.dry_run))
    state.guard.mutate(write)
    state.guard.check(write)
    end = ending(kind, state.load(kind, stored), options, state.now())
    if end.step == "wait":
        return False, end.object
    if end.step == "now" and options.version is not None and metadata(old).get("finalizers") and not options.dry_run:
        # Once the finalizers are gone, the version that was asked for is none in the eyes of the real server.
        raise precondition_failed(call, "ResourceVersion", "", str(stored.version))
    if end.step in ("mark", "mark-and-go"):
        marked = end.object
        # A deletion writes the managers as they stand.
        hidden = state.hidden.get(stored.uid, b"")
        if not options.dry_run and (marked != old or (hidden and kind.custom)):
            marked = state.load(kind, state.put(kind, marked, b"" if kind.custom else hidden))
        if end.step == "mark":
            return False, marked
        if options.dry_run:
            return True, marked
    if options.dry_run:
        return True, old
    last = state.remove(kind, stored)
    state.guard.committed(write)
    return True, state.load(kind, last)


def delete_options(call: Call) -> DeleteOptions:
    """The options: in the body, or, where there is none, in the query."""
    told = _of_body(call) if call.request.body else _of_query(call.request)
    causes: list[Cause] = []
    policy, orphan = told.get("propagationPolicy"), told.get("orphanDependents")
    if policy is not None and orphan is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        causes.append(invalid("propagationPolicy", policy, why))
    if policy is not None and policy not in _POLICIES:
        causes.append(not_supported("propagationPolicy", policy, [*_POLICIES, "nil"]))
    dry_run = told.get("dryRun") or []
    causes += dry_run_causes(dry_run)
    if causes:
        raise bad_options("DeleteOptions", causes)
    conditions = told.get("preconditions") or {}
    return DeleteOptions(
        uid=conditions.get("uid"),
        version=conditions.get("resourceVersion"),
        grace_s=told.get("gracePeriodSeconds"),
        orphan=orphan,
        propagation=policy,
        dry_run=bool(dry_run),
    )


def _of_body(call: Call) -> Object:
    check_media(call)
    try:
        told = parse(call.request.body)
    except Undecoded as wrong:
        raise unexplained(f"couldn't get version/kind; json parse error: {wrong}") from None
    if told.get("kind") not in (None, "DeleteOptions"):
        version = told.get("apiVersion", "")
        raise unexplained(
            f'no kind "{told["kind"]}" is registered for version "{version}" in scheme "pkg/runtime/scheme.go:110"'
        )
    return told


def _of_query(request: Request) -> Object:
    told: Object = {"dryRun": [value for key, value in request.query if key == "dryRun"]}
    grace_s = integer(request, "gracePeriodSeconds")
    if grace_s is not None:
        told["gracePeriodSeconds"] = grace_s
    if request.first("propagationPolicy"):
        told["propagationPolicy"] = request.first("propagationPolicy")
    if request.first("orphanDependents"):
        told["orphanDependents"] = request.first("orphanDependents").lower() not in ("false", "0")
    return told


def check_preconditions(kind: Kind, obj: Object, options: DeleteOptions) -> None:
    """Refuse to delete another object, or another version, than the client has seen."""
    meta = metadata(obj)
    if options.uid is not None and options.uid != meta["uid"]:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({meta['uid']}). "
            "The object might have been deleted and then recreated"
        )
        raise conflict(kind.group, kind.kind, meta["name"], why)
    if options.version is not None and options.version != meta["resourceVersion"]:
        why = (
            f"the ResourceVersion in the precondition ({options.version}) does not match the ResourceVersion in record "
            f"({meta['resourceVersion']}). The object might have been modified"
        )
        raise conflict(kind.group, kind.kind, meta["name"], why)


def _warn(call: Call, kind: Kind, options: DeleteOptions) -> None:
    if (kind.group, kind.kind) == ("batch", "Job") and options.orphan is None and options.propagation is None:
        call.warnings.append(_ORPHANS)


def _done(call: Call, meta: Object) -> Answer:
    details = {"name": meta["name"], "group": call.target.group, "kind": call.target.resource, "uid": meta["uid"]}
    status = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {key: value for key, value in details.items() if value},
    }
    return Answer(status=200, headers={"Content-Type": "application/json"}, body=msgspec.json.encode(status) + b"\n")
