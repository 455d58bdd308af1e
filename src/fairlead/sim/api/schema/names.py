"""The syntaxes of names. Each function returns what is wrong, in the API server's words; nothing is a good name."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED_MESSAGE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)

Syntax = Callable[[str], Sequence[str]]
REMEMBERED = 4096
"""Names per syntax whose mistakes are not looked for again: the same few come again and again."""


def pattern_message(message: str, pattern: str, *examples: str) -> str:
    """The sentence that the API server makes of a regular expression and names that match it."""
    if not examples:
        return f"{message} (regex used for validation is '{pattern}')"
    likes = " or ".join(f"'{one}', " for one in examples)
    return f"{message} (e.g. {likes}regex used for validation is '{pattern}')"


def too_many_characters(length: int) -> str:
    """As the syntaxes below say it; fields say it in bytes."""
    return f"must be no more than {length} characters"


def _syntax(message: str, pattern: str, examples: tuple[str, ...], length: int | None = None) -> Syntax:
    compiled = re.compile(pattern, re.ASCII)
    refusal = pattern_message(message, pattern, *examples)

    @lru_cache(maxsize=REMEMBERED)
    def check(value: str) -> Sequence[str]:
        errors = (too_many_characters(length),) if length is not None and len(value.encode()) > length else ()
        return errors if compiled.fullmatch(value) else (*errors, refusal)

    return check


dns_label_strict = _syntax(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character",
    _LABEL,
    ("my-name", "123-abc"),
    63,
)
dns_subdomain = _syntax(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character",
    _SUBDOMAIN,
    ("example.com",),
    253,
)
dns_1035_label = _syntax(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character",
    "[a-z]([-a-z0-9]*[a-z0-9])?",
    ("my-name", "abc-123"),
    63,
)
wildcard_subdomain = _syntax(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
    "which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    rf"\*\.{_SUBDOMAIN}",
    ("*.example.com",),
    253,
)
config_key_syntax = _syntax(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "[-._a-zA-Z0-9]+",
    ("key.name", "KEY_NAME", "key-name"),
    253,
)
http_header = _syntax(
    "a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", ("X-Header-Name",)
)
percent = _syntax("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", ("1%", "93%"))


def dns_label(value: str) -> Sequence[str]:
    """A name without dots. One that is a subdomain is told that dots are the trouble."""
    errors = dns_label_strict(value)
    if errors and re.fullmatch(_SUBDOMAIN, value, re.ASCII) and len(value) <= 253 and len(errors) == 1 and "." in value:
        return ("must not contain dots",)
    return errors


@lru_cache(maxsize=REMEMBERED)
def qualified_name(value: str) -> Sequence[str]:
    """`name` or `prefix.example.com/name`: keys of labels, finalizers, resources."""
    *prefixes, name = value.split("/")
    refusal = pattern_message(_QUALIFIED_MESSAGE, _QUALIFIED, "MyName", "my.name", "123-abc")
    if len(prefixes) > 1:
        where = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        return (f"a qualified name {refusal} {where}",)
    errors = []
    for prefix in prefixes:
        errors += [f"prefix part {error}" for error in (dns_subdomain(prefix) if prefix else ["must be non-empty"])]
    if not name:
        errors.append("name part must be non-empty")
    elif len(name) > 63:
        errors.append(f"name part {too_many_characters(63)}")
    if not re.fullmatch(_QUALIFIED, name, re.ASCII):
        errors.append(f"name part {refusal}")
    return tuple(errors)


label_value = _syntax(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    f"({_QUALIFIED})?",
    ("MyValue", "my_value", "12345"),
    63,
)


def config_key(value: str) -> Sequence[str]:
    """A key of a ConfigMap or Secret: it becomes the name of a file."""
    errors = list(config_key_syntax(value))
    if value == ".":
        errors.append("must not be '.'")
    elif value == "..":
        errors.append("must not be '..'")
    elif value.startswith(".."):
        errors.append("must not start with '..'")
    return errors


_PRINTABLE = re.compile("[ -<>-~]+")


def environment_name(value: str) -> Sequence[str]:
    """The name of an environment variable: anything printable but '='."""
    if not value:
        return ("environment variable name must be non-empty",)
    if _PRINTABLE.fullmatch(value):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


@lru_cache(maxsize=REMEMBERED)
def port_name(value: str) -> Sequence[str]:
    """An IANA service name, as ports have it."""
    errors = []
    if len(value) > 15:
        errors.append(too_many_characters(15))
    if not re.fullmatch("[-a-z0-9]+", value, re.ASCII):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        errors.append("must contain at least one letter (a-z)")
    if "--" in value:
        errors.append("must not contain consecutive hyphens")
    if value[:1] == "-" or value[-1:] == "-":
        errors.append("must not begin or end with a hyphen")
    return tuple(errors)


def port_number(value: int) -> Sequence[str]:
    """1 to 65535."""
    return () if 1 <= value <= 65535 else ("must be between 1 and 65535, inclusive",)


def path_segment(value: str) -> Sequence[str]:
    """A name that need only fit into a URL: RBAC objects."""
    if value in {".", ".."}:
        return (f"may not be '{value}'",)
    return [f"may not contain '{part}'" for part in ("/", "%") if part in value]
