"""Schemas of custom resources, from the structural schema of a CustomResourceDefinition."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from fairlead.sim.api.schema.schema import Rule, Schema


def from_crd(source: Mapping[str, Any] | None, metadata: Schema) -> Schema:
    """The schema of the whole object. `metadata` is the schema of ObjectMeta; without a source anything is kept."""
    root = Schema(type="object", preserve_unknown=True) if source is None else _node(source, metadata)
    return _whole(root, metadata)


def _whole(node: Schema, metadata: Schema) -> Schema:
    declared = node.properties.get("metadata")
    node.embedded = True
    node.properties = {
        **node.properties,
        "apiVersion": Schema(type="string"),
        "kind": Schema(type="string"),
        "metadata": metadata,
    }
    # A CRD may restrict the name (and generateName); the rest of metadata is everybody's.
    if declared is not None and declared.properties:
        node.properties["metadata"] = _restricted(metadata, declared)
    return node


def _restricted(metadata: Schema, declared: Schema) -> Schema:
    restricted = Schema(**{field: getattr(metadata, field) for field in Schema.__struct_fields__})
    restricted.properties = {**metadata.properties, **declared.properties}
    return restricted


def _node(source: Mapping[str, Any], metadata: Schema) -> Schema:
    additional = source.get("additionalProperties")
    if additional is True:
        additional = {}
    node = Schema(
        type=source.get("type", ""),
        properties={name: _node(child, metadata) for name, child in (source.get("properties") or {}).items()},
        additional=_node(additional, metadata) if isinstance(additional, dict) else None,
        items=_node(source["items"], metadata) if isinstance(source.get("items"), dict) else None,
        list_type=source.get("x-kubernetes-list-type", "atomic"),
        list_keys=tuple(source.get("x-kubernetes-list-map-keys") or ()),
        map_type=source.get("x-kubernetes-map-type", "granular"),
        int_or_string=bool(source.get("x-kubernetes-int-or-string")),
        preserve_unknown=bool(source.get("x-kubernetes-preserve-unknown-fields")),
        nullable=bool(source.get("nullable")),
        default=source.get("default", UNSET),
        required=tuple(source.get("required") or ()),
        enum=tuple(source.get("enum") or ()),
        format=source.get("format", ""),
        pattern=source.get("pattern", ""),
        minimum=source.get("minimum"),
        maximum=source.get("maximum"),
        exclusive_minimum=bool(source.get("exclusiveMinimum")),
        exclusive_maximum=bool(source.get("exclusiveMaximum")),
        multiple_of=source.get("multipleOf"),
        min_length=source.get("minLength"),
        max_length=source.get("maxLength"),
        min_items=source.get("minItems"),
        max_items=source.get("maxItems"),
        unique_items=bool(source.get("uniqueItems")),
        min_properties=source.get("minProperties"),
        max_properties=source.get("maxProperties"),
        all_of=tuple(_node(one, metadata) for one in source.get("allOf") or ()),
        any_of=tuple(_node(one, metadata) for one in source.get("anyOf") or ()),
        one_of=tuple(_node(one, metadata) for one in source.get("oneOf") or ()),
        not_=_node(source["not"], metadata) if source.get("not") else None,
        rules=tuple(_rule(rule) for rule in source.get("x-kubernetes-validations") or ()),
        title=source.get("title", ""),
        description=source.get("description", ""),
    )
    if source.get("x-kubernetes-embedded-resource"):
        _whole(node, metadata)
    return node


def _rule(source: Mapping[str, Any]) -> Rule:
    return Rule(
        rule=source.get("rule", ""),
        message=source.get("message", ""),
        message_expression=source.get("messageExpression", ""),
        reason=source.get("reason", "FieldValueInvalid"),
        field_path=source.get("fieldPath", ""),
        optional_old_self=bool(source.get("optionalOldSelf")),
    )
