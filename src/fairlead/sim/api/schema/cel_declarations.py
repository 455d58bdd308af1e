"""Which functions an expression may call: the operators and library of CEL, and what Kubernetes adds.

One line a function with its overloads: `name: (parameters) result | target.(parameters) result`. A capital letter is
any type, the same one wherever it stands in an overload.
"""

import re
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from fairlead.sim.api.schema.cel_types import Type


class Overload(Struct, frozen=True):
    """One way to call a function. A member's target is its first parameter."""

    parameters: tuple[Type, ...]
    result: Type
    member: bool


_ORDERED = ("bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration")
_NUMBERS = ("int", "uint", "double")
_COMPARED = [f"({one}, {one}) bool" for one in _ORDERED]
_COMPARED += [f"({a}, {b}) bool" for a in _NUMBERS for b in _NUMBERS if a != b]
_OF_TIME = ("getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek")
_OF_CLOCK = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")
_TIME_PLUS = "(timestamp, duration) timestamp | (duration, timestamp) timestamp"
_TIME_MINUS = "(timestamp, timestamp) duration | (timestamp, duration) timestamp"
_OF_OPTIONAL = "(optional_type(list(A)), int) optional_type(A) | (optional_type(map(A, B)), A) optional_type(B)"
_AT = "timestamp.() int | timestamp.(string) int"
_QUANTITY, _SEMVER, _IP, _CIDR, _URL, _FORMAT = (
    *("kubernetes.Quantity", "kubernetes.Semver", "net.IP", "net.CIDR", "kubernetes.URL", "kubernetes.NamedFormat"),
)
_FORMAT_NAMES = (
    *("dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix"),
    *("dns1123SubdomainPrefix", "dns1035LabelPrefix", "labelValue", "uri", "uuid", "byte", "date", "datetime"),
)


def _all(form: str, types: tuple[str, ...]) -> str:
    return " | ".join(form.format(one) for one in types)


