"""The Prometheus text format and OpenMetrics, as far as they are needed: samples of the families that are asked for.

Timestamps, exemplars, comments and `# EOF` are passed over, and so is a line that is not of the format: one odd line
says nothing about the others.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

# Possessive throughout: nothing is tried twice, and an odd line costs no more than a good one.
_TEXT = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
# What stands behind the value, a timestamp or an exemplar, does not matter. A label's value may hold any bracket.
_SAMPLE = re.compile(
    rb'([a-zA-Z_:][a-zA-Z0-9_:]*+)[ \t]*+(?:\{([^"}]*+(?:"' + _TEXT + rb'"[^"}]*+)*+)\})?[ \t]*+([^ \t]++)'
)
_LABEL = re.compile(rb'([a-zA-Z_][a-zA-Z0-9_]*+)[ \t]*+=[ \t]*+"(' + _TEXT + rb')"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n"}


class Sample(NamedTuple):
    """One value."""

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: bytes, names: frozenset[str]) -> Iterator[Sample]:
    """Yield the samples with these names."""
    # Most lines belong to families that nobody asked for: they are told by how they begin, before any is parsed.
    width = min(map(len, names))
    beginnings = {name[:width].encode() for name in names}
    for line in text.split(b"\n"):
        if line[:width] not in beginnings:
            continue
        found = _SAMPLE.match(line)
        if found is None or (name := found[1].decode()) not in names:
            continue
        try:
            value = float(found[3])
        except ValueError:
            continue
        yield Sample(name, _labels(found[2] or b""), value)


@lru_cache(maxsize=8192)
def _labels(text: bytes) -> Mapping[str, str]:
    """Parse labels. A pod's series have the same ones twice a second."""
    return MappingProxyType({k.decode(): _text(v) for k, v in _LABEL.findall(text)})


def _text(value: bytes) -> str:
    text = value.decode(errors="replace")
    return _ESCAPE.sub(lambda m: _ESCAPED.get(m[1], m[1]), text) if "\\" in text else text
