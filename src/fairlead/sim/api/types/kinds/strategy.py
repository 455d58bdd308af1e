"""What one built-in kind adds to what all kinds have."""

from collections.abc import Callable

from msgspec import Struct

from fairlead.sim.api.schema.names import Syntax, dns_subdomain
from fairlead.sim.api.types.cause import Cause
from fairlead.sim.api.types.kind import Object, Write


def _nothing(_obj: Object, _write: Write) -> None:
    return None


def _no_causes(_obj: Object, _write: Write) -> list[Cause]:
    return []


def _no_warnings(_obj: Object, _write: Write) -> list[str]:
    return []


class Strategy(Struct, frozen=True, kw_only=True):
    """`prepare` runs after status and the rest were told apart; `validate` after the metadata was checked."""

    name_syntax: Syntax = dns_subdomain
    prepare: Callable[[Object, Write], None] = _nothing
    validate: Callable[[Object, Write], list[Cause]] = _no_causes
    warnings: Callable[[Object, Write], list[str]] = _no_warnings
    shown: Callable[[bytes], bytes] | None = None
    """How a stored body is shown, where it is shown otherwise than it is stored."""
    keeps_status_on_create: bool = False
