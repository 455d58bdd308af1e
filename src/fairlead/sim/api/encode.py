"""How an answer shows objects: whole, their metadata, or as a table; chosen by the Accept header.

What is stored has neither apiVersion nor kind, so showing it whole is joining bytes. Must not know verbs or storage.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal

import msgspec
from msgspec import Struct

from fairlead.sim.api.failure import Failure, bad_request, not_acceptable, unexplained
from fairlead.sim.api.request import Request
from fairlead.sim.api.storage import NOT_STORED, Stored
from fairlead.sim.api.types.cause import invalid
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.types.table import table
from fairlead.sim.api.watch import Frames

Object = dict[str, Any]

_encode = msgspec.json.encode
_decode = msgspec.json.decode

GENERATION = "deprecated.daemonset.template.generation"
SERVED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")


class View(Struct, frozen=True, kw_only=True):
    """What the client wants to see."""

    shape: Literal["whole", "metadata", "metadata-list", "table"] = "whole"
    media: str = "application/json"
    version: str = "v1"
    """Of meta.k8s.io, for tables and metadata."""
    include: str = "Metadata"
    """What a table's row brings of its object: None, Metadata or Object."""


_NO_COLUMNS = {"columnDefinitions": None}
"""Only the first table of a watch says what its columns are."""


def go_package(group: str) -> str:
    """The package of a built-in group's types, as messages name it."""
    return group.partition(".")[0] or "core"


def view(request: Request, *, custom: bool) -> View:
    """The first that can be served of what the client accepts. Raises Failure (406) when nothing can."""
    accept = request.headers.get("accept", "")
    if not accept:
        return View()
    clauses = _by_quality(accept)
    if not custom and not any(clause.partition(";")[0].strip() in ("*/*", *SERVED) for clause in clauses):
        message = f"406: Not Acceptable\n\nAvailable representations: {', '.join(SERVED)}"
        raise Failure(406, "NotAcceptable", message, {})
    for clause in clauses:
        found = _clause(clause, request)
        if found is not None:
            return found
    raise not_acceptable(SERVED)


def written(view: View, body: bytes) -> bytes:
    """The body of an answer in the media type that was chosen."""
    if view.media == "application/yaml":
        return msgspec.yaml.encode(_decode(body), order="sorted")
    return body


def _by_quality(accept: str) -> list[str]:
    def quality(clause: str) -> float:
        _, found, value = clause.partition("q=")
        try:
            return -float(value.split(";")[0]) if found else -1.0
        except ValueError:
            return -1.0

    return sorted((clause.strip() for clause in accept.split(",")), key=quality)


def _clause(clause: str, request: Request) -> View | None:
    media, *rest = (part.strip() for part in clause.split(";"))
    parameters = dict(part.partition("=")[::2] for part in rest)
    if media in ("*/*", "application/*"):
        media = "application/json"
    if media not in ("application/json", "application/yaml"):
        return None
    wanted = parameters.get("as", "")
    if not wanted:
        return View(media=media)
    version = parameters.get("v", "")
    if parameters.get("g") != "meta.k8s.io" or version not in ("v1", "v1beta1"):
        return None
    match wanted:
        case "Table":
            include = request.first("includeObject") or "Metadata"
            if include not in ("None", "Metadata", "Object"):
                why = invalid("includeObject", include, "must be 'Metadata', 'Object', 'None', or empty")
                raise bad_request(f"Unable to convert to Table as requested: {why}")
            return View(shape="table", media=media, version=version, include=include)
        case "PartialObjectMetadata":
            return View(shape="metadata", media=media, version=version)
        case "PartialObjectMetadataList":
            return View(shape="metadata-list", media=media, version=version)
    return None


def stored_api_version(kind: Kind) -> str:
    """The apiVersion of the stored form."""
    return f"{kind.stored_group}/{kind.stored_version}" if kind.stored_group else kind.stored_version


def whole(kind: Kind, body: bytes) -> bytes:
    """A stored body as it is shown: as an object of this version."""
    return _typed(kind, kind.shown(body) if kind.shown is not None else body)


def _typed(kind: Kind, body: bytes) -> bytes:
    if kind.converted:
        obj = {"apiVersion": stored_api_version(kind), "kind": kind.kind, **_decode(body)}
        return _encode(kind.load(obj))
    return b'{"kind":"%b","apiVersion":"%b",%b' % (kind.kind.encode(), kind.api_version.encode(), body[1:])


def stored_form(kind: Kind, obj: Object) -> bytes:
    """An object that is answered but not stored, as its stored body would be."""
    form = kind.store(obj) if kind.converted else obj
    return _encode({"metadata": form["metadata"]} | {name: form[name] for name in form if name not in NOT_STORED})


