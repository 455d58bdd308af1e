"""OpenAPI v3: the schemas of all kinds, for `kubectl explain` and for clients that merge by schema.

The paths are the ones that clients look up: which kind is where, and that writes know fieldValidation.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.types.builtin import document as built_in
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.types.types import Types

_REFERENCE = "#/components/schemas/"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"
_STRING = {"type": "string", "uniqueItems": True}
_WRITE_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation")
_API_VERSION = (
    "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized "
    "schemas to the latest internal value, and may reject unrecognized values. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources"
)
_KIND = (
    "Kind is a string value representing the REST resource this object represents. Servers may infer this from the "
    "endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds"
)
_CONVENTIONS = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_API_VERSION_WITHIN = (
    f"apiVersion defines the versioned schema of this representation of an object. More info: {_CONVENTIONS}#resources"
)
_KIND_WITHIN = (
    f"kind is a string value representing the type of this object. In CamelCase. More info: {_CONVENTIONS}#types-kinds"
)
_PATCHES = (
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)


class OpenApi:
    """The index and one document for each group and version; made when they are asked for, kept until a CRD changes."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._made: dict[str, dict[str, Any]] = {}
        self._generation = -1

    def document(self, path: str) -> dict[str, Any] | None:
        """`""` is the index; otherwise `api/v1` or `apis/<group>/<version>`."""
        if self._generation != self._types.generation:
            self._made, self._generation = {}, self._types.generation
        kinds = self._kinds()
        if not path:
            return {"paths": {place: {"serverRelativeURL": self._url(place, kinds[place])} for place in sorted(kinds)}}
        if path not in kinds:
            return None
        return self._document(path, kinds[path])

    def _kinds(self) -> dict[str, list[Kind]]:
        places: dict[str, list[Kind]] = {}
        for kind in self._types.resources():
            places.setdefault(f"apis/{kind.group}/{kind.version}" if kind.group else "api/v1", []).append(kind)
        return places

    def _document(self, path: str, kinds: list[Kind]) -> dict[str, Any]:
        if path not in self._made:
            self._made[path] = _make(path, kinds)
        return self._made[path]

    def _url(self, place: str, kinds: list[Kind]) -> str:
        """Clients keep a document by its hash. That of the built-in ones is the version of the server."""
        seed = (
            json.dumps(self._document(place, kinds))
            if kinds[0].custom
            else f"{built_in().version['gitVersion']}{place}"
        )
        return f"/openapi/v3/{place}?hash={hashlib.sha512(seed.encode()).hexdigest().upper()}"


def _make(path: str, kinds: list[Kind]) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for kind in kinds:
        for name, schema in _schemas(kind):
            _collect(name, schema, schemas)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": built_in().version["gitVersion"]},
        "paths": {place: item for kind in kinds for place, item in _paths(path, kind)},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _schemas(kind: Kind) -> Iterator[tuple[str, dict[str, Any]]]:
    source = built_in()
    if not kind.custom:
        for name in (kind.kind, kind.list_kind):
            if (definition := source.definitions.get((kind.group, kind.version, name))) is not None:
                yield definition, source.schemas[definition]
        return
    name = definition_name(kind)
    yield name, _custom(kind)
    yield f"{name}List", _list(kind, name)


def definition_name(kind: Kind) -> str:
    """As `io.example.v1.Thing` for the group `example.io`."""
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def _head() -> dict[str, Any]:
    return {
        "apiVersion": {"description": _API_VERSION, "type": "string"},
        "kind": {"description": _KIND, "type": "string"},
    }


def _custom(kind: Kind) -> dict[str, Any]:
    source = kind.source or {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    meta = {
        "description": "Standard object's metadata. More info: "
        "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
        "allOf": [{"$ref": f"{_REFERENCE}{_META}"}],
    }
    source = _with_embedded(source, meta)
    if source.get("properties"):
        source = {**source, "properties": {**source["properties"], **_head(), "metadata": meta}}
    return {**source, "x-kubernetes-group-version-kind": [_named(kind, kind.kind)]}


def _with_embedded(schema: Any, meta: dict[str, Any]) -> Any:
    """The schema in which whole objects within an object have the fields of all objects."""
    if isinstance(schema, list):
        return [_with_embedded(entry, meta) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    shown = {key: _with_embedded(value, meta) for key, value in schema.items()}
    if shown.get("x-kubernetes-embedded-resource") is True:
        head = {
            "apiVersion": {"description": _API_VERSION_WITHIN, "type": "string"},
            "kind": {"description": _KIND_WITHIN, "type": "string"},
        }
        shown["properties"] = {**shown.get("properties", {}), **head, "metadata": meta}
        shown["required"] = list(dict.fromkeys([*shown.get("required", ()), "kind", "apiVersion"]))
    return shown


def _list(kind: Kind, name: str) -> dict[str, Any]:
    items = {
        "description": f"List of {kind.plural}. More info: "
        "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md",
        "type": "array",
        "items": {"$ref": f"{_REFERENCE}{name}"},
    }
    meta = {
        "description": f"Standard list metadata. More info: {_CONVENTIONS}#types-kinds",
        "allOf": [{"$ref": f"{_REFERENCE}{_LIST_META}"}],
    }
    return {
        "description": f"{kind.list_kind} is a list of {kind.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {**_head(), "items": items, "metadata": meta},
        "x-kubernetes-group-version-kind": [_named(kind, kind.list_kind)],
    }


def _named(kind: Kind, name: str) -> dict[str, str]:
    return {"group": kind.group, "version": kind.version, "kind": name}


def _collect(name: str, schema: dict[str, Any], into: dict[str, Any]) -> None:
    """A schema and all that it refers to."""
    if name in into:
        return
    into[name] = schema
    for reference in _references(schema):
        _collect(reference, built_in().schemas[reference] if reference not in into else into[reference], into)


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            name = reference.removeprefix(_REFERENCE)
            if name in built_in().schemas:
                yield name
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _paths(root: str, kind: Kind) -> Iterator[tuple[str, dict[str, Any]]]:
    collection = f"/{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"/{root}/{kind.plural}"
    if "list" in kind.verbs:
        reads = {"get": _operation(kind, "list")}
        yield collection, {**reads, **({"post": _operation(kind, "post")} if "create" in kind.verbs else {})}
    elif "create" in kind.verbs:
        yield collection, {"post": _operation(kind, "post")}
    item = {verb: _operation(kind, verb) for verb, name in _ITEM.items() if name in kind.verbs}
    if item:
        yield f"{collection}/{{name}}", item
    for sub in kind.subresources.values():
        verbs = {verb: _operation(kind, verb) for verb, name in _ITEM.items() if name in sub.verbs}
        yield f"{collection}/{{name}}/{sub.name}", verbs


_ITEM = {"get": "get", "put": "update", "delete": "delete", "patch": "patch"}


def _operation(kind: Kind, action: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": _named(kind, kind.kind),
        "responses": {"200": {"description": "OK"}},
    }
    if action in {"post", "put", "patch"}:
        names = (*_WRITE_PARAMETERS, "force") if action == "patch" else _WRITE_PARAMETERS
        found["parameters"] = [
            {"name": name, "in": "query", "schema": {**_STRING, **({"type": "boolean"} if name == "force" else {})}}
            for name in names
        ]
    if action == "patch":
        body = {"$ref": f"{_REFERENCE}io.k8s.apimachinery.pkg.apis.meta.v1.Patch"}
        kinds = _PATCHES if kind.strategic else _PATCHES[:3]
        found["requestBody"] = {"content": {media: {"schema": body} for media in kinds}, "required": True}
    return found
