"""Bodies in protobuf, as kubectl sends those of built-in kinds: read into the JSON that they stand for.

Answers are never in protobuf: every client also takes JSON. The numbers of fields come from Kubernetes' own files
(dev/protobuf.py). What Go leaves out of JSON when it is empty is left to the server, which knows the kinds.
"""

import base64
import gzip
import json
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
META = "k8s.io.apimachinery.pkg.apis.meta.v1"
# Fields that Go embeds: in JSON theirs stand beside the others.
EMBEDDED = frozenset(
    (
        *("localObjectReference", "volumeSource", "persistentVolumeSource", "ephemeralContainerCommon", "handler"),
        *("ingressRuleValue", "ruleWithOperations", "rule"),
    )
)
# Fields that JSON calls otherwise.
RENAMED = {"Expression": "expression", "Name": "name", "Webhooks": "webhooks", "aPIGroup": "apiGroup", "uID": "uid"}


class Unreadable(ValueError):
    """The body is not what it says."""


def to_json(body: bytes) -> bytes:
    """The JSON of an object in Kubernetes' envelope. Raises Unreadable."""
    if not body.startswith(MAGIC):
        raise Unreadable("the body does not begin as protobuf of Kubernetes does")
    try:
        envelope = dict(_fields(body[len(MAGIC) :]))
        head = {number: bytes(value).decode() for number, value in _fields(envelope[1])}
        api_version, kind = head.get(1, ""), head.get(2, "")
        obj = _message(_name(api_version, kind), envelope.get(2, b""))
    except (KeyError, IndexError, struct.error, TypeError) as error:
        raise Unreadable(f"protobuf: {error!r}") from error
    return json.dumps({"apiVersion": api_version, "kind": kind, **obj}).encode()


def _name(api_version: str, kind: str) -> str:
    """The message of a kind: groups are packages, by their first word."""
    group, _, version = api_version.rpartition("/")
    package = group.split(".", 1)[0] or "core"
    if group in ("rbac.authorization.k8s.io", "events.k8s.io"):
        package = group.split(".", 1)[0]
    name = f"k8s.io.api.{package}.{version}.{kind}"
    return name if name in _messages() else f"{META}.{kind}"


@cache
def _messages() -> dict[str, dict[str, tuple[str, str, str]]]:
    packed = files(__package__).joinpath("protobuf.json.gz").read_bytes()
    found: dict[str, dict[str, tuple[str, str, str]]] = json.loads(gzip.decompress(packed))
    return found


def _message(name: str, raw: bytes) -> Any:
    if special := _SPECIAL.get(name):
        return special(dict(_fields(raw)))
    fields, obj = _messages()[name], dict[str, Any]()
    for number, value in _fields(raw):
        field, kind, form = fields[str(number)]
        field = RENAMED.get(field, field)
        if form == "map":
            pair = dict(_fields(value))
            obj.setdefault(field, {})[bytes(pair.get(1, b"")).decode()] = _value(kind, pair.get(2, b""))
        elif form == "many":
            obj.setdefault(field, []).append(_value(kind, value))
        elif field in EMBEDDED:
            obj |= _value(kind, value)
        elif (read := _value(kind, value)) is not None:
            obj[field] = read
    return obj


def _value(kind: str, raw: Any) -> Any:
    match kind:
        case "string":
            return bytes(raw).decode()
        case "bytes":
            return base64.b64encode(raw).decode()
        case "bool":
            return bool(raw)
        case "int32" | "int64":
            return raw - (1 << 64) if raw >> 63 else raw
        case "double":
            return struct.unpack("<d", raw)[0]
    return _message(kind, raw)


def _fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message: number, and the bytes or the number of it."""
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(raw, at)
            yield number, value
            continue
        length, at = _varint(raw, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
        yield number, raw[at : at + length]
        at += length


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _time(fields: dict[int, Any]) -> str | None:
    if not fields.get(1):
        return None
    return datetime.fromtimestamp(fields[1], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _precise_time(fields: dict[int, Any]) -> str | None:
    at = _time(fields)
    return f"{at[:-1]}.{fields.get(2, 0) // 1000:06d}Z" if at else None


def _int_or_string(fields: dict[int, Any]) -> Any:
    return bytes(fields.get(3, b"")).decode() if fields.get(1) else _value("int32", fields.get(2, 0))


_SPECIAL: dict[str, Callable[[dict[int, Any]], Any]] = {
    f"{META}.Time": _time,
    f"{META}.MicroTime": _precise_time,
    f"{META}.Duration": lambda fields: f"{fields.get(1, 0) / 1e9:g}s",
    f"{META}.FieldsV1": lambda fields: json.loads(fields.get(1) or b"{}"),
    "k8s.io.apimachinery.pkg.runtime.RawExtension": lambda fields: json.loads(fields.get(1) or b"null"),
    "k8s.io.apimachinery.pkg.api.resource.Quantity": lambda fields: bytes(fields.get(1, b"")).decode(),
    "k8s.io.apimachinery.pkg.util.intstr.IntOrString": _int_or_string,
    **{
        f"k8s.io.api.{package}.v1.ExtraValue": lambda fields: [bytes(fields.get(1, b"")).decode()]
        for package in ("authentication", "authorization", "certificates")
    },
}
