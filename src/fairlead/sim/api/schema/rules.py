"""The CEL rules of a custom resource (x-kubernetes-validations), with transition rules."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fairlead.sim.api.schema import cel, correlate
from fairlead.sim.api.schema.correlate import ABSENT
from fairlead.sim.api.schema.escape import escaped
from fairlead.sim.api.schema.schema import Rule, Schema
from fairlead.sim.api.types.cause import Cause, duplicate, forbidden, invalid, required

_OLD_SELF = re.compile(r"\boldSelf\b")
_OPTIONAL = "cel.bind(oldSelf, given ? optional.of(old) : optional.none(), {})"


def broken(value: Any, schema: Schema, old: Any = ABSENT) -> list[Cause]:
    """A cause for each rule that does not hold, from the outside inwards."""
    return list(_value(value, schema, "", old))


@lru_cache(maxsize=4096)
def has_rules(schema: Schema) -> bool:
    """Whether a rule stands at this node or below it."""
    parts = [*schema.properties.values(), schema.additional, schema.items]
    return bool(schema.rules) or any(has_rules(part) for part in parts if part is not None and not part.go_name)


def _value(value: Any, schema: Schema, path: str, old: Any) -> Iterator[Cause]:
    if value is None or schema.go_name or not has_rules(schema):
        return
    if schema.rules:
        yield from _rules(value, schema, path, old)
    if isinstance(value, dict):
        for name, entry in sorted(value.items()):
            child = schema.properties.get(name, schema.additional)
            if child is not None:
                here = (f"{path}.{name}" if path else name) if name in schema.properties else f"{path}[{name}]"
                yield from _value(entry, child, here, correlate.entry(old, name))
    elif isinstance(value, list) and schema.items is not None:
        for index, entry in enumerate(value):
            yield from _value(entry, schema.items, f"{path}[{index}]", correlate.item(old, entry, schema))


def _rules(value: Any, schema: Schema, path: str, old: Any) -> Iterator[Cause]:
    unchanged = old is not ABSENT and old == value
    self_ = escaped(value, schema)
    old_self = None if old is ABSENT else escaped(old, schema)
    field, kind = path or "<nil>", schema.type
    for rule in schema.rules:
        transition = bool(_OLD_SELF.search(rule.rule))
        if transition and old_self is None and not rule.optional_old_self:
            continue
        try:
            holds = run(rule.rule, rule, self_, old_self)
        except cel.CelError as error:
            yield invalid(field, kind, _failure(rule, str(error)))
            continue
        if holds is not True and not (unchanged and not transition):
            yield _cause(rule, path, kind, _message(rule, self_, old_self))


def run(expression: str, rule: Rule, self_: Any, old_self: Any) -> Any:
    """Evaluate an expression of a rule. Raises CelError."""
    if rule.optional_old_self:
        program = cel.compiled(_OPTIONAL.format(expression.strip()), ("self", "old", "given"))
        return program.run({"self": self_, "old": old_self, "given": old_self is not None})
    return cel.compiled(expression, ("self", "oldSelf")).run({"self": self_, "oldSelf": old_self})


def _failure(rule: Rule, error: str) -> str:
    name = rule.message.strip() or rule.rule.strip()
    if error.startswith("no such overload"):
        words = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{error}': {words}: {name}"
    if error.startswith("ERROR: "):
        return f"rule compile error: compilation failed: {error}"
    return f"{error} evaluating rule: {name}"


def _message(rule: Rule, self_: Any, old_self: Any) -> str:
    if rule.message_expression:
        try:
            message = run(rule.message_expression, rule, self_, old_self)
        except cel.CelError:
            message = ""
        if isinstance(message, str) and message.strip() and "\n" not in message.strip():
            return message.strip()
    return rule.message.strip() or f"failed rule: {rule.rule.strip()}"


def _cause(rule: Rule, path: str, kind: str, message: str) -> Cause:
    field = f"{path}{rule.field_path}".lstrip(".") or "<nil>"
    if rule.reason == "FieldValueForbidden":
        return forbidden(field, message)
    if rule.reason == "FieldValueRequired":
        return required(field, message)
    if rule.reason == "FieldValueDuplicate":
        return duplicate(field, kind)
    return invalid(field, kind, message)
