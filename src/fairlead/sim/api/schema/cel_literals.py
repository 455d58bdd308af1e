"""What is wrong with what is written out in an expression: lists of mixed types, times and patterns that are none."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from fairlead.sim.api.schema.cel_tree import Node
from fairlead.sim.api.schema.cel_types import Type
from fairlead.sim.api.schema.pattern import compiled

# Of these the items need not be alike.
_MIXED = frozenset(("@in", "format"))
_DURATION = re.compile(r"[-+]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+)", re.ASCII)


def wrong_literals(node: Node, types: Mapping[int, Type], caller: str = "") -> Iterator[tuple[int, str]]:
    """The parts that are wrong, each with the reason."""
    if node.kind == "call" and node.name in _LITERALS:
        literal = node.parts[-1] if node.parts else None
        if literal is not None and literal.kind == "const" and literal.name == "string":
            try:
                _LITERALS[node.name](literal.value)
            except (ValueError, re.error):
                yield literal.id, f"invalid {node.name} argument"
    if caller not in _MIXED:
        if node.kind == "list":
            yield from _mixed(list(node.parts), types)
        elif node.kind == "map":
            yield from _mixed(list(node.parts[::2]), types)
            yield from _mixed(list(node.parts[1::2]), types)
    inner = node.name if node.kind == "call" else caller if node.kind in {"list", "map"} else ""
    for part in (node.target, *node.parts):
        if part is not None:
            yield from wrong_literals(part, types, inner)


def _mixed(parts: list[Node], types: Mapping[int, Type]) -> Iterator[tuple[int, str]]:
    for part in parts[1:]:
        wanted, found = types[parts[0].id], types[part.id]
        if found != wanted and found.name != "optional_type":
            yield part.id, f"expected type '{wanted}' but found '{found}'"
            return


def _duration(text: str) -> None:
    if not _DURATION.fullmatch(text):
        raise ValueError(text)


def _timestamp(text: str) -> None:
    if "T" not in text or datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(text)


_LITERALS: dict[str, Callable[[str], object]] = {"duration": _duration, "timestamp": _timestamp, "matches": compiled}
