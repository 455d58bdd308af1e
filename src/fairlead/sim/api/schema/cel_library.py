"""The functions that Kubernetes adds to CEL, beside those of CEL itself.

What CEL has no type for (quantities, addresses, versions, URLs) is a map with one key that no object has; equal things
are equal maps.
"""

import ipaddress
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cel_expr_python import cel

from fairlead.sim.api.schema import cel_authorizer, names, quantity
from fairlead.sim.api.schema.formats import FORMATS
from fairlead.sim.api.schema.pattern import compiled

_T = cel.Type
_LIST, _MAP = _T.List(_T.DYN), _T.Map(_T.DYN, _T.DYN)
Value = Any


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _quantity(text: str) -> Value:
    return {"quantity()": str(quantity.parse(text).value)}


def _number(value: Value) -> Fraction:
    return Fraction(value["quantity()"]) if isinstance(value, dict) else Fraction(value)


def _ip(text: str) -> Value:
    return {"ip()": str(ipaddress.ip_address(text))}


def _cidr(text: str) -> Value:
    return {"cidr()": str(ipaddress.ip_interface(text))}


def _contains_ip(network: Value, address: Value) -> bool:
    text = address["ip()"] if isinstance(address, dict) else address
    return ipaddress.ip_address(text) in ipaddress.ip_interface(network["cidr()"]).network


def _contains_cidr(network: Value, other: Value) -> bool:
    text = other["cidr()"] if isinstance(other, dict) else other
    inner, outer = ipaddress.ip_network(text, strict=False), ipaddress.ip_interface(network["cidr()"]).network
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _url(text: str) -> Value:
    parts = urlsplit(text)
    if not parts.scheme and not text.startswith("/"):
        raise ValueError("URL parse error during conversion from string: invalid URI for request")
    return {"url()": text}


def _of_url(part: Callable[[Any], str]) -> Callable[[Value], str]:
    return lambda value: part(urlsplit(value["url()"]))


def _find(text: str, pattern: str) -> str:
    found = compiled(pattern).search(text)
    return found[0] if found else ""


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    found = [match[0] for match in compiled(pattern).finditer(text)]
    return found if limit < 0 else found[:limit]


_SEMVER = re.compile(r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)


def _semver(text: str) -> Value:
    match = _SEMVER.fullmatch(text)
    if match is None or text.startswith("v"):
        raise ValueError("semver parse error during conversion from string")
    return {"semver()": [int(match[1]), int(match[2]), int(match[3]), match[4] or ""]}


def _order(value: Value) -> Any:
    if "semver()" in value:
        *numbers, prerelease = value["semver()"]
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in prerelease.split("."))
        return (*numbers, (not prerelease, parts if prerelease else ()))
    return _number(value)


_STRING_FORMATS = {"uri": "uri", "uuid": "uuid", "byte": "byte", "date": "date", "datetime": "date-time"}


def _format(name: str, format_: str) -> names.Syntax:
    return lambda text: () if FORMATS[format_](text) else (f"invalid {name}",)


_FORMATS: dict[str, names.Syntax] = {
    "dns1123Label": names.dns_label,
    "dns1123Subdomain": names.dns_subdomain,
    "dns1035Label": names.dns_1035_label,
    "qualifiedName": names.qualified_name,
    "labelValue": names.label_value,
    **{ours: _format(ours, theirs) for ours, theirs in _STRING_FORMATS.items()},
}


def _sum(values: list[Any]) -> Any:
    return sum(values)


