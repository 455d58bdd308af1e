"""The CEL rules of a CustomResourceDefinition: whether each can hold for what its schema describes."""

from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.schema import cel
from fairlead.sim.api.schema.cel_check import check
from fairlead.sim.api.schema.cel_tree import Node
from fairlead.sim.api.schema.cel_types import Type, of_schema, optional
from fairlead.sim.api.schema.from_crd import from_crd
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.cause import Cause, internal, invalid

Source = dict[str, Any]
# The server gives its types a new name each time, so that no rule can depend on it.
_SELF = "selfType"
_NO_TYPE = (
    "internal error: failed to construct type information for x-kubernetes-validations rules: "
    "unable to convert structural schema to CEL declarations"
)
_FIELDS = ("rule", "message", "messageExpression", "reason", "fieldPath", "optionalOldSelf")
_UNTOLD = {"reason": None, "optionalOldSelf": None}


def rule_causes(source: Source, field: str, troubled: list[str]) -> Iterator[Cause]:
    """What is wrong with rules at and below the root; not where the fields in `troubled` are at or below the rule."""
    yield from _node(source, from_crd(source, Schema(type="object")), field, troubled, "")


def _node(source: Source, schema: Schema, field: str, troubled: list[str], apart: str) -> Iterator[Cause]:
    """`apart`: the field within which new parts have no old ones that they could be compared with."""
    for name, child in sorted((source.get("properties") or {}).items()):
        if not (schema.embedded and name == "metadata"):
            here = f"{field}.properties[{name}]"
            yield from _node(child, schema.properties[name], here, troubled, apart)
    if schema.additional is not None and isinstance(source.get("additionalProperties"), dict):
        here = f"{field}.additionalProperties"
        yield from _node(source["additionalProperties"], schema.additional, here, troubled, apart)
    if schema.items is not None:
        inside = apart or ("" if schema.list_type == "map" else field)
        yield from _node(source["items"], schema.items, f"{field}.items", troubled, inside)
    rules = source.get("x-kubernetes-validations") or ()
    if not rules or any(one == field or one.startswith((f"{field}.", f"{field}[")) for one in troubled):
        return
    type_ = of_schema(schema, _SELF)
    if type_ is None:
        yield internal(f"{field}.x-kubernetes-validations", _NO_TYPE)
        return
    for index, rule in enumerate(rules):
        yield from _rule(rule, type_, f"{field}.x-kubernetes-validations[{index}]", apart)


def _rule(rule: Source, type_: Type, field: str, apart: str) -> Iterator[Cause]:
    variables = {"self": type_, "oldSelf": optional(type_) if rule.get("optionalOldSelf") else type_}
    text = rule["rule"]
    if wrong := _wrong(text, variables, "bool", "cel expression"):
        yield invalid(f"{field}.rule", _told(rule), wrong)
        yield from _without_old(rule, field)
        return
    message = rule.get("messageExpression", "")
    if message and (wrong := _wrong(message, variables, "string", "messageExpression")):
        yield invalid(f"{field}.messageExpression", _told(rule), wrong)
    if not _names(cel.parsed(text).root, "oldSelf"):
        yield from _without_old(rule, field)
    elif apart:
        detail = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {apart}"
        yield invalid(f"{field}.rule", text, detail)


def _without_old(rule: Source, field: str) -> Iterator[Cause]:
    if rule.get("optionalOldSelf") is not None:
        detail = "may not be set if oldSelf is not used in rule"
        yield invalid(f"{field}.optionalOldSelf", rule["optionalOldSelf"], detail)


def _wrong(text: str, variables: dict[str, Type], wanted: str, what: str) -> str:
    prefix = "compilation failed" if wanted == "bool" else "messageExpression compilation failed"
    try:
        found, errors = check(cel.parsed(text), text, variables)
    except cel.CelError as error:
        return f"{prefix}: {error}"
    if errors:
        return f"{prefix}: {errors}"
    # What is not looked into is of any type, and is left to the moment when it runs.
    return "" if found is None or found.name == wanted else f"{what} must evaluate to a {wanted}"


def _told(rule: Source) -> Source:
    """A rule as the server prints it: as Go names its fields."""
    return {f"{name[0].upper()}{name[1:]}": rule.get(name, _UNTOLD.get(name, "")) for name in _FIELDS}


def _names(node: Node, name: str) -> bool:
    if node.kind == "ident" and node.name == name:
        return True
    return any(_names(part, name) for part in (node.target, *node.parts) if part is not None)
