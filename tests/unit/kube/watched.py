"""A server of one collection that is listed and watched, and whose streams a test ends as it likes."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from fairlead.kube import watch
from fairlead.kube.credentials import Credentials
from fairlead.kube.resource import Resource
from tests.unit.kube.server import Server, asked_of, json

WITHIN_S = 10.0


class Meta(Struct, rename="camel"):
    name: str
    resource_version: str


class Thing(Struct):
    metadata: Meta
    color: str = ""


THINGS = Resource("example.org", "v1", "things", "Thing")


def thing(name: str, version: int, color: Any = "") -> dict[str, Any]:
    return {"metadata": {"name": name, "resourceVersion": str(version)}, "color": color}


def listing(version: int, *things: dict[str, Any]) -> web.Response:
    return json({"metadata": {"resourceVersion": str(version)}, "items": things})


class Stream:
    """One watch, from the side of the server."""

    def __init__(self, request: web.Request) -> None:
        self.query = dict(request.query)
        self._request = request
        self._response = web.StreamResponse()

    async def begin(self) -> "Stream":
        await self._response.prepare(self._request)
        return self

    async def raw(self, text: bytes) -> None:
        await self._response.write(text)

    async def tell(self, kind: str, told: dict[str, Any]) -> None:
        await self.raw(msgspec.json.encode({"type": kind, "object": told}) + b"\n")

    async def bookmark(self, version: int) -> None:
        await self.tell("BOOKMARK", {"metadata": {"resourceVersion": str(version)}})

    async def error(self, code: int) -> None:
        await self.tell("ERROR", {"kind": "Status", "code": code, "message": f"told by the server: {code}"})

    async def silence(self) -> None:
        await asyncio.Event().wait()

    def cut(self) -> web.StreamResponse:
        """The connection breaks."""
        assert self._request.transport is not None
        self._request.transport.abort()
        return self._response

    def end(self) -> web.StreamResponse:
        return self._response


List = Callable[[], Awaitable[web.StreamResponse]]
Watch = Callable[[Stream], Awaitable[web.StreamResponse | None]]


class Followed:
    """What a follower tells."""

    def __init__(self, server: Server, events: AsyncIterator[watch.Event[Thing]], troubles: list[Exception]) -> None:
        self.server = server
        self.troubles = troubles
        self._events = events

    async def next(self) -> str:
        """Return the next event as a few words."""
        match await asyncio.wait_for(anext(self._events), WITHIN_S):
            case watch.Listed(items=items, resource_version=version):
                return f"listed {' '.join(f'{o.metadata.name}{o.color}' for o in items)} at {version}"
            case watch.Changed(object=o):
                return f"changed {o.metadata.name}{o.color} at {o.metadata.resource_version}"
            case watch.Deleted(object=o):
                return f"deleted {o.metadata.name} at {o.metadata.resource_version}"

    @property
    def asked(self) -> list[str]:
        """`list`, or `watch` with the version from which on."""
        return [f"watch {a.query['resourceVersion']}" if "watch" in a.query else "list" for a in self.server.asked]


@asynccontextmanager
async def following(
    lists: List | list[web.Response],
    *watches: Watch,
    credentials: Credentials | None = None,
) -> AsyncIterator[Followed]:
    """Follow a server that answers lists by `lists`, the first watch by the first of `watches`, and so on."""
    left, troubles = list(watches), list[Exception]()

    async def answer(request: web.Request) -> web.StreamResponse:
        if "watch" not in request.query:
            return await lists() if callable(lists) else lists.pop(0)
        stream = Stream(request)
        if not left:
            await (await stream.begin()).silence()
        return await left.pop(0)(stream) or stream.end()

    async with asked_of(answer, credentials) as (server, client):
        how: dict[str, Any] = {"namespace": "shop", "on_trouble": troubles.append}
        events = watch.follow(client, THINGS, Thing, random.Random(1), **how)
        async with aclosing(events):  # type: ignore[type-var]
            yield Followed(server, events, troubles)