# name, parameters, result, a member?, what it does
_FUNCTIONS: list[tuple[str, list[Any], Any, bool, Callable[..., Any]]] = [
    ("isSorted", [_LIST], _T.BOOL, True, lambda values: all(a <= b for a, b in pairwise(values))),
    ("sum", [_LIST], _T.DYN, True, _sum),
    ("min", [_LIST], _T.DYN, True, min),
    ("max", [_LIST], _T.DYN, True, max),
    ("find", [_T.STRING, _T.STRING], _T.STRING, True, _find),
    ("findAll", [_T.STRING, _T.STRING], _LIST, True, _find_all),
    ("findAll", [_T.STRING, _T.STRING, _T.INT], _LIST, True, _find_all),
    ("sets.contains", [_LIST, _LIST], _T.BOOL, False, lambda a, b: all(one in a for one in b)),
    ("sets.intersects", [_LIST, _LIST], _T.BOOL, False, lambda a, b: any(one in a for one in b)),
    (
        "sets.equivalent",
        [_LIST, _LIST],
        _T.BOOL,
        False,
        lambda a, b: all(one in a for one in b) and all(one in b for one in a),
    ),
    ("isQuantity", [_T.STRING], _T.BOOL, False, _parses(quantity.parse)),
    ("quantity", [_T.STRING], _MAP, False, _quantity),
    ("isInteger", [_MAP], _T.BOOL, True, lambda value: _number(value).denominator == 1),
    ("asInteger", [_MAP], _T.INT, True, lambda value: int(_number(value))),
    ("asApproximateFloat", [_MAP], _T.DOUBLE, True, lambda value: float(_number(value))),
    ("sign", [_MAP], _T.INT, True, lambda value: (_number(value) > 0) - (_number(value) < 0)),
    ("isGreaterThan", [_MAP, _MAP], _T.BOOL, True, lambda a, b: _order(a) > _order(b)),
    ("isLessThan", [_MAP, _MAP], _T.BOOL, True, lambda a, b: _order(a) < _order(b)),
    ("compareTo", [_MAP, _MAP], _T.INT, True, lambda a, b: (_order(a) > _order(b)) - (_order(a) < _order(b))),
    *(
        (name, [_MAP, other], _MAP, True, lambda a, b, sign=sign: {"quantity()": str(_number(a) + sign * _number(b))})
        for name, sign in (("add", 1), ("sub", -1))
        for other in (_MAP, _T.INT)
    ),
    ("isIP", [_T.STRING], _T.BOOL, False, _parses(ipaddress.ip_address)),
    ("ip", [_T.STRING], _MAP, False, _ip),
    ("family", [_MAP], _T.INT, True, lambda value: ipaddress.ip_address(value["ip()"]).version),
    ("isLoopback", [_MAP], _T.BOOL, True, lambda value: ipaddress.ip_address(value["ip()"]).is_loopback),
    ("isUnspecified", [_MAP], _T.BOOL, True, lambda value: ipaddress.ip_address(value["ip()"]).is_unspecified),
    ("isCIDR", [_T.STRING], _T.BOOL, False, lambda text: "/" in text and _parses(ipaddress.ip_interface)(text)),
    ("cidr", [_T.STRING], _MAP, False, _cidr),
    ("containsIP", [_MAP, _T.STRING], _T.BOOL, True, _contains_ip),
    ("containsIP", [_MAP, _MAP], _T.BOOL, True, _contains_ip),
    ("containsCIDR", [_MAP, _T.STRING], _T.BOOL, True, _contains_cidr),
    ("containsCIDR", [_MAP, _MAP], _T.BOOL, True, _contains_cidr),
    ("prefixLength", [_MAP], _T.INT, True, lambda value: int(value["cidr()"].partition("/")[2])),
    ("isURL", [_T.STRING], _T.BOOL, False, _parses(_url)),
    ("url", [_T.STRING], _MAP, False, _url),
    ("getScheme", [_MAP], _T.STRING, True, _of_url(lambda parts: parts.scheme)),
    ("getHost", [_MAP], _T.STRING, True, _of_url(lambda parts: parts.netloc.rpartition("@")[2])),
    ("getHostname", [_MAP], _T.STRING, True, _of_url(lambda parts: parts.hostname or "")),
    ("getPort", [_MAP], _T.STRING, True, _of_url(lambda parts: str(parts.port or ""))),
    ("getEscapedPath", [_MAP], _T.STRING, True, _of_url(lambda parts: parts.path)),
    ("getQuery", [_MAP], _MAP, True, lambda value: parse_qs(urlsplit(value["url()"]).query, keep_blank_values=True)),
    *((f"format.{name}", [], _MAP, False, lambda name=name: {"format()": name}) for name in _FORMATS),
    ("validate", [_MAP, _T.STRING], _LIST, True, lambda value, text: list(_FORMATS[value["format()"]](text))),
    ("isSemver", [_T.STRING], _T.BOOL, False, _parses(_semver)),
    ("semver", [_T.STRING], _MAP, False, _semver),
    ("major", [_MAP], _T.INT, True, lambda value: value["semver()"][0]),
    ("minor", [_MAP], _T.INT, True, lambda value: value["semver()"][1]),
    ("patch", [_MAP], _T.INT, True, lambda value: value["semver()"][2]),
    *((name, [_MAP, *rest], result, True, does) for name, rest, result, does in cel_authorizer.FUNCTIONS),
]


def functions() -> list[Any]:
    """The declarations, one a name, with all their overloads."""
    overloads: dict[str, list[Any]] = {}
    for index, (name, parameters, result, member, does) in enumerate(_FUNCTIONS):
        overloads.setdefault(name, []).append(cel.Overload(f"{name}_{index}", result, parameters, member, does))
    return [cel.FunctionDecl(name, of_name) for name, of_name in overloads.items()]
