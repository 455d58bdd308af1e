"""A list that stays true: list, then watch, and begin anew whenever the watch cannot go on.

It yields what happens and never ends by itself. Every way in which a watch can die is survived here: the server ends
it, the connection is cut or falls silent, the version is too old, the answer is an error.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

from fairlead.kube.client import Client
from fairlead.kube.errors import ApiError, Gone, Unavailable
from fairlead.kube.resource import Resource
from fairlead.kube.verbs import list_all

T = TypeVar("T")

#: The server ends a watch after this time; it is jittered, so that not all of them begin anew at once.
WATCH_TIMEOUT_S = 300
#: The server sends a bookmark about every minute: a longer silence is a dead connection.
INACTIVITY_TIMEOUT_S = 90.0
FIRST_BACKOFF_S, LONGEST_BACKOFF_S = 0.1, 5.0


class Listed(Struct, Generic[T]):
    """The whole collection: everything known before is outdated."""

    items: list[T]
    resource_version: str


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


class _Meta(Struct, rename="camel", frozen=True):
    resource_version: str = ""


class _Versioned(Struct, frozen=True):
    metadata: _Meta = _Meta()


class _Status(Struct, frozen=True):
    message: str = ""
    code: int = 0


_frames = msgspec.json.Decoder(_Frame)
_versions = msgspec.json.Decoder(_Versioned)
_statuses = msgspec.json.Decoder(_Status)


async def follow(
    client: Client,
    resource: Resource,
    kind: type[T],
    rng: random.Random,
    *,
    namespace: str = "",
    label_selector: str = "",
    inactivity_timeout_s: float = INACTIVITY_TIMEOUT_S,
) -> AsyncIterator[Event[T]]:
    """Yield the collection and then every change of it, for ever. `kind` needs metadata.resource_version."""
    objects: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)
    version = ""
    backoff_s = FIRST_BACKOFF_S
    while True:
        try:
            if not version:
                items, version = await list_all(client, resource, kind, namespace, label_selector=label_selector)
                yield Listed(items, version)
            query = _query(version, label_selector, rng)
            path = resource.path(namespace)
            async with client.stream(path, query, inactivity_timeout_s=inactivity_timeout_s) as content:
                async for line in _lines(content):
                    frame = _frames.decode(line)
                    if frame.type == "ERROR":
                        raise _error(frame.object)
                    backoff_s = FIRST_BACKOFF_S
                    version = _versions.decode(frame.object).metadata.resource_version
                    if frame.type != "BOOKMARK":
                        found = objects.decode(frame.object)
                        yield Deleted(found) if frame.type == "DELETED" else Changed(found)
        except Gone:
            version = ""
        except (ApiError, msgspec.DecodeError):
            # A refusal may have to do with the version we ask from; a list is the way that always works.
            if backoff_s > 1:
                version = ""
            await asyncio.sleep(backoff_s * (0.5 + rng.random()))
            backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)


def _query(version: str, label_selector: str, rng: random.Random) -> dict[str, str]:
    timeout_s = int(WATCH_TIMEOUT_S * (1 + rng.random()))
    query = {"watch": "1", "resourceVersion": version, "allowWatchBookmarks": "true", "timeoutSeconds": str(timeout_s)}
    return query | ({"labelSelector": label_selector} if label_selector else {})


def _error(frame: msgspec.Raw) -> ApiError:
    status = _statuses.decode(frame)
    return Gone(status.message) if status.code == 410 else Unavailable(status.message)


async def _lines(content: Any) -> AsyncIterator[bytes]:
    """Split a stream into lines of any length: objects may be larger than what a stream reader takes as a line."""
    rest: list[bytes] = []
    async for chunk in content.iter_any():
        *whole, last = chunk.split(b"\n")
        for line in whole:
            rest.append(line)
            joined = b"".join(rest)
            rest.clear()
            if joined:
                yield joined
        if last:
            rest.append(last)
