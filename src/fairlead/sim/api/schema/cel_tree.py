"""An expression of CEL as a tree, with the place of every part in the text.

The library gives a parsed expression only as the protobuf message cel.expr.ParsedExpr; this reads the fields of it that
say what an expression is made of.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from msgspec import Struct


class Node(Struct, frozen=True, kw_only=True):
    """One part. `kind`: const, ident, select, call, list, map, comprehension, or other."""

    id: int
    kind: str
    name: str = ""
    """The identifier, field or function, or the type of a constant."""
    value: str = ""
    """The text of a constant string."""
    target: "Node | None" = None
    parts: tuple["Node", ...] = ()
    """Arguments; items; keys and values by turns; range, start, condition, step and result of a comprehension."""
    test: bool = False
    """A selection that only asks for presence."""
    optional: frozenset[int] = frozenset()
    """The items of a list, or entries of a map, that stand there only if they have a value."""
    variables: tuple[str, str] = ("", "")
    """Of a comprehension: the one that runs, and the one that collects."""


class Tree(Struct, frozen=True):
    """The whole expression."""

    root: Node
    offsets: dict[int, int]
    """Where each part stands, in characters from the beginning."""
    lines: tuple[int, ...]
    """Where each line ends."""

    def place(self, id_: int) -> tuple[int, int]:
        """Line from 1 and column from 0."""
        offset = self.offsets.get(id_, 0)
        line = bisect_right(self.lines, offset)
        return line + 1, offset - (self.lines[line - 1] if line else 0)


def read(message: bytes) -> Tree:
    """The tree of a serialized expression that was parsed and not checked."""
    outer = dict(_fields(dict(_fields(message))[2]))
    offsets, lines = {}, []
    for number, value in _fields(outer[3]):
        if number == 3:
            lines += [value] if isinstance(value, int) else list(_packed(value))
        elif number == 4:
            entry = dict(_fields(value))
            offsets[entry.get(1, 0)] = entry.get(2, 0)
    return Tree(_node(outer[2]), offsets, tuple(lines))


_CONSTANTS = {1: "null", 2: "bool", 3: "int", 4: "uint", 5: "double", 6: "string", 7: "bytes"}


def _node(data: bytes) -> Node:
    fields = dict(_fields(data))
    id_ = fields.pop(2, 0)
    number, body = next(iter(fields.items()))
    inner = list(_fields(body))
    one = dict(inner)
    match number:
        case 3:
            form, value = next(iter(one.items()))
            return Node(id=id_, kind="const", name=_CONSTANTS[form], value=value.decode() if form == 6 else "")
        case 4:
            return Node(id=id_, kind="ident", name=_text(one, 1))
        case 5:
            return Node(id=id_, kind="select", name=_text(one, 2), target=_node(one[1]), test=bool(one.get(3)))
        case 6:
            target = _node(one[1]) if 1 in one else None
            parts = tuple(_node(value) for field, value in inner if field == 3)
            return Node(id=id_, kind="call", name=_text(one, 2), target=target, parts=parts)
        case 7:
            optional = frozenset(index for field, value in inner if field == 2 for index in _packed(value))
            return Node(id=id_, kind="list", parts=tuple(_node(v) for f, v in inner if f == 1), optional=optional)
        case 8 if 1 not in one:
            entries = [dict(_fields(value)) for field, value in inner if field == 2]
            optional = frozenset(index for index, entry in enumerate(entries) if entry.get(5))
            parts = tuple(_node(entry[field]) for entry in entries for field in (3, 4))
            return Node(id=id_, kind="map", parts=parts, optional=optional)
        case 9:
            parts = tuple(_node(one[field]) for field in (2, 4, 5, 6, 7))
            return Node(id=id_, kind="comprehension", parts=parts, variables=(_text(one, 1), _text(one, 3)))
    return Node(id=id_, kind="other")


def _text(fields: dict[int, Any], number: int) -> str:
    return str(fields.get(number, b""), "utf-8")


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message by their numbers: integers, or the bytes of what they hold."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 0:
                value, at = _varint(data, at)
                yield key >> 3, value
            case 1:
                yield key >> 3, struct.unpack_from("<d", data, at)[0]
                at += 8
            case _:
                size, at = _varint(data, at)
                yield key >> 3, data[at : at + size]
                at += size


def _packed(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value, at, shift = value | (byte & 0x7F) << shift, at + 1, shift + 7
        if byte < 0x80:
            return value, at
