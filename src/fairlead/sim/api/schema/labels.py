"""Labels and label selectors: their syntax, and what is wrong with them."""

from typing import Any

from fairlead.sim.api.schema.names import label_value, qualified_name
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, required

key_errors = qualified_name
value_errors = label_value


def labels(value: dict[str, Any], field: str) -> list[Cause]:
    """Every key is a qualified name, every value a label value."""
    causes = []
    for key, entry in value.items():
        causes += [invalid(field, key, error) for error in key_errors(key)]
        causes += [invalid(field, entry, error) for error in value_errors(entry)]
    return causes


def selector(value: dict[str, Any] | None, field: str) -> list[Cause]:
    """A LabelSelector: matchLabels and matchExpressions."""
    if value is None:
        return []
    causes = labels(value.get("matchLabels") or {}, f"{field}.matchLabels")
    for index, expression in enumerate(value.get("matchExpressions") or []):
        causes += _requirement(expression, f"{field}.matchExpressions[{index}]")
    return causes


def _requirement(expression: dict[str, Any], field: str) -> list[Cause]:
    operator, values, key = expression.get("operator", ""), expression.get("values") or [], expression.get("key", "")
    causes = []
    if operator in {"In", "NotIn"}:
        if not values:
            causes.append(required(f"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            causes.append(forbidden(f"{field}.values", detail))
    else:
        causes.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    causes += [invalid(f"{field}.key", key, error) for error in key_errors(key)]
    for index, entry in enumerate(values):
        causes += [invalid(f"{field}.values[{index}]", entry, error) for error in value_errors(entry)]
    return causes
