"""An object with every field set, whatever fields its Struct has."""

from typing import Any

from msgspec import inspect

SAMPLES = {"date-time": "2026-01-01T12:00:00Z", None: "Word"}


def whole(struct: type) -> Any:
    """Return it as JSON has it."""
    return _value(inspect.type_info(struct), None)


def _value(shape: inspect.Type, text_format: str | None) -> Any:
    match shape:
        case inspect.Metadata(type=inner, extra_json_schema=extra):
            return _value(inner, (extra or {}).get("format"))
        case inspect.StructType(fields=fields):
            return {f.encode_name: _value(f.type, None) for f in fields}
        case inspect.UnionType(types=types):
            return _value(types[0], text_format)
        case inspect.VarTupleType(item_type=item):
            return [_value(item, None)]
        case inspect.DictType(value_type=value):
            return {"key": _value(value, None)}
        case inspect.LiteralType(values=values):
            return values[-1]
        case inspect.IntType(ge=least):
            return 1 if least is None else least
        case inspect.BoolType():
            return True
        case _:
            return SAMPLES[text_format]