def one(view: View, kind: Kind, body: bytes, now: str, *, as_stored: bool = False) -> bytes:
    """The body of an answer with a single object."""
    match view.shape:
        case "whole":
            return _typed(kind, body) if as_stored else whole(kind, body)
        case "metadata":
            return _encode(_partial(view, body))
        case "table":
            return _encode(_table(view, kind, [body], now) | {"metadata": _list_metadata(body)})
    if kind.custom:
        raise unexplained("content is not a list")
    shown = f"*{go_package(kind.group)}.{kind.kind}"
    message = f"you requested PartialObjectMetadataList, but the requested object is not a list ({shown})"
    raise Failure(406, "NotAcceptable", message)


def many(view: View, kind: Kind, objects: Iterable[Stored], metadata: Object, now: str) -> bytes:
    """The body of an answer with a list."""
    match view.shape:
        case "whole":
            return _list(kind, objects, metadata)
        case "metadata-list":
            items = [_partial(view, stored.body) for stored in objects]
            api_version = f"meta.k8s.io/{view.version}"
            told = {"kind": "PartialObjectMetadataList", "apiVersion": api_version, "metadata": metadata}
            return _encode(told | {"items": items})
        case "table":
            shown = _table(view, kind, [stored.body for stored in objects], now)
            return _encode(shown | {"metadata": metadata})
    shown_type = "*unstructured.UnstructuredList" if kind.custom else f"*{go_package(kind.group)}.{kind.list_kind}"
    message = f"you requested PartialObjectMetadata, but the requested object is a list ({shown_type})"
    raise Failure(406, "NotAcceptable", message)


def frames(view: View, kind: Kind, now: Callable[[], str]) -> Frames:
    """How a watch shows its objects, and up to where it has seen everything."""
    key = (kind.version, kind.kind, view.shape, view.version, view.include)
    mark = partial(_bookmark, view, kind)
    if view.shape == "whole":
        return Frames(key, lambda body: whole(kind, body), mark)
    if view.shape == "table":
        first_mark = partial(mark, with_columns=True)
        first = Frames((*key, "first"), lambda body: _encode(_table_row(view, kind, body, now())), first_mark)
        return Frames(key, lambda body: _encode(_table_row(view, kind, body, now()) | _NO_COLUMNS), mark, first)
    return Frames(key, lambda body: _encode(_partial(view, body)), mark)


def _bookmark(view: View, kind: Kind, version: int, annotations: Object, *, with_columns: bool = False) -> bytes:
    """An object of the kind of which nothing was filled in but the version."""
    metadata: Object = {"resourceVersion": str(version)} | ({"annotations": annotations} if annotations else {})
    if view.shape == "table":
        shown = table(kind, [_empty(kind, metadata)], "", version=view.version, include=view.include)
        shown |= {"metadata": {"resourceVersion": str(version)}} | ({} if with_columns else _NO_COLUMNS)
    elif view.shape == "whole":
        shown = _empty(kind, metadata)
        if kind.kind == "DaemonSet" and not kind.custom:
            shown["metadata"] = metadata | {"annotations": {GENERATION: "0", **annotations}}
    else:
        shown = {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{view.version}", "metadata": metadata}
    return _encode(shown)


def _empty(kind: Kind, metadata: Object) -> Object:
    """What the Go structs write of an object that nothing was filled into."""
    obj: Object = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
    kind.prune(obj)
    if kind.group == "apps" and kind.scale is not None:
        obj["spec"]["replicas"] = 0
    return obj


def _list(kind: Kind, objects: Iterable[Stored], metadata: Object) -> bytes:
    head = {"kind": kind.list_kind, "apiVersion": kind.api_version, "metadata": metadata}
    if kind.custom:
        head["metadata"] = {"continue": "", **metadata}
        items = b",".join([whole(kind, stored.body) for stored in objects])
    elif kind.converted:
        items = b",".join([_untyped(whole(kind, stored.body)) for stored in objects])
    else:
        shown = kind.shown or bytes
        items = b",".join([shown(stored.body) for stored in objects])
    return b'%b,"items":[%b]}\n' % (_encode(head)[:-1], items)


def _untyped(body: bytes) -> bytes:
    obj = _decode(body)
    return _encode({key: value for key, value in obj.items() if key not in ("apiVersion", "kind")})


def _partial(view: View, body: bytes) -> Object:
    api_version = f"meta.k8s.io/{view.version}"
    return {"kind": "PartialObjectMetadata", "apiVersion": api_version, "metadata": _decode(body)["metadata"]}


def _list_metadata(body: bytes) -> Object:
    return {"resourceVersion": _decode(body)["metadata"]["resourceVersion"]}


def _table(view: View, kind: Kind, bodies: list[bytes], now: str) -> Object:
    objects = [_decode(whole(kind, body)) for body in bodies]
    return table(kind, objects, now, version=view.version, include=view.include)


def _table_row(view: View, kind: Kind, body: bytes, now: str) -> Object:
    return _table(view, kind, [body], now) | {"metadata": _list_metadata(body)}
