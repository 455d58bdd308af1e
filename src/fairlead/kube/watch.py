"""A list that stays true: list, then watch, and begin anew whenever the watch cannot go on.

It yields what happens and never ends by itself. Every way in which a watch can die is survived here: the server ends
it, the connection is cut or falls silent, the version is too old, the answer is an error.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

from fairlead.kube.client import Client
from fairlead.kube.errors import ApiError, Gone, NotFound, Unavailable, from_answer
from fairlead.kube.resource import Resource
from fairlead.kube.verbs import ListMeta, list_all

T = TypeVar("T")

#: The server ends a watch after this time; it is jittered, so that not all of them begin anew at once.
WATCH_TIMEOUT_S = 300
#: The server sends a bookmark about every minute: a longer silence is a dead connection.
INACTIVITY_TIMEOUT_S = 90.0
LOOK_FOR_KIND_EVERY_S = 30.0
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.1, 5.0
#: Who asks to be left alone for longer may be well again before: what is seen must not be outdated for hours.
LONGEST_PATIENCE_S = 60.0


class Listed(Struct, Generic[T]):
    """The whole collection as it was at a version: everything known before that is outdated."""

    items: list[T]
    resource_version: str
    """Empty where the kind is not installed."""


class Changed(Struct, Generic[T]):
    """One object was added or changed."""

    object: T


class Deleted(Struct, Generic[T]):
    """One object is gone; this is how it was last."""

    object: T


Event = Listed[T] | Changed[T] | Deleted[T]


class _Frame(Struct, frozen=True):
    type: Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]
    object: msgspec.Raw


class _Bookmark(Struct, frozen=True):
    metadata: ListMeta


_frames = msgspec.json.Decoder(_Frame)
_bookmarks = msgspec.json.Decoder(_Bookmark)


async def follow(
    client: Client,
    resource: Resource,
    kind: type[T],
    rng: random.Random,
    *,
    namespace: str = "",
    label_selector: str = "",
    on_trouble: Callable[[Exception], None] = lambda _: None,
) -> AsyncIterator[Event[T]]:
    """Yield the collection and then every change of it, for ever. `kind` needs metadata.resource_version.

    A kind that is not installed is an empty collection without a version, until it is; one that was there and is not
    found any more is trouble, and what was told of it stays. `on_trouble` is told what is survived.
    """
    now_s = asyncio.get_running_loop().time
    objects: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)
    path = resource.path(namespace)
    version, is_known, backoff_s = "", False, FIRST_BACKOFF_S
    while True:
        began_s, is_silent = now_s(), True
        try:
            if not version:
                items, version = await list_all(client, resource, kind, namespace, label_selector=label_selector)
                is_known = True
                yield Listed(items, version)
            async for reached, event in _watch(client, path, _query(version, label_selector, rng), objects):
                version, is_silent, backoff_s = reached, False, FIRST_BACKOFF_S
                if event is not None:
                    yield event
            if is_silent and now_s() - began_s < 1:
                # Who ends every watch at once must not be asked again and again without a pause.
                raise Unavailable(f"WATCH {path}: it ended at once, and nothing was told")
        except (ApiError, msgspec.DecodeError) as error:
            if isinstance(error, NotFound) and not is_known:
                yield Listed([], "")
                await asyncio.sleep(LOOK_FOR_KIND_EVERY_S * (0.5 + rng.random()))
                continue
            on_trouble(error)
            backoff_s = FIRST_BACKOFF_S if now_s() - began_s > LONGEST_BACKOFF_S else backoff_s
            # A refusal, and a silence without a bookmark, may have to do with the version we ask from: the cluster may
            # have been restored to an older one. A list is the way that always works.
            is_dead = is_silent and now_s() - began_s > INACTIVITY_TIMEOUT_S
            version = "" if isinstance(error, Gone) or backoff_s > 1 or is_dead else version
            asked_s = min((isinstance(error, ApiError) and error.retry_after_s) or 0.0, LONGEST_PATIENCE_S)
            await asyncio.sleep(max(asked_s, backoff_s * (0.5 + rng.random())))
            backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)


async def _watch(
    client: Client, path: str, query: dict[str, str], objects: msgspec.json.Decoder[Any]
) -> AsyncIterator[tuple[str, Changed[Any] | Deleted[Any] | None]]:
    """Yield the version that one watch has reached, with the event that brought it there; None for a bookmark."""
    async with client.stream(path, query, inactivity_timeout_s=INACTIVITY_TIMEOUT_S) as chunks:
        async for line in _lines(chunks):
            frame = _frames.decode(line)
            if frame.type == "ERROR":
                raise from_answer("WATCH", path, 0, bytes(frame.object), None)
            if frame.type == "BOOKMARK":
                yield _bookmarks.decode(frame.object).metadata.resource_version, None
                continue
            found = objects.decode(frame.object)
            yield found.metadata.resource_version, Deleted(found) if frame.type == "DELETED" else Changed(found)


def _query(version: str, label_selector: str, rng: random.Random) -> dict[str, str]:
    timeout_s = int(WATCH_TIMEOUT_S * (1 + rng.random()))
    query = {"watch": "1", "resourceVersion": version, "allowWatchBookmarks": "true", "timeoutSeconds": str(timeout_s)}
    return query | ({"labelSelector": label_selector} if label_selector else {})


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Split a stream into lines of any length: objects may be larger than what a stream reader takes as a line."""
    rest: list[bytes] = []
    async for chunk in chunks:
        *whole, last = chunk.split(b"\n")
        for line in whole:
            yield b"".join((*rest, line))
            rest.clear()
        rest.append(last)
