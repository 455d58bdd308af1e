"""The Prometheus text format and OpenMetrics, as far as they are needed: samples of the families that are asked for.

Timestamps, exemplars, comments and `# EOF` are passed over, and so is a line that is not of the format: one odd line
says nothing about the others.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# What stands behind the value, a timestamp or an exemplar, does not matter. A label's value may hold any bracket.
_SAMPLE = re.compile(rb'([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]*(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]*([^ \t]+)')
_LABEL = re.compile(rb'([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n"}


class Sample(NamedTuple):
    """One value."""

    name: str
    labels: dict[str, str]
    value: float


def samples(text: bytes, names: frozenset[str]) -> Iterator[Sample]:
    """Yield the samples with these names."""
    # Most lines belong to families that nobody asked for: they are told by how they begin, before any is parsed.
    beginnings = tuple(name.encode() for name in names)
    for line in text.split(b"\n"):
        if not line.startswith(beginnings):
            continue
        found = _SAMPLE.match(line)
        if found is None or (name := found[1].decode()) not in names:
            continue
        try:
            value = float(found[3])
        except ValueError:
            continue
        yield Sample(name, {k.decode(): _text(v) for k, v in _LABEL.findall(found[2] or b"")}, value)


def _text(value: bytes) -> str:
    text = value.decode(errors="replace")
    return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), text) if "\\" in text else text
