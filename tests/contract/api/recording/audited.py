"""The requests of an audit log, as a recorder would have kept them, but for what the log does not tell.

It tells no headers but the user agent. Everybody asks for JSON here; and of which sort a patch is, shows in its body
and in what it is for.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.contract.api.both import APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC
from tests.contract.api.recording.recorder import Recorded
from tests.contract.api.recording.taken import Taken

Event = dict[str, Any]

METHODS = {
    **dict.fromkeys(("get", "list", "watch"), "GET"),
    **dict.fromkeys(("delete", "deletecollection"), "DELETE"),
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
}
#: Custom resources know no strategic merge patch.
CUSTOM = ("fairlead.dev", "gateway.networking.k8s.io")


def recorded(events: Iterable[Event], wanted: Callable[[Event], bool]) -> list[Recorded]:
    """Return the requests that are wanted, in the order of their effects."""
    found = [event for event in events if wanted(event) and not _is_forbidden(event)]
    return [Recorded(_request(event), event.get("responseObject")) for event in _in_order(found)]


def _in_order(events: Iterable[Event]) -> list[Event]:
    """Writes by the versions that came of them, all others after the write that was there before them.

    A deletion may be seen, and answered to by others, before its own answer is complete.
    """
    return [event for _, event in sorted(_numbered(events), key=lambda numbered: numbered[0])]


def _numbered(events: Iterable[Event]) -> Iterator[tuple[int, Event]]:
    last = 0
    for event in sorted(events, key=_effective):
        version = (event.get("responseObject") or {}).get("metadata", {}).get("resourceVersion", "")
        if _writes(event) and version.isdecimal():
            last = max(last, int(version))
            yield int(version), event
        else:
            yield last, event


def _effective(event: Event) -> str:
    time: str = event["requestReceivedTimestamp" if _writes(event) else "stageTimestamp"]
    return time


def _writes(event: Event) -> bool:
    return METHODS[event["verb"]] != "GET"


def _is_forbidden(event: Event) -> bool:
    """Whether it was refused for who had asked: here everybody is the administrator."""
    decision: str = event.get("annotations", {}).get("authorization.k8s.io/decision", "")
    return decision == "forbid"


def _request(event: Event) -> Taken:
    url = urlsplit(event["requestURI"])
    query = tuple(parse_qsl(url.query, keep_blank_values=True))
    body = event.get("requestObject")
    headers = {"accept": "application/json", "user-agent": event.get("userAgent", "")}
    if body is not None:
        headers["content-type"] = _media(event, body, query) if event["verb"] == "patch" else "application/json"
    return Taken(METHODS[event["verb"]], url.path, query, headers, body, event["responseStatus"]["code"])


def _media(event: Event, body: Any, query: tuple[tuple[str, str], ...]) -> str:
    if isinstance(body, list):
        return JSON_PATCH
    if "force" in dict(query):
        return APPLY
    return MERGE_PATCH if event["objectRef"].get("apiGroup") in CUSTOM else STRATEGIC
