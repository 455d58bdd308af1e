"""Get, list and watch."""

from typing import Any

from fairlead.sim.api import cache, encode
from fairlead.sim.api.failure import Failure, bad_request, not_found, too_large_version, unexplained
from fairlead.sim.api.options import ListOptions, list_options
from fairlead.sim.api.page import Page, get_version, page, version_of
from fairlead.sim.api.request import Answer
from fairlead.sim.api.select import Selection, selection
from fairlead.sim.api.state import Call
from fairlead.sim.api.storage import Event, Table
from fairlead.sim.api.watch import Stream

MIN_WATCH_S = 1800.0
"""A watch that gives no time lives at least so long, and at most twice."""


def get(call: Call) -> Answer:
    """One object."""
    get_version(call.request.first("resourceVersion"), call.state.storage, call.state.table(call.kind))
    stored = call.stored()
    if stored is None:
        raise not_found(call.target.group, call.target.resource, call.target.name)
    # A status comes with all that is stored.
    as_stored = call.target.subresource == "status"
    return _answer(call, encode.one(call.view, call.kind, stored.body, call.state.now(), as_stored=as_stored))


def list_(call: Call) -> Answer:
    """The objects that are selected, or a piece of them."""
    options = list_options(call.request, watch=False)
    wanted = selected(call, options)
    namespace = call.target.namespace or wanted.namespace
    return list_answer(call, page(call.state.storage, call.state.table(call.kind), namespace, wanted, options))


def list_answer(call: Call, found: Page) -> Answer:
    """A list, as the client wants to see it."""
    metadata: dict[str, Any] = {"resourceVersion": str(found.version)}
    if found.token:
        metadata["continue"] = found.token
    if found.remaining is not None:
        metadata["remainingItemCount"] = found.remaining
    return _answer(call, encode.many(call.view, call.kind, found.objects, metadata, call.state.now()))


def watch(call: Call) -> Answer:
    """What happens to the objects that are selected, from a version on, or from what is there."""
    options = list_options(call.request, watch=True)
    wanted = selected(call, options)
    try:
        version = version_of(options.version)
    except ValueError as wrong:
        raise unexplained(str(wrong)) from None
    state, table = call.state, call.state.table(call.kind)
    rest_s = options.timeout_s or MIN_WATCH_S * (1 + state.rng.random())
    stream = Stream(
        frames=encode.frames(call.view, call.kind, state.now),
        selects=wanted.test,
        now_s=state.now_s,
        until_s=state.now_s() + rest_s,
        after=0 if options.initial_events else version,
        version=(lambda: table.version) if options.bookmarks and cache.is_cached(table) else None,
    )
    namespace = call.target.namespace or wanted.namespace
    refused = _begin(call, stream, table, namespace, version, options)
    if refused is None:
        stream.begin(table.watchers.setdefault(namespace, []), table.version if options.initial_events else 0)
    else:
        stream.refuse(refused)
    return Answer(status=200, headers={"Content-Type": call.view.media}, watch=stream)


def _begin(
    call: Call, stream: Stream, table: Table, namespace: str, version: int, options: ListOptions
) -> Failure | None:
    """Give a watch what it begins with. Returns the error that is its only frame instead."""
    storage = call.state.storage
    if options.initial_events:
        if version > storage.version:
            return too_large_version(version, storage.version, worth_a_retry=True)
        objects = table.objects
        stream.offer_all(Event(objects[key].version, None, objects[key]) for key in table.keys(namespace))
        if options.bookmarks:
            stream.end_initial(storage.version)
        return None
    if options.version in ("", "0"):
        return None
    if version < max(storage.compacted, table.begun):
        return cache.expired_watch(version, storage, table)
    for event in table.since(version):
        if not namespace or (event.new or event.old).namespace == namespace:  # type: ignore[union-attr]
            stream.offer(event)
    return None


def selected(call: Call, options: ListOptions) -> Selection:
    """Both selectors. A watch of one object by its path is one of its name."""
    found = selection(call.kind, options.labels, options.fields)
    name = call.target.name
    if not name or found.name == name or (found.fields and "/watch/" not in call.target.path):
        return found
    if found.fields:
        raise bad_request("fieldSelector metadata.name doesn't match requested name")
    return Selection(labels=found.labels, fields=(("metadata.name", name, True),))


def _answer(call: Call, body: bytes) -> Answer:
    return Answer(status=200, headers={"Content-Type": call.view.media}, body=encode.written(call.view, body))
