"""JSON values as the API server, a Go program, prints them in its messages."""

from typing import Any

import msgspec

# Go escapes what could end a script element.
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_encode = msgspec.json.Encoder(order="sorted").encode


def as_json(value: Any) -> str:
    """As JSON with sorted names."""
    return _encode(value).decode().translate(_ESCAPED)


def printed(value: Any) -> str:
    """As by %v: maps in the order of their names."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case dict():
            return "map[" + " ".join(f"{name}:{printed(value[name])}" for name in sorted(value)) + "]"
        case list():
            return "[" + " ".join(map(printed, value)) + "]"
    return str(value)


def syntax(value: Any) -> str:
    """As by %#v, inside an interface."""
    match value:
        case None:
            return "interface {}(nil)"
        case bool():
            return "true" if value else "false"
        case dict():
            entries = ", ".join(f'"{name}":{syntax(value[name])}' for name in sorted(value))
            return f"map[string]interface {{}}{{{entries}}}"
        case list():
            return f"[]interface {{}}{{{', '.join(map(syntax, value))}}}"
        case str():
            return f'"{value}"'
    return str(value)


def type_name(value: Any) -> str:
    """As by %T."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
        case str():
            return "string"
        case dict():
            return "map[string]interface {}"
    return "[]interface {}"


def json_type(value: Any) -> str:
    """As decoding names what it did not expect."""
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
    return "array"
