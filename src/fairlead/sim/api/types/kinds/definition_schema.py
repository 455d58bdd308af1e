"""Whether the schema of a CustomResourceDefinition is structural: every field is declared once, with its type."""

import re
from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.schema.pattern import compiled
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, not_supported, required
from fairlead.sim.api.types.kinds.definition_rules import rule_causes

Schema = dict[str, Any]
_TYPES = ["array", "boolean", "integer", "number", "object", "string"]
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_LOGIC = ("allOf", "anyOf", "oneOf")
# What may not stand inside of a logical part: it would depend on which alternative holds.
_OUTSIDE = {
    "type": "must be empty to be structural",
    "additionalProperties": "must be undefined to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    "x-kubernetes-preserve-unknown-fields": "must be false to be structural",
    "x-kubernetes-embedded-resource": "must be false to be structural",
    "x-kubernetes-int-or-string": "must be false to be structural",
    "x-kubernetes-list-map-keys": "must be empty to be structural",
    "x-kubernetes-list-type": "must be undefined to be structural",
    "x-kubernetes-map-type": "must be undefined to be structural",
    "x-kubernetes-validations": "must be empty to be structural",
}
_FORMATS = frozenset(
    (
        *("bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3", "uuid4", "uuid5"),
        *("isbn", "isbn10", "isbn13", "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "password", "date"),
        *("duration", "datetime", "k8sshortname", "k8slongname"),
    )
)
_INT_OR_STRING = ({"type": "integer"}, {"type": "string"})
_REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"]


def schema_causes(schema: Schema, field: str) -> list[Cause]:
    """Everything wrong with the schema of a whole object."""
    causes = list(_keywords(schema, field))
    if schema.get("nullable"):
        causes.append(forbidden(f"{field}.nullable", "nullable cannot be true at the root"))
    troubled = [cause.field for cause in causes]
    structure = list(_structure(schema, field, "root"))
    causes += structure
    # Of what is not structural the server makes no types.
    if not structure:
        causes += rule_causes(schema, field, troubled)
    return list(dict.fromkeys(causes))


def unknown_formats(schema: Schema) -> Iterator[str]:
    """Formats of texts that nobody checks, in the order of their fields."""
    name = schema.get("format", "")
    if schema.get("type") == "string" and name and name.replace("-", "") not in _FORMATS:
        yield name
    for child, _ in (*_children(schema, ""), *_logical(schema, "")):
        yield from unknown_formats(child)


def _children(schema: Schema, field: str) -> Iterator[tuple[Schema, str]]:
    for name, child in sorted((schema.get("properties") or {}).items()):
        yield child, f"{field}.properties[{name}]"
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"], f"{field}.additionalProperties"
    if isinstance(schema.get("items"), dict):
        yield schema["items"], f"{field}.items"


def _logical(schema: Schema, field: str) -> Iterator[tuple[Schema, str]]:
    for word in _LOGIC:
        for index, part in enumerate(schema.get(word) or ()):
            yield part, f"{field}.{word}[{index}]"
    if schema.get("not"):
        yield schema["not"], f"{field}.not"


def _keywords(schema: Schema, field: str) -> Iterator[Cause]:
    """Keywords and their values, everywhere."""
    yield from _forbidden(schema, field)
    yield from _lists(schema, field)
    yield from _rules(schema, field)
    if pattern := schema.get("pattern"):
        try:
            compiled(pattern)
        except re.error as error:
            yield invalid(f"{field}.pattern", pattern, f"must be a valid regular expression, but isn't: {error}")
    for child, here in (*_children(schema, field), *_logical(schema, field)):
        yield from _keywords(child, here)


def _forbidden(schema: Schema, field: str) -> Iterator[Cause]:
    type_ = schema.get("type", "")
    if type_ and type_ not in _TYPES:
        yield not_supported(f"{field}.type", type_, _TYPES)
    for word in _UNSUPPORTED:
        if schema.get(word):
            yield forbidden(f"{field}.{word}", f"{word} is not supported")
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(f"{field}.uniqueItems", detail)
    if isinstance(schema.get("items"), list):
        yield forbidden(f"{field}.items", "items must be a schema object and not an array")
    if schema.get("properties") and schema.get("additionalProperties"):
        detail = "additionalProperties and properties are mutual exclusive"
        yield forbidden(f"{field}.additionalProperties", detail)
    if schema.get("x-kubernetes-preserve-unknown-fields") is False:
        yield invalid(f"{field}.x-kubernetes-preserve-unknown-fields", False, "must be true or undefined")


def _lists(schema: Schema, field: str) -> Iterator[Cause]:
    type_, list_type = schema.get("type", ""), schema.get("x-kubernetes-list-type")
    keys, items = schema.get("x-kubernetes-list-map-keys") or [], schema.get("items")
    map_type = schema.get("x-kubernetes-map-type")
    if map_type is not None:
        yield from _must_be(type_, "object", f"{field}.type", "x-kubernetes-map-type")
        if map_type not in {"atomic", "granular"}:
            yield not_supported(f"{field}.x-kubernetes-map-type", map_type, ["atomic", "granular"])
    if list_type is not None:
        yield from _must_be(type_, "array", f"{field}.type", "x-kubernetes-list-type")
        if list_type not in {"atomic", "set", "map"}:
            yield not_supported(f"{field}.x-kubernetes-list-type", list_type, ["atomic", "set", "map"])
    if keys and list_type != "map":
        detail = "must be map if x-kubernetes-list-map-keys is non-empty"
        where = f"{field}.x-kubernetes-list-type"
        yield required(where, detail) if list_type is None else invalid(where, list_type, detail)
    if list_type == "map":
        yield from _map_list(keys, items, field)
    elif list_type == "set" and isinstance(items, dict):
        yield from _set_items(items, field)


def _must_be(found: str, wanted: str, field: str, because: str) -> Iterator[Cause]:
    detail = f"must be {wanted} if {because} is specified"
    if not found:
        yield required(field, detail)
    elif found != wanted:
        yield invalid(field, found, detail)


def _set_items(items: Schema, field: str) -> Iterator[Cause]:
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    if items.get("nullable"):
        yield forbidden(f"{field}.items.nullable", "cannot be nullable when x-kubernetes-list-type is set")
    if items.get("type") == "array" and items.get("x-kubernetes-list-type") not in {None, "atomic"}:
        yield invalid(f"{field}.items.x-kubernetes-list-type", items["x-kubernetes-list-type"], detail)
    if items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
        yield invalid(f"{field}.items.x-kubernetes-map-type", items.get("x-kubernetes-list-type"), detail)


def _map_list(keys: list[str], items: Any, field: str) -> Iterator[Cause]:
    where = f"{field}.x-kubernetes-list-map-keys"
    if not keys:
        yield required(where, "must not be empty if x-kubernetes-list-type is map")
    if not isinstance(items, dict):
        yield required(f"{field}.items", "must have a schema if x-kubernetes-list-type is map")
        return
    if items.get("type") != "object":
        detail = "must be object if parent array's x-kubernetes-list-type is map"
        yield invalid(f"{field}.items.type", items.get("type", ""), detail)
    properties = items.get("properties") or {}
    for key in dict.fromkeys(keys):
        child, here = properties.get(key), f"{field}.items.properties[{key}]"
        if child is None:
            yield invalid(where, keys, "entries must all be names of item properties")
            continue
        if child.get("type") in {"array", "object"}:
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            yield invalid(f"{here}.type", items.get("type", ""), detail)
        if "default" not in child and key not in (items.get("required") or ()):
            detail = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            )
            yield required(f"{here}.default", detail)
        if child.get("nullable"):
            detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
            yield forbidden(f"{here}.nullable", detail)
    if len(set(keys)) != len(keys):
        yield invalid(where, keys, "must not contain duplicate entries")


