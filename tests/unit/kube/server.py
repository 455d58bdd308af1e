"""A server on loopback that answers as a test tells it to: real HTTP, real connections."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
from aiohttp import web

from fairlead.kube.client import Client, Observer
from fairlead.kube.config import ClusterConfig
from fairlead.kube.credentials import Credentials

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Asked(NamedTuple):
    """One request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Server:
    """Records what it is asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []

    def client(self, credentials: Credentials | None = None, observer: Observer = lambda *_: None) -> Client:
        """Return a client of this server; close it."""
        config = ClusterConfig(server=self.url, tls=None, credentials=credentials or Credentials())
        return Client(config, random.Random(1), observer)


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    """Serve until the end of the block, on a port that is free."""
    server = Server("")

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        asked = Asked(request.method, request.path, dict(request.query), dict(request.headers), body)
        server.asked.append(asked)
        return await answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def asked_of(answer: Answer, credentials: Credentials | None = None) -> AsyncIterator[tuple[Server, Client]]:
    """Serve, with a client."""
    async with serving(answer) as server, server.client(credentials) as client:
        yield server, client


def json(value: Any, status: int = 200, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json", headers=named or None
    )


def refusal(status: int, reason: str = "", message: str = "", causes: Any = (), **headers: str) -> web.Response:
    """An error as the API server tells it."""
    told = {"kind": "Status", "status": "Failure", "code": status, "reason": reason, "message": message}
    return json(told | {"details": {"causes": causes}}, status, **headers)
