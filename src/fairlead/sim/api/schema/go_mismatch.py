"""Why an object cannot be decoded into the Go structs of its built-in kind: a string where a number belongs.

The words are those of Go's JSON decoder, as the API server passes them on.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from fairlead.sim.api.schema import quantity
from fairlead.sim.api.schema.schema import Schema

_KINDS = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_SIX_DIGITS = re.compile(r"\.\d{6}(Z|[+-]\d\d:\d\d)", re.ASCII)
_BITS = {"int32": 31, "int64": 63}


class Mismatch(Exception):
    """Carries the decoder's message."""


def find(obj: dict[str, Any], schema: Schema) -> str | None:
    """The first mismatch, in the order of the object's fields, or None."""
    try:
        _struct(obj, schema, "")
    except Mismatch as mismatch:
        return str(mismatch)
    return None


def _struct(value: dict[str, Any], schema: Schema, path: str) -> None:
    for name, entry in value.items():
        child = schema.properties.get(name)
        if child is not None and entry is not None:
            _value(entry, child, f"{path}{name}", schema, schema.go_types.get(name, ""))


def _value(value: Any, schema: Schema, path: str, owner: Schema, go_type: str) -> None:
    if schema.format in _SPECIAL:
        _SPECIAL[schema.format](value)
    elif schema.int_or_string:
        if isinstance(value, bool | dict | list):
            raise Mismatch(f"json: cannot unmarshal {_KINDS[type(value)]} into Go value of type int32")
    elif schema.type == "object":
        _object(value, schema, path, owner, go_type)
    elif schema.type == "array":
        if not isinstance(value, list):
            raise _wrong(value, path, owner, go_type)
        _elements(value, schema.items, path, owner, go_type)
    elif schema.type:
        _scalar(value, schema, path, owner, go_type)


def _object(value: Any, schema: Schema, path: str, owner: Schema, go_type: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(value, path, owner, go_type)
    if schema.go_name:
        _struct(value, schema, f"{path}.")
    else:
        _elements(value.values(), schema.additional, path, owner, go_type)


def _elements(values: Iterable[Any], schema: Schema | None, path: str, owner: Schema, go_type: str) -> None:
    if schema is not None:
        for entry in values:
            if entry is not None:
                _value(entry, schema, path, owner, _element(go_type))


def _scalar(value: Any, schema: Schema, path: str, owner: Schema, go_type: str) -> None:
    kind = type(value)
    if schema.type == "string":
        if kind is not str:
            raise _wrong(value, path, owner, go_type)
        if schema.format == "byte":
            _base64(value)
    elif schema.type == "boolean":
        if kind is not bool:
            raise _wrong(value, path, owner, go_type)
    elif schema.type == "integer":
        if kind is not int:
            raise _wrong(value, path, owner, go_type)
        if abs(value) >> _BITS.get(schema.format, 63):
            raise Mismatch(
                f"json: cannot unmarshal number {value} into Go struct field {_field(owner, path)} of type {go_type}"
            )
    elif schema.type == "number" and kind not in {int, float}:
        raise _wrong(value, path, owner, go_type)


def _wrong(value: Any, path: str, owner: Schema, go_type: str) -> Mismatch:
    kind = _KINDS[type(value)]
    if isinstance(value, float) and go_type.startswith(("int", "uint")):
        kind = f"number {value}"
    return Mismatch(f"json: cannot unmarshal {kind} into Go struct field {_field(owner, path)} of type {go_type}")


def _field(owner: Schema, path: str) -> str:
    return f"{owner.go_name}.{path}"


def _element(go_type: str) -> str:
    """The type of the values of `[]T` or `map[K]T`."""
    return go_type.partition("]")[2]


def _base64(value: str) -> None:
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        position = next((at for at, c in enumerate(value) if not (c.isascii() and (c.isalnum() or c in "+/="))), None)
        raise Mismatch(
            f"illegal base64 data at input byte {len(value) // 4 * 4 if position is None else position}"
        ) from None


def _check_quantity(value: Any) -> None:
    if isinstance(value, bool | dict | list):
        raise Mismatch(quantity.INVALID_FORMAT)
    try:
        quantity.parse(str(value))
    except quantity.NotAQuantity as error:
        raise Mismatch(str(error)) from None


def _check_time(value: Any) -> None:
    if not isinstance(value, str):
        raise Mismatch(f"json: cannot unmarshal {_KINDS[type(value)]} into Go value of type string")
    if value and not _TIME.fullmatch(value):
        raise Mismatch(f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": cannot parse "{value}" as "2006"')


def _check_micro_time(value: Any) -> None:
    if isinstance(value, str) and _TIME.fullmatch(value) and not _SIX_DIGITS.fullmatch(value[19:]):
        layout = "2006-01-02T15:04:05.000000Z07:00"
        raise Mismatch(f'parsing time "{value}" as "{layout}": cannot parse "{value[19:]}" as ".000000"')
    _check_time(value)


_SPECIAL = {"quantity": _check_quantity, "date-time": _check_time, "micro-time": _check_micro_time}