def _rules(schema: Schema, field: str) -> Iterator[Cause]:
    for index, rule in enumerate(schema.get("x-kubernetes-validations") or ()):
        here, text, message = (
            f"{field}.x-kubernetes-validations[{index}]",
            rule.get("rule", ""),
            rule.get("message", ""),
        )
        if not text.strip():
            yield required(f"{here}.rule", "rule is not specified")
            continue
        if message and not message.strip():
            yield invalid(f"{here}.message", message, "must be non-empty if specified")
        elif "\n" in message.strip():
            yield invalid(f"{here}.message", message, "must not contain line breaks")
        elif "\n" in text.strip() and not message:
            yield required(f"{here}.message", "message must be specified if rule contains line breaks")
        if (reason := rule.get("reason")) is not None and reason not in _REASONS:
            yield not_supported(f"{here}.reason", reason, _REASONS)


def _structure(schema: Schema, field: str, level: str) -> Iterator[Cause]:
    """`level`: root, field, item."""
    type_ = schema.get("type", "")
    mixed = schema.get("x-kubernetes-int-or-string")
    if type_ == "array" and not schema.get("items"):
        yield required(f"{field}.items", "must be specified")
    if level == "root" and schema.get("additionalProperties"):
        yield forbidden(f"{field}.additionalProperties", "must not be used at the root")
    if schema.get("x-kubernetes-embedded-resource"):
        yield from _embedded(schema, field)
    elif not type_ and not mixed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        where = {
            "root": "must not be empty at the root",
            "item": "must not be empty for specified array items",
            "field": "must not be empty for specified object fields",
        }
        yield required(f"{field}.type", where[level])
    if level == "root" and type_ and type_ != "object":
        yield invalid(f"{field}.type", type_, "must be object at the root")
    if level == "root" or schema.get("x-kubernetes-embedded-resource"):
        yield from _meta(schema, field)
    for child, here in _children(schema, field):
        yield from _structure(child, here, "item" if here.endswith(".items") else "field")
    for part, here in _logical(schema, field):
        yield from _inside(part, schema, here, mixed=bool(mixed))


