"""The Prometheus text format, as far as it is needed: samples of the families that are asked for."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_SAMPLE = re.compile(rb"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+([^ \t]+)")
_LABEL = re.compile(rb'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Sample(NamedTuple):
    """One value."""

    name: str
    labels: dict[str, str]
    value: float


def samples(text: bytes, names: frozenset[str]) -> Iterator[Sample]:
    """Yield the samples with these names. Lines that are not of the format are passed over."""
    for line in text.splitlines():
        if not line or line.startswith(b"#"):
            continue
        found = _SAMPLE.match(line)
        if found is None or (name := found[1].decode()) not in names:
            continue
        try:
            value = float(found[3])
        except ValueError:
            continue
        yield Sample(name, {k.decode(): v.decode() for k, v in _LABEL.findall(found[2] or b"")}, value)
