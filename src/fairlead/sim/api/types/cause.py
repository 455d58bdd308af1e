"""What is wrong with a field, in the words of the API server.

A Cause is an entry of metav1 Status.details.causes: `type` is its reason, `message` begins with the type in words and
the refused value. The line in the message of the Status is `str(cause)`.
"""

import json
from typing import Any, Literal

from msgspec import Struct

Type = Literal[
    "FieldValueNotFound",
    "FieldValueRequired",
    "FieldValueDuplicate",
    "FieldValueInvalid",
    "FieldValueNotSupported",
    "FieldValueForbidden",
    "FieldValueTooLong",
    "FieldValueTooMany",
    "FieldValueTypeInvalid",
    "InternalError",
]


class Cause(Struct, frozen=True):
    """One refused field. `field` is a path as in `spec.ports[0].port`."""

    type: Type
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def shown(value: Any) -> str:
    """A refused value as the API server prints it: Go's %q for strings, JSON for what has parts."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPED) if isinstance(value, dict | list) else text


# Go's JSON may stand in a web page.
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def invalid(field: str, value: Any, detail: str) -> Cause:
    """The value is not allowed here."""
    return Cause("FieldValueInvalid", field, f"Invalid value: {shown(value)}: {detail}")


def required(field: str, detail: str = "") -> Cause:
    """A value must be given."""
    return Cause("FieldValueRequired", field, f"Required value: {detail}" if detail else "Required value")


def internal(field: str, detail: str) -> Cause:
    """The server cannot judge the value."""
    return Cause("InternalError", field, f"Internal error: {detail}")


def duplicate(field: str, value: Any) -> Cause:
    """The value must be unique and is not."""
    return Cause("FieldValueDuplicate", field, f"Duplicate value: {shown(value)}")


def not_found(field: str, value: Any) -> Cause:
    """The value names something that is not there."""
    return Cause("FieldValueNotFound", field, f"Not found: {shown(value)}")


def not_supported(field: str, value: Any, supported: list[str]) -> Cause:
    """The value is none of an enumeration, whose values are printed in the order given."""
    names = ", ".join(shown(one) for one in supported)
    detail = f": supported values: {names}" if supported else ""
    return Cause("FieldValueNotSupported", field, f"Unsupported value: {shown(value)}{detail}")


def forbidden(field: str, detail: str) -> Cause:
    """The field may not be given."""
    return Cause("FieldValueForbidden", field, f"Forbidden: {detail}")


def too_long(field: str, detail: str) -> Cause:
    """The value has too many bytes; the value itself is not printed."""
    return Cause("FieldValueTooLong", field, f"Too long: {detail}")


def too_many(field: str, actual: int, maximum: int) -> Cause:
    """The list or map has too many entries."""
    detail = f"must have at most {maximum} item{'s' if maximum != 1 else ''}"
    return Cause("FieldValueTooMany", field, f"Too many: {actual}: {detail}")


def wrong_type(field: str, value: Any, detail: str) -> Cause:
    """The value has another JSON type than the schema says."""
    return Cause("FieldValueTypeInvalid", field, f"Invalid value: {shown(value)}: {detail}")
