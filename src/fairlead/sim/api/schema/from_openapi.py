"""Schemas of built-in kinds, from the OpenAPI v3 definitions of a real server and what its Go types say beyond them."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from fairlead.sim.api.schema.schema import Schema

_REFERENCE = "#/components/schemas/"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_MICRO_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
# Decoded as they come: any JSON is kept.
_ANYTHING = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON",
}
_JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
_ZERO: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False}
_OWN_KEYS = ("x-kubernetes-list-type", "x-kubernetes-map-type", "x-kubernetes-patch-strategy", "default")


class Library:
    """Builds each definition once, when it is first asked for; recursive definitions refer to themselves."""

    def __init__(self, definitions: Mapping[str, Any], fields: Mapping[str, Mapping[str, tuple[str, str]]]) -> None:
        self._definitions = definitions
        self._fields = fields
        self._built: dict[str, Schema] = {}

    def schema(self, name: str) -> Schema:
        """The schema of a definition, as `io.k8s.api.apps.v1.Deployment`."""
        if (known := self._built.get(name)) is not None:
            return known
        node = self._built[name] = Schema()
        self._fill(node, self._definitions[name])
        if name == _QUANTITY:
            node.format = "quantity"
        elif name == _MICRO_TIME:
            node.format = "micro-time"
        elif name == _INT_OR_STRING:
            node.int_or_string = True
        elif name.startswith(f"{_JSON_SCHEMA}Or"):
            node.format, node.preserve_unknown, node.all_of = "json-schema", True, (self.schema(_JSON_SCHEMA),)
        elif name in _ANYTHING:
            node.type, node.preserve_unknown = ("object" if name.endswith(("FieldsV1", "RawExtension")) else ""), True
        elif node.type == "object":
            self._add_go(node, name)
        return node

    def _node(self, source: Mapping[str, Any]) -> Schema:
        reference = source.get("$ref") or next(
            (part["$ref"] for part in source.get("allOf", ()) if "$ref" in part), None
        )
        if reference is None:
            node = Schema()
            self._fill(node, source)
            return node
        target = self.schema(reference.removeprefix(_REFERENCE))
        if not any(key in source and source[key] != {} for key in _OWN_KEYS):
            return target
        # The place says more than the definition: a node of its own, with the definition's content.
        node = Schema(**{field: getattr(target, field) for field in Schema.__struct_fields__})
        self._mark(node, source)
        return node

    def _fill(self, node: Schema, source: Mapping[str, Any]) -> None:
        node.type = source.get("type", "")
        node.format = source.get("format", "")
        node.enum = tuple(source.get("enum", ()))
        node.required = tuple(source.get("required", ()))
        node.properties = {name: self._node(child) for name, child in source.get("properties", {}).items()}
        if isinstance(values := source.get("additionalProperties"), dict):
            node.additional = self._node(values)
        if "items" in source:
            node.items = self._node(source["items"])
        self._mark(node, source)

    def _mark(self, node: Schema, source: Mapping[str, Any]) -> None:
        node.list_type = source.get("x-kubernetes-list-type", node.list_type)
        node.list_keys = tuple(source.get("x-kubernetes-list-map-keys", node.list_keys))
        node.map_type = source.get("x-kubernetes-map-type", node.map_type)
        if strategy := source.get("x-kubernetes-patch-strategy"):
            node.patch_strategy = frozenset(strategy.split(","))
        node.patch_merge_key = source.get("x-kubernetes-patch-merge-key", node.patch_merge_key)
        node.default = source.get("default", node.default)

    def _add_go(self, node: Schema, name: str) -> None:
        fields = self._fields.get(name)
        node.go_name = name.rpartition(".")[2]
        if fields is None:
            return
        node.go_types = {field: type_ for field, (_, type_) in fields.items()}
        node.always, left_out = {}, set()
        for field, (flags, _) in fields.items():
            child = node.properties[field]
            struct = _is_struct(child) and "p" not in flags
            if ("z" if struct else "o") not in flags:
                node.always[field] = _zero(child) if "p" not in flags else _of_pointer(child)
            elif "p" not in flags:
                left_out.add(field)
        node.zero_left_out = frozenset(left_out)


def _of_pointer(node: Schema) -> Any:
    """What an absent pointer is written as: its default where it has one."""
    return None if node.default is UNSET or isinstance(node.default, dict) else node.default


def _is_struct(node: Schema) -> bool:
    # Times are structs that write themselves as null when they are zero, but carry omitzero wherever that shows.
    return bool(node.go_name) or node.int_or_string or node.format in {"quantity", "date-time", "micro-time"}


def _zero(node: Schema) -> Any:
    if node.go_name:
        return {}
    if node.format == "quantity":
        return "0"
    if node.int_or_string:
        return 0
    if node.format in {"date-time", "micro-time"}:
        return None
    return _ZERO.get(node.type)
