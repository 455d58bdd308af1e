"""Quantities: `100m`, `1.5Gi`, `1e3`, exact, and in the one canonical form in which the API server writes them."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

_NUMBER = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)([a-zA-Z]{0,2}|[eE][+-]?\d+)", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = {exponent: suffix for suffix, exponent in _BINARY.items()}
_NANO = Fraction(1, 10**9)
_LARGEST = 2**63 - 1

INVALID_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
INVALID_SUFFIX = "unable to parse quantity's suffix"

Format = Literal["decimal", "binary", "exponent"]


class NotAQuantity(ValueError):
    """The text is none; the message is the API server's."""


class Quantity(NamedTuple):
    """An exact value and the family of suffixes it was written with."""

    value: Fraction
    format: Format

    def __str__(self) -> str:
        if self.format == "binary" and abs(self.value) >= 1024 and self.value.denominator == 1:
            return _binary(int(self.value))
        return _decimal(self.value, self.format)


@lru_cache(maxsize=4096)
def parse(text: str) -> Quantity:
    """Read a quantity. What is finer than a nano is rounded away from zero."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NotAQuantity(INVALID_FORMAT)
    sign, digits, suffix = match.groups()
    scale, format_ = _scale(suffix)
    value = Fraction(digits.removesuffix(".")) * scale
    nanos = value / _NANO
    if nanos.denominator != 1:
        value = (nanos.__ceil__()) * _NANO
    value = min(value, Fraction(_LARGEST))
    return Quantity(-value if sign == "-" else value, format_)


def _scale(suffix: str) -> tuple[Fraction, Format]:
    if suffix in _DECIMAL:
        return Fraction(10) ** _DECIMAL[suffix], "decimal"
    if suffix in _BINARY:
        return Fraction(2 ** _BINARY[suffix]), "binary"
    if suffix[:1] in {"e", "E"} and suffix[1:].lstrip("+-").isdigit():
        return Fraction(10) ** int(suffix[1:]), "exponent"
    raise NotAQuantity(INVALID_SUFFIX)


def _decimal(value: Fraction, format_: Format) -> str:
    """The largest power of a thousand that leaves no fraction."""
    if value == 0:
        return "0"
    exponent, mantissa = -9, int(value / _NANO)
    while mantissa % 1000 == 0 and (format_ == "exponent" or exponent < 18):
        mantissa //= 1000
        exponent += 3
    if format_ == "exponent":
        return f"{mantissa}e{exponent}" if exponent else str(mantissa)
    return f"{mantissa}{_DECIMAL_SUFFIX[exponent]}"


def _binary(value: int) -> str:
    exponent = 0
    while value % 1024 == 0 and exponent < 60:
        value //= 1024
        exponent += 10
    return f"{value}{_BINARY_SUFFIX.get(exponent, '')}"


@lru_cache(maxsize=4096)
def is_more(one: str, other: str) -> bool:
    """Whether the first is greater than the second."""
    return parse(one).value > parse(other).value


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The form in which the API server writes this quantity."""
    return str(parse(text))
