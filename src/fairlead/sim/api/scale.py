"""The scale subresource: replicas of any kind that has them, as one object of one kind."""

from typing import Any

import msgspec

from fairlead.sim.api import decode
from fairlead.sim.api.apply.applied import applied
from fairlead.sim.api.apply.scale import to_parent, to_scale
from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.failure import conflict, internal, invalid, not_found, unexplained
from fairlead.sim.api.meta import check_name, metadata
from fairlead.sim.api.options import WriteOptions, write_options
from fairlead.sim.api.patch import APPLY, check_media, configuration, patched
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call
from fairlead.sim.api.storage import Stored
from fairlead.sim.api.types.kind import Kind, Write
from fairlead.sim.api.types.scale import scale_kind
from fairlead.sim.api.types.table import table
from fairlead.sim.api.write import change

Object = dict[str, Any]

# The API server cannot apply what changes the scale of a custom resource.
_NOT_CONVERTED = "request to convert CR to an invalid group/version: autoscaling/v1"
_COPIED = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def get(call: Call) -> Answer:
    """The scale of the object that is named."""
    stored = _stored(call)
    obj = call.state.load(call.kind, stored)
    assert call.kind.scale is not None
    if call.kind.custom and _at(obj, call.kind.scale.spec_replicas) is None:
        raise internal(f'the spec replicas field ".{call.kind.scale.spec_replicas}" does not exist')
    return _answer(call, obj)


def update(call: Call) -> Answer:
    """Set the replicas to what the body says."""
    options = write_options(call.request, "UpdateOptions")
    scale = decode.body(call, options.validation, scale_kind())
    stored = _stored(call)
    old = call.state.load(call.kind, stored)
    return _set(call, stored, old, _managed(call, old, scale, options), options)


def patch(call: Call) -> Answer:
    """Patch the scale as if it were stored."""
    media = check_media(call)
    options = write_options(call.request, "PatchOptions", media)
    stored = _stored(call)
    old = call.state.load(call.kind, stored)
    if media == APPLY:
        scale = _applied(call, old, options)
    else:
        new = patched(call, scale_kind(), _with_managers(call, old), media, options.validation)
        scale = _managed(call, old, new, options)
    return _set(call, stored, old, scale, options)


def _applied(call: Call, old: Object, options: WriteOptions) -> Object:
    told, live = configuration(call, options.validation), _with_managers(call, old)
    if call.kind.custom and "managedFields" not in live["metadata"]:
        why = f"failed to convert live object (/; autoscaling/v1, Kind=Scale) to proper version: {_NOT_CONVERTED}"
        raise unexplained(f"failed to create manager for existing fields: {why}")
    scale = applied(
        live,
        told,
        kind=scale_kind(),
        manager=options.manager,
        force=options.force,
        subresource="scale",
        now=call.state.now(),
    )
    wanted = told.get("spec") or {}
    if call.kind.custom and "replicas" in wanted and wanted["replicas"] != live["spec"].get("replicas"):
        named = f"/{metadata(told).get('name', '')}; autoscaling/v1, Kind=Scale"
        raise unexplained(f"failed to convert new object ({named}) to proper version: {_NOT_CONVERTED}")
    return scale


def _managed(call: Call, old: Object, scale: Object, options: WriteOptions) -> Object:
    """The new scale with its managers."""
    return updated(
        _with_managers(call, old),
        scale,
        kind=scale_kind(),
        manager=options.manager,
        subresource="scale",
        now=call.state.now(),
    )


def _with_managers(call: Call, obj: Object) -> Object:
    """The scale of an object with the managers of its replicas, whom nobody is told of."""
    scale = of(call.kind, obj)
    entries = to_scale(metadata(obj).get("managedFields", []), call.kind, call.state.versions(call.kind))
    return scale | {"metadata": scale["metadata"] | {"managedFields": entries}} if entries else scale


def of(kind: Kind, obj: Object) -> Object:
    """The scale of an object."""
    paths = kind.scale
    assert paths is not None
    replicas = _at(obj, paths.spec_replicas)
    meta = metadata(obj)
    shown = {field: meta[field] for field in _COPIED if field in meta}
    status: Object = {"replicas": _at(obj, paths.status_replicas) or 0}
    selector = _selector(_at(obj, paths.selector) if paths.selector else None)
    if selector:
        status["selector"] = selector
    spec = {"replicas": replicas} if replicas else {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": shown, "spec": spec, "status": status}


def _set(call: Call, stored: Stored, old: Object, scale: Object, options: WriteOptions) -> Answer:
    target = call.target
    check_name(scale, target.name)
    causes = scale_kind().validate(scale, Write(old=None))
    if causes and not call.kind.custom:
        raise invalid("autoscaling", "Scale", target.name, causes)
    meta, uid = metadata(scale), metadata(old)["uid"]
    if meta.get("uid") and meta["uid"] != uid:
        why = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {uid}"
        raise conflict(target.group, f"{target.resource}/scale", target.name, why)
    new = call.state.load(call.kind, stored)
    _put(new, call.kind, scale.get("spec", {}).get("replicas", 0))
    known, find = metadata(old).get("managedFields", []), call.state.versions(call.kind)
    entries = to_parent(known, meta.get("managedFields", []), call.kind, find)
    metadata(new)["managedFields"] = entries
    if not entries:
        del metadata(new)["managedFields"]
    metadata(new)["resourceVersion"] = meta.get("resourceVersion") or str(stored.version)
    body = change(call, stored, old, new, options, managed=True)
    return _answer(call, {"kind": call.kind.kind, "apiVersion": call.kind.api_version, **msgspec.json.decode(body)})


def _put(obj: Object, kind: Kind, replicas: int) -> None:
    assert kind.scale is not None
    *parents, last = kind.scale.spec_replicas.split(".")
    place = obj
    for part in parents:
        place = place.setdefault(part, {})
    place[last] = replicas


def _stored(call: Call) -> Stored:
    stored = call.stored()
    if stored is None:
        raise not_found(call.target.group, call.target.resource, call.target.name)
    return stored


def _answer(call: Call, obj: Object) -> Answer:
    scale = of(call.kind, obj)
    if call.view.shape == "table":
        version, include = call.view.version, call.view.include
        shown = table(scale_kind(), [scale], call.state.now(), version=version, include=include)
        scale = shown | {"metadata": {"resourceVersion": scale["metadata"]["resourceVersion"]}}
    body = msgspec.json.encode(scale) + b"\n"
    return Answer(status=200, headers={"Content-Type": call.view.media}, body=body)


def _at(obj: Object, path: str) -> Any:
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _selector(selector: Any) -> str:
    """A label selector in its written form."""
    if not isinstance(selector, dict):
        return selector or ""
    if "matchLabels" not in selector and "matchExpressions" not in selector:
        selector = {"matchLabels": selector}
    terms = [(key, f"{key}={value}") for key, value in selector.get("matchLabels", {}).items()]
    for expression in selector.get("matchExpressions", ()):
        key, values = expression["key"], ",".join(sorted(expression.get("values", ())))
        written = {
            "In": f"{key} in ({values})",
            "NotIn": f"{key} notin ({values})",
            "Exists": key,
            "DoesNotExist": f"!{key}",
        }
        terms.append((key, written[expression["operator"]]))
    return ",".join(text for _, text in sorted(terms))