_LINES = [
    "_==_: (A, A) bool",
    "_!=_: (A, A) bool",
    *(f"{name}: {' | '.join(_COMPARED)}" for name in ("_<_", "_<=_", "_>_", "_>=_")),
    "_&&_: (bool, bool) bool",
    "_||_: (bool, bool) bool",
    "!_: (bool) bool",
    "@not_strictly_false: (bool) bool",
    "_?_:_: (bool, A, A) A",
    f"_+_: {_all('({0}, {0}) {0}', (*_NUMBERS, 'string', 'bytes', 'duration', 'list(A)'))} | {_TIME_PLUS}",
    f"_-_: {_all('({0}, {0}) {0}', (*_NUMBERS, 'duration'))} | {_TIME_MINUS}",
    f"_*_: {_all('({0}, {0}) {0}', _NUMBERS)}",
    f"_/_: {_all('({0}, {0}) {0}', _NUMBERS)}",
    f"_%_: {_all('({0}, {0}) {0}', ('int', 'uint'))}",
    f"-_: {_all('({0}) {0}', ('int', 'double'))}",
    "@in: (A, list(A)) bool | (A, map(A, B)) bool",
    f"_[_]: (list(A), int) A | (map(A, B), A) B | {_OF_OPTIONAL}",
    f"_[?_]: (list(A), int) optional_type(A) | (map(A, B), A) optional_type(B) | {_OF_OPTIONAL}",
    f"size: {_all('({0}) int | {0}.() int', ('string', 'bytes', 'list(A)', 'map(A, B)'))}",
    "bool: (bool) bool | (string) bool",
    "bytes: (bytes) bytes | (string) bytes",
    f"double: {_all('({0}) double', (*_NUMBERS, 'string'))}",
    f"int: {_all('({0}) int', (*_NUMBERS, 'string', 'timestamp', 'duration'))}",
    f"uint: {_all('({0}) uint', (*_NUMBERS, 'string'))}",
    f"string: {_all('({0}) string', (*_ORDERED, _IP, _CIDR))}",
    "timestamp: (timestamp) timestamp | (string) timestamp | (int) timestamp",
    "duration: (duration) duration | (string) duration | (int) duration",
    "dyn: (A) dyn",
    "type: (A) type(A)",
    *(f"{name}: {_AT}" for name in _OF_TIME),
    *(f"{name}: {_AT} | duration.() int" for name in _OF_CLOCK),
    *(f"{name}: string.(string) bool" for name in ("contains", "startsWith", "endsWith")),
    "matches: (string, string) bool | string.(string) bool",
    "charAt: string.(int) string",
    *(
        f"{name}: string.(string) int | string.(string, int) int | list(A).(A) int"
        for name in ("indexOf", "lastIndexOf")
    ),
    *(f"{name}: string.() string" for name in ("lowerAscii", "upperAscii", "trim")),
    "replace: string.(string, string) string | string.(string, string, int) string",
    "split: string.(string) list(string) | string.(string, int) list(string)",
    "substring: string.(int) string | string.(int, int) string",
    "join: list(string).() string | list(string).(string) string",
    "format: string.(list(dyn)) string",
    "strings.quote: (string) string",
    "optional.of: (A) optional_type(A)",
    "optional.ofNonZeroValue: (A) optional_type(A)",
    "optional.none: () optional_type(A)",
    "value: optional_type(A).() A",
    "hasValue: optional_type(A).() bool",
    "or: optional_type(A).(optional_type(A)) optional_type(A)",
    "orValue: optional_type(A).(A) A",
    *(f"sets.{name}: (list(A), list(A)) bool" for name in ("contains", "intersects", "equivalent")),
    f"isSorted: {_all('list({}).() bool', _ORDERED)}",
    f"sum: {_all('list({0}).() {0}', (*_NUMBERS, 'duration'))}",
    f"min: {_all('list({0}).() {0}', _ORDERED)}",
    f"max: {_all('list({0}).() {0}', _ORDERED)}",
    "find: string.(string) string",
    "findAll: string.(string) list(string) | string.(string, int) list(string)",
    f"quantity: (string) {_QUANTITY}",
    "isQuantity: (string) bool",
    f"sign: ({_QUANTITY}) int",
    *(
        f"{name}: {_QUANTITY}.({_QUANTITY}) bool | {_SEMVER}.({_SEMVER}) bool"
        for name in ("isGreaterThan", "isLessThan")
    ),
    f"compareTo: {_QUANTITY}.({_QUANTITY}) int | {_SEMVER}.({_SEMVER}) int",
    f"asApproximateFloat: {_QUANTITY}.() double",
    f"asInteger: {_QUANTITY}.() int",
    f"isInteger: {_QUANTITY}.() bool",
    *(f"{name}: {_QUANTITY}.({_QUANTITY}) {_QUANTITY} | {_QUANTITY}.(int) {_QUANTITY}" for name in ("add", "sub")),
    f"semver: (string) {_SEMVER} | (string, bool) {_SEMVER}",
    "isSemver: (string) bool | (string, bool) bool",
    *(f"{name}: {_SEMVER}.() int" for name in ("major", "minor", "patch")),
    f"ip: (string) {_IP} | {_CIDR}.() {_IP}",
    "isIP: (string) bool",
    "ip.isCanonical: (string) bool",
    f"family: {_IP}.() int",
    *(f"{name}: {_IP}.() bool" for name in ("isUnspecified", "isLoopback", "isLinkLocalMulticast")),
    *(f"{name}: {_IP}.() bool" for name in ("isLinkLocalUnicast", "isGlobalUnicast")),
    f"cidr: (string) {_CIDR}",
    "isCIDR: (string) bool",
    f"containsIP: {_CIDR}.(string) bool | {_CIDR}.({_IP}) bool",
    f"containsCIDR: {_CIDR}.(string) bool | {_CIDR}.({_CIDR}) bool",
    f"masked: {_CIDR}.() {_CIDR}",
    f"prefixLength: {_CIDR}.() int",
    f"url: (string) {_URL}",
    "isURL: (string) bool",
    *(f"{name}: {_URL}.() string" for name in ("getScheme", "getHost", "getHostname", "getPort", "getEscapedPath")),
    f"getQuery: {_URL}.() map(string, list(string))",
    *(f"format.{name}: () {_FORMAT}" for name in _FORMAT_NAMES),
    f"format.named: (string) optional_type({_FORMAT})",
    f"validate: {_FORMAT}.(string) optional_type(list(string))",
]


@cache
def declarations() -> dict[str, tuple[Overload, ...]]:
    """The overloads of every function."""
    split = (line.split(": ", 1) if not line.startswith("_?_:_") else ("_?_:_", line[7:]) for line in _LINES)
    return {name: tuple(_overload(form) for form in forms.split(" | ")) for name, forms in split}


def _overload(form: str) -> Overload:
    types = _types(iter(re.findall(r"[\w.@]+(?<!\.)|[(),]", form.replace(".(", " @(", 1))))
    member = types[0].name != ""
    parameters = (types[0], *types[1].parameters) if member else types[0].parameters
    return Overload(parameters, types[-1], member)


def _types(tokens: Iterator[str]) -> list[Type]:
    """Types up to the closing bracket; a list of parameters is a type without a name."""
    found: list[Type] = []
    named = False
    for word in tokens:
        if word == ")":
            break
        if word == "(":
            inner = tuple(_types(tokens))
            if named:
                found[-1] = Type(found[-1].name, inner)
            else:
                found.append(Type("", inner))
            named = False
        elif word == "@":
            named = False
        elif word != ",":
            found.append(Type(f"?{word}" if len(word) == 1 else word))
            named = True
    return found