def _embedded(schema: Schema, field: str) -> Iterator[Cause]:
    detail = "must be object if x-kubernetes-embedded-resource is true"
    if not schema.get("type"):
        yield required(f"{field}.type", detail)
    elif schema["type"] != "object":
        yield invalid(f"{field}.type", schema["type"], detail)
    if not schema.get("properties") and not schema.get("x-kubernetes-preserve-unknown-fields"):
        detail = (
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        )
        yield required(f"{field}.properties", detail)


def _meta(schema: Schema, field: str) -> Iterator[Cause]:
    properties = schema.get("properties") or {}
    for name in ("kind", "apiVersion"):
        if name in properties and properties[name].get("type") != "string":
            yield invalid(f"{field}.properties[{name}].type", properties[name].get("type", ""), "must be string")
    meta = properties.get("metadata")
    if meta is None:
        return
    here = f"{field}.properties[metadata]"
    if meta.get("type") != "object":
        yield invalid(f"{here}.type", meta.get("type", ""), "must be object")
    names = {"type", "description", "properties"}
    if meta.keys() - names or (meta.get("properties") or {}).keys() - {"name", "generateName"}:
        detail = "must not specify anything other than name and generateName, but metadata is implicitly specified"
        yield forbidden(here, detail)


def _inside(part: Schema, outer: Schema, field: str, *, mixed: bool) -> Iterator[Cause]:
    """A logical part restricts what is declared outside of it; it declares nothing itself."""
    for word, detail in _OUTSIDE.items():
        if (
            part.get(word)
            and not (mixed and word == "type" and part in _INT_OR_STRING)
            and not (mixed and word == "type" and _nested(field))
        ):
            yield forbidden(f"{field}.{word}", detail)
    if "metadata" in (part.get("properties") or {}) and outer.get("x-kubernetes-embedded-resource"):
        yield forbidden(f"{field}.properties[metadata]", "must not be specified in a nested context")
    for inner, here in (*_children(part, field), *_logical(part, field)):
        yield from _inside(inner, outer, here, mixed=mixed)
    yield from _undeclared(part, outer, field)


def _nested(field: str) -> bool:
    return field.rpartition(".")[2].startswith(("anyOf", "allOf"))


def _undeclared(part: Schema, outer: Schema, field: str) -> Iterator[Cause]:
    """What a part restricts must be declared outside."""
    declared = outer.get("properties") or {}
    base = re.sub(r"\.(allOf|anyOf|oneOf)\[\d+\].*$|\.not(\..*)?$", "", field)
    for name, child in sorted((part.get("properties") or {}).items()):
        if name not in declared:
            if not outer.get("additionalProperties"):
                detail = f"because it is defined in {field}.properties[{name}]"
                yield required(f"{base}.properties[{name}]", detail)
        else:
            yield from _undeclared(child, declared[name], f"{field}.properties[{name}]")
