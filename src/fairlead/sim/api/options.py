"""The query of a request: read and refused as the API server does. Must not know what the options lead to."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from fairlead.sim.api.failure import bad_options, bad_request
from fairlead.sim.api.request import Request
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, not_supported, required, shown, too_long

FieldValidation = Literal["Ignore", "Warn", "Strict"]

_VALIDATIONS = ("", "Ignore", "Strict", "Warn")
_POLICIES = ("Foreground", "Background", "Orphan")
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
MAX_MANAGER_BYTES = 128


class WriteOptions(Struct, frozen=True, kw_only=True):
    """The options of create, update and patch."""

    dry_run: bool = False
    manager: str = ""
    validation: FieldValidation = "Warn"
    force: bool = False


class ListOptions(Struct, frozen=True, kw_only=True):
    """The options of list, watch and deletecollection. Versions are still texts: each verb has its own words."""

    labels: str = ""
    fields: str = ""
    limit: int = 0
    token: str = ""
    """`continue`."""
    version: str = ""
    match: str = ""
    bookmarks: bool = False
    initial_events: bool | None = None
    timeout_s: int | None = None


def flag(request: Request, name: str) -> bool:
    """A boolean parameter: given without a value it is true, and everything but `false` and `0` is."""
    return _flag(request, name) or False


def integer(request: Request, name: str) -> int | None:
    """A whole number, or None when it is not given."""
    text = request.first(name)
    if not text:
        return None
    if not _INTEGER.match(text):
        raise bad_request(f"strconv.ParseInt: parsing {shown(text)}: invalid syntax")
    if not -(2**63) <= int(text) < 2**63:
        raise bad_request(f"strconv.ParseInt: parsing {shown(text)}: value out of range")
    return int(text)


def write_options(request: Request, kind: str, patch: str = "") -> WriteOptions:
    """The options of a write; `kind` names them in a refusal, `patch` is the media type of a patch."""
    manager = request.first("fieldManager")
    dry_run = [value for key, value in request.query if key == "dryRun"]
    validation = request.first("fieldValidation")
    force = _flag(request, "force")
    causes: list[Cause] = []
    if patch.startswith("application/apply-patch"):
        if not manager:
            causes.append(required("fieldManager", "is required for apply patch"))
    elif patch and force is not None:
        causes.append(forbidden("force", "may not be specified for non-apply patch"))
    causes += manager_causes(manager) + dry_run_causes(dry_run)
    if validation not in _VALIDATIONS:
        causes.append(not_supported("fieldValidation", validation, list(_VALIDATIONS)))
    if causes:
        raise bad_options(kind, causes)
    return WriteOptions(
        dry_run=bool(dry_run),
        manager=manager or agent(request),
        validation=validation or "Warn",  # type: ignore[arg-type]
        force=force or False,
    )


def agent(request: Request) -> str:
    """The manager of who gives none: the user agent's name."""
    manager = request.headers.get("user-agent", "").split("/", 1)[0]
    return "".join(one for one in manager if one.isprintable())[:MAX_MANAGER_BYTES] or "unknown"


def manager_causes(manager: str) -> list[Cause]:
    """What is wrong with the name of a field manager."""
    causes = []
    if len(manager.encode()) > MAX_MANAGER_BYTES:
        causes.append(too_long("fieldManager", f"may not be more than {MAX_MANAGER_BYTES} bytes"))
    for at, one in enumerate(manager):
        if not one.isprintable():
            shown_rune = f"U+{ord(one):04X}"
            causes.append(invalid("fieldManager", manager, f"invalid character {shown_rune} (at position {at})"))
    return causes


def dry_run_causes(values: Sequence[str]) -> list[Cause]:
    """What is wrong with the values of dryRun."""
    return [] if all(value == "All" for value in values) else [not_supported("dryRun", list(values), ["All"])]


def list_options(request: Request, *, watch: bool) -> ListOptions:
    """The options of a list, or of a watch."""
    options = ListOptions(
        labels=request.first("labelSelector"),
        fields=request.first("fieldSelector"),
        limit=integer(request, "limit") or 0,
        token=request.first("continue"),
        version=request.first("resourceVersion"),
        match=request.first("resourceVersionMatch"),
        bookmarks=flag(request, "allowWatchBookmarks"),
        initial_events=_flag(request, "sendInitialEvents"),
        timeout_s=integer(request, "timeoutSeconds"),
    )
    return _watch_options(options) if watch else _checked(options)


def _checked(options: ListOptions) -> ListOptions:
    causes = []
    field, match = "resourceVersionMatch", options.match
    if match:
        if not options.version:
            causes.append(forbidden(field, f"{field} is forbidden unless resourceVersion is provided"))
        if options.token:
            causes.append(forbidden(field, f"{field} is forbidden when continue is provided"))
        if match not in ("Exact", "NotOlderThan"):
            causes.append(not_supported(field, match, ["Exact", "NotOlderThan", ""]))
        if match == "Exact" and options.version == "0":
            causes.append(forbidden(field, f'{field} "exact" is forbidden for resourceVersion "0"'))
    if options.initial_events is not None:
        causes.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if causes:
        raise bad_options("ListOptions", causes)
    return options


def _watch_options(options: ListOptions) -> ListOptions:
    """A watch from nowhere, or from 0, begins with what is there: that is sendInitialEvents under an older name."""
    field, match, initial = "resourceVersionMatch", options.match, options.initial_events
    if initial is None and not match and options.version in ("", "0"):
        initial, match = True, "NotOlderThan"
    causes = []
    if initial is not None and match != "NotOlderThan":
        causes.append(forbidden(field, f"sendInitialEvents requires setting {field} to NotOlderThan"))
    if match:
        if initial is None:
            causes.append(forbidden(field, f"{field} is forbidden for watch unless sendInitialEvents is provided"))
        if match != "NotOlderThan":
            causes.append(not_supported(field, match, ["NotOlderThan"]))
        if options.token:
            causes.append(forbidden(field, f"{field} is forbidden when continue is provided"))
    if causes:
        raise bad_options("ListOptions", causes)
    return ListOptions(
        labels=options.labels,
        fields=options.fields,
        version=options.version,
        bookmarks=options.bookmarks,
        initial_events=initial,
        timeout_s=options.timeout_s,
    )


def _flag(request: Request, name: str) -> bool | None:
    values = [value for key, value in request.query if key == name]
    return values[0].lower() not in ("false", "0") if values else None
