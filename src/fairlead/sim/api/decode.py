"""From the body of a request to an object of the kind that is asked about.

It is parsed, held to be strict where that is asked, pruned and defaulted. Must not know what is stored.
"""

import re
from typing import Any

import msgspec

from fairlead.sim.api import gojson
from fairlead.sim.api.encode import go_package
from fairlead.sim.api.failure import Failure, bad_request, invalid, unsupported_media_type
from fairlead.sim.api.options import FieldValidation
from fairlead.sim.api.state import Call
from fairlead.sim.api.types import cause
from fairlead.sim.api.types.kind import Kind

Object = dict[str, Any]

READ = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")
_SPACED = re.compile(rb'"\s+:')
_HEAD = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'


class Undecoded(Exception):
    """The text is no object. Carries what the API server's decoder says."""


def body(call: Call, validation: FieldValidation, kind: Kind | None = None) -> Object:
    """The object in the body of a create or an update; `kind` where it is not the one of the path."""
    kind = kind or call.kind
    check_media(call)
    sent = call.request.body
    try:
        obj = parse(sent)
    except Undecoded as wrong:
        why = f"couldn't get version/kind; json parse error: {wrong}"
        raise _unrecognized(kind, why, sent) from None
    _check_type(call, kind, obj, sent)
    duplicates = repeated(sent, obj) if validation != "Ignore" else []
    return settle(call, kind, obj, validation, duplicates)


def settle(call: Call, kind: Kind, obj: Object, validation: FieldValidation, strict: list[str]) -> Object:
    """Prune and default. `strict` are the complaints about the text so far; they refuse it, or become warnings."""
    mismatch = kind.mismatch(obj)
    if mismatch is not None:
        raise bad_request(mismatch)
    complaints = [*strict, *(unknown(path) for path in kind.prune(obj))] if validation != "Ignore" else kind.prune(obj)
    if complaints and validation == "Strict":
        raise cannot_be_handled(kind, kind.kind, kind.version, f"strict decoding error: {', '.join(complaints)}")
    if validation == "Warn":
        call.warnings.extend(complaints)
    kind.default(obj)
    return obj


def unknown(path: str) -> str:
    """The complaint about a field that the schema lacks."""
    return f'unknown field "{path}"'


def check_media(call: Call) -> None:
    """Refuse a body that is no JSON or YAML by its own word."""
    media = call.request.headers.get("content-type", "").partition(";")[0].strip()
    if media and media not in READ[:2]:
        served = READ[:2] if call.kind.custom else READ
        raise unsupported_media_type(served)


def parse(sent: bytes) -> Object:
    """The object in a text. Raises Undecoded."""
    try:
        obj = msgspec.json.decode(sent)
    except msgspec.DecodeError:
        try:
            obj = msgspec.yaml.decode(sent) if sent and sent[:1] not in b"{[" else None
        except msgspec.DecodeError:
            obj = None
        if not isinstance(obj, dict):
            raise Undecoded(gojson.complaint(sent) or "unexpected end of JSON input") from None
    if obj is None:
        obj = {}
    if not isinstance(obj, dict):
        raise Undecoded(f"json: cannot unmarshal {gojson.first_type(obj)} into Go value of type {_HEAD}")
    return obj


def repeated(sent: bytes, obj: Any) -> list[str]:
    """Complaints about keys that stand twice.

    Encoding the object again tells at once whether there can be any: then it has fewer keys than the text.
    """
    if not _SPACED.search(sent) and sent.count(b'":') == msgspec.json.encode(obj).count(b'":'):
        return []
    return [f'duplicate field "{path}"' for path in gojson.duplicates(sent)]


def cannot_be_handled(kind: Kind, name: str, version: str, why: str) -> Failure:
    """The body does not decode into the kind."""
    return bad_request(f'{name} in version "{version}" cannot be handled as a {kind.kind}: {why}')


def _check_type(call: Call, kind: Kind, obj: Object, sent: bytes) -> None:
    """Refuse an object of another kind or version. What a built-in kind's body leaves out is that of the path."""
    api_version, name = obj.get("apiVersion"), obj.get("kind")
    for field, value in (("APIVersion", api_version), ("Kind", name)):
        if value is not None and not isinstance(value, str):
            json_name = field[0].lower() + field[1:] if field == "Kind" else "apiVersion"
            why = f"json: cannot unmarshal {_type(value)} into Go struct field .{json_name} of type string"
            raise _unrecognized(kind, f"couldn't get version/kind; json parse error: {why}", sent)
    if kind.custom:
        _check_custom(kind, api_version or "", name or "", obj, sent)
    else:
        _check_built_in(call, kind, api_version or kind.api_version, name or kind.kind)
    obj["apiVersion"], obj["kind"] = kind.api_version, kind.kind


def _type(value: Any) -> str:
    return "object" if isinstance(value, dict) else gojson.first_type(value)


def _check_custom(kind: Kind, api_version: str, name: str, obj: Object, sent: bytes) -> None:
    if not name:
        shown = sent.decode("utf-8", "replace")
        raise _unrecognized(kind, f"Object 'Kind' is missing in '{shown}'", sent)
    if api_version != kind.api_version:
        raise _other_version(kind, api_version)
    if name != kind.kind:
        metadata = obj.get("metadata")
        own = metadata.get("name", "") if isinstance(metadata, dict) else ""
        raise invalid(kind.group, name, own, [cause.invalid("kind", name, f"must be {kind.kind}")])


def _check_built_in(call: Call, kind: Kind, api_version: str, name: str) -> None:
    if (api_version, name) == (kind.api_version, kind.kind):
        return
    group, _, version = api_version.rpartition("/")
    known = call.state.types.by_kind(group, version, name) is not None
    # Versions that are served no more are still known: they were in the release in which the kind was young.
    known = known or (group == kind.group and re.match(r"v\d+(alpha|beta)\d+\Z", version) is not None)
    if not known:
        raise cannot_be_handled(kind, name, version, unregistered(api_version, name))
    if name == kind.kind and group == kind.group:
        raise _other_version(kind, api_version)
    why = f"converting ({version}.{name}) to ({go_package(kind.group)}.{kind.kind}): unknown conversion"
    raise cannot_be_handled(kind, name, version, why)


def unregistered(api_version: str, name: str) -> str:
    """No such kind exists, custom ones aside."""
    return f'no kind "{name}" is registered for version "{api_version}" in scheme "pkg/runtime/scheme.go:110"'


def _other_version(kind: Kind, api_version: str) -> Failure:
    message = (
        f"the API version in the data ({api_version}) does not match the expected API version ({kind.api_version})"
    )
    return bad_request(message)


def _unrecognized(kind: Kind, why: str, sent: bytes) -> Failure:
    shown = gojson.summary(sent)
    return bad_request(f"the object provided is unrecognized (must be of type {kind.kind}): {why} ({shown})")
