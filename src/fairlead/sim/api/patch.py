"""Patch: JSON patch, merge patch, strategic merge patch, and server-side apply."""

from typing import Any

import msgspec

from fairlead.sim.api import decode, gojson
from fairlead.sim.api.apply.applied import applied
from fairlead.sim.api.failure import Failure, bad_request, conflict, invalid, not_found, unsupported_media_type
from fairlead.sim.api.meta import check_name, dedup_owners, metadata, place
from fairlead.sim.api.options import FieldValidation, WriteOptions, write_options
from fairlead.sim.api.patches import json_patch, merge_patch, strategic
from fairlead.sim.api.printed import as_json, printed
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call
from fairlead.sim.api.types import cause
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.write import allow_create, answer, change, insert

Object = dict[str, Any]

JSON, MERGE = "application/json-patch+json", "application/merge-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"


def patch(call: Call) -> Answer:
    """Change the object that is named; an applied configuration creates it."""
    target = call.target
    media = check_media(call)
    options = write_options(call.request, "PatchOptions", media)
    if media == APPLY:
        return _apply(call, options)
    stored = call.stored()
    if stored is None:
        raise not_found(target.group, target.resource, target.name)
    old = call.state.load(call.kind, stored)
    new = patched(call, call.kind, call.state.load(call.kind, stored), media, options.validation)
    place(call.kind, new, target.namespace)
    check_name(new, target.name)
    return answer(call, 200, change(call, stored, old, new, options))


def check_media(call: Call) -> str:
    """The media type of a patch. Raises Failure when it is none that the kind takes."""
    media = call.request.headers.get("content-type", "").partition(";")[0].strip()
    custom = call.kind.custom
    if media in ((JSON, MERGE, APPLY) if custom else (JSON, MERGE, STRATEGIC, APPLY)):
        return media
    if custom:
        raise unsupported_media_type((JSON, MERGE, APPLY))
    raise Failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def patched(call: Call, kind: Kind, document: Object, media: str, validation: FieldValidation) -> Object:
    """The document after the patch in the body, pruned and defaulted."""
    sent = call.request.body
    try:
        told = msgspec.json.decode(sent)
    except msgspec.DecodeError:
        raise _undecoded(sent, media, validation) from None
    complaints = decode.repeated(sent, told) if validation != "Ignore" else []
    if media == JSON:
        if validation != "Ignore":
            complaints = [f"json patch {one}" for one in (*complaints, *json_patch.complaints(told))]
        result = json_patch.apply(document, told)
        shown = as_json(result)
    elif media == MERGE:
        _check_map(told, "error decoding patch: ")
        result = merge_patch.apply(document, told)
        shown = as_json(result)
    else:
        _check_map(told, "")
        result = strategic.apply(document, told, kind.schema) | {"apiVersion": kind.api_version, "kind": kind.kind}
        shown = printed(strategic.used(told, document))
    return _settled(call, kind, result, shown, complaints, validation)


def _check_map(told: Any, before: str) -> None:
    if told is not None and not isinstance(told, dict):
        why = f"json: cannot unmarshal {gojson.first_type(told)} into Go value of type map[string]interface {{}}"
        raise bad_request(f"{before}{why}")


def _undecoded(sent: bytes, media: str, validation: FieldValidation) -> Failure:
    complaint = gojson.complaint(sent) or "unexpected end of JSON input"
    if media == STRATEGIC:
        return bad_request(complaint)
    if media == MERGE and validation == "Ignore":
        return bad_request("Invalid JSON Patch")
    return bad_request(f"error decoding patch: {complaint}" if validation != "Ignore" else complaint)


def _settled(
    call: Call, kind: Kind, result: Any, shown: str, complaints: list[str], validation: FieldValidation
) -> Object:
    """What a patch led to, as an object of the kind. A patch that leads to none has no kind in its refusal."""
    if not isinstance(result, dict):
        raise _invalid(shown, f"json: cannot unmarshal {gojson.first_type(result)} into Go value")
    api_version, name = result.get("apiVersion", ""), result.get("kind", "")
    if kind.custom and name != kind.kind:
        own = (result.get("metadata") or {}).get("name", "")
        raise invalid(kind.group, name, own, [cause.invalid("kind", name, f"must be {kind.kind}")])
    if (api_version, name) != (kind.api_version, kind.kind):
        raise _invalid(shown, decode.unregistered(str(api_version), str(name)))
    mismatch = kind.mismatch(result)
    if mismatch is not None:
        raise _invalid(shown, mismatch.partition(" cannot be handled as a ")[2].partition(": ")[2] or mismatch)
    unknown = [decode.unknown(path) for path in kind.prune(result)]
    if validation != "Ignore":
        complaints = [*complaints, *unknown]
    if complaints and validation == "Strict":
        raise _invalid(shown, f"strict decoding error: {', '.join(complaints)}")
    if validation == "Warn":
        call.warnings.extend(complaints)
    kind.default(result)
    return result


def _invalid(shown: str, why: str) -> Failure:
    return invalid("", "", "", [cause.invalid("patch", shown, why)])


def configuration(call: Call, validation: FieldValidation) -> Object:
    """The applied configuration in the body."""
    sent = call.request.body
    told = _of_yaml(sent)
    if not isinstance(told, dict):
        why = f"json: cannot unmarshal {gojson.first_type(told)} into Go value of type map[string]interface {{}}"
        raise bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {why}")
    complaints = decode.repeated(sent, told) if validation != "Ignore" else []
    if complaints:
        key = complaints[0].rpartition(".")[2].strip('"').removeprefix('duplicate field "')
        why = f'error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key "{key}" already set in map'
        if validation == "Strict":
            raise bad_request(f"error strict decoding YAML: {why}")
        call.warnings.append(why)
    return told


def _of_yaml(sent: bytes) -> Any:
    """The value of a text in YAML, of which JSON is a part; an empty one is an empty object."""
    try:
        return msgspec.json.decode(sent) if sent.strip() else {}
    except msgspec.DecodeError:
        pass
    try:
        return msgspec.yaml.decode(sent)
    except msgspec.DecodeError as wrong:
        text = str(wrong)
    if "mapping values are not allowed" in text:
        why = "yaml: mapping values are not allowed in this context"
    else:
        why = "yaml: line 1: did not find expected node content"
    raise bad_request(f"error decoding YAML: error converting YAML to JSON: {why}")


def _apply(call: Call, options: WriteOptions) -> Answer:
    state, kind, target = call.state, call.kind, call.target
    stored = call.stored()
    if stored is None and target.subresource:
        raise not_found(target.group, target.resource, target.name)
    told = configuration(call, options.validation)
    old = state.load(kind, stored) if stored is not None else None
    new = applied(
        old,
        told,
        kind=kind,
        manager=options.manager,
        force=options.force,
        subresource=target.subresource,
        now=state.now(),
        versions=state.versions(kind),
    )
    uid = metadata(new).get("uid")
    if old is None and uid:
        why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        raise conflict(target.group, target.resource, target.name, why)
    place(kind, new, target.namespace)
    check_name(new, target.name)
    dedup_owners(new, call.warnings)
    if stored is None or old is None:
        allow_create(call)
        return answer(call, 201, insert(call, new, options, managed=True))
    return answer(call, 200, change(call, stored, old, new, options, managed=True))
