"""Where a JSON text is broken, in the words of Go's encoding/json: clients print what the API server passes on."""

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_END = "unexpected end of JSON input"


class _Broken(Exception):
    pass


def complaint(body: bytes) -> str:
    """What Go says of a text that is no JSON; nothing when it is."""
    text = body.decode("utf-8", "replace")
    try:
        at = _value(text, _skip(text, 0), "", [])
        at = _skip(text, at)
        if at < len(text):
            return _invalid(text, at, "after top-level value")
    except _Broken as broken:
        return str(broken)
    return ""


def summary(body: bytes, limit: int = 30) -> str:
    """The beginning of a body, as messages show it."""
    if not body:
        return "<empty>"
    if body[:1] == b"{":
        text = body.decode("utf-8", "replace")
        return f"{text[:limit]} ..." if len(body) > limit else text
    return f"{body[:limit].hex()} ..." if len(body) > limit else body.hex()


def first_type(value: object) -> str:
    """The JSON type of a value that is no object, as Go names it."""
    if isinstance(value, list):
        return "array"
    if isinstance(value, bool):
        return "bool"
    return "string" if isinstance(value, str) else "number"


def duplicates(body: bytes) -> list[str]:
    """The paths of keys that stand more than once in their object, as fieldValidation prints them."""
    found: list[str] = []
    text = body.decode("utf-8", "replace")
    try:
        _value(text, _skip(text, 0), "", found)
    except _Broken:
        return []
    return list(dict.fromkeys(found))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _invalid(text: str, at: int, where: str) -> str:
    if at >= len(text):
        return _END
    one = text[at]
    shown = {"'": r"'\''", '"': "'\"'"}.get(one) or (f"'{one}'" if one.isprintable() else repr(one))
    return f"invalid character {shown} {where}"


def _value(text: str, at: int, path: str, twice: list[str]) -> int:
    """The end of a value. `twice` takes the paths of keys that stand twice."""
    if at >= len(text):
        raise _Broken(_END)
    match text[at]:
        case "{":
            return _object(text, at + 1, path, twice)
        case "[":
            return _array(text, at + 1, path, twice)
        case '"':
            return _string(text, at)
    for literal in ("true", "false", "null"):
        if text[at] == literal[0]:
            return _literal(text, at, literal)
    number = _NUMBER.match(text, at)
    if number is None:
        where = "in numeric literal" if text[at] == "-" else "looking for beginning of value"
        raise _Broken(_invalid(text, at + (text[at] == "-"), where))
    return number.end()


def _literal(text: str, at: int, literal: str) -> int:
    for offset, expected in enumerate(literal):
        if at + offset >= len(text):
            raise _Broken(_END)
        if text[at + offset] != expected:
            raise _Broken(_invalid(text, at + offset, f"in literal {literal} (expecting '{expected}')"))
    return at + len(literal)


def _string(text: str, at: int) -> int:
    found = _STRING.match(text, at)
    if found is not None:
        return found.end()
    for offset in range(at + 1, len(text)):
        if ord(text[offset]) < 0x20:
            raise _Broken(_invalid(text, offset, "in string literal"))
        if text[offset] == "\\" and offset + 1 < len(text) and text[offset + 1] not in '"\\/bfnrtu':
            raise _Broken(_invalid(text, offset + 1, "in string escape code"))
    raise _Broken(_END)


def _object(text: str, at: int, path: str, twice: list[str]) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == "}":
        return at + 1
    names: set[str] = set()
    while True:
        if text[at : at + 1] != '"':
            raise _Broken(_invalid(text, at, "looking for beginning of object key string"))
        end = _string(text, at)
        name = json.loads(text[at:end])
        inside = f"{path}.{name}" if path else name
        if name in names:
            twice.append(inside)
        names.add(name)
        at = _skip(text, end)
        if text[at : at + 1] != ":":
            raise _Broken(_invalid(text, at, "after object key"))
        at = _skip(text, _value(text, _skip(text, at + 1), inside, twice))
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            raise _Broken(_invalid(text, at, "after object key:value pair"))
        at = _skip(text, at + 1)


def _array(text: str, at: int, path: str, twice: list[str]) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == "]":
        return at + 1
    index = 0
    while True:
        at = _skip(text, _value(text, at, f"{path}[{index}]", twice))
        index += 1
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            raise _Broken(_invalid(text, at, "after array element"))
        at = _skip(text, at + 1)
