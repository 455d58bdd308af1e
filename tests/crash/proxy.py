"""Stands between one operator and the API server: it numbers the operator's writes, and can kill it at one of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

import aiohttp
from aiohttp import web

from fairlead.kube.config import ClusterConfig

Side = Literal["before", "after"]
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: Writes that move nothing: who leads, what is told, what is asked.
NOT_COUNTED = ("/leases", "/events", "/selfsubjectaccessreviews")
#: Kinds that the operator follows in all namespaces. Each operator of these tests sees one.
SCOPED = frozenset(
    {"components", "releases", "revisions", "deployments", "pods", "services", "endpointslices", "httproutes"}
    | {"gateways"}
)
PASSED_ON = ("Content-Type", "Accept", "Impersonate-User")


class Write(NamedTuple):
    """One write of the operator."""

    verb: str
    path: str
    status: int

    def __str__(self) -> str:
        return f"{self.verb} {self.path} -> {self.status or 'not sent'}"


class Crash(NamedTuple):
    """Where the operator dies: at its `number`th write, before it is sent or after it was answered."""

    number: int
    side: Side


class Proxy:
    """Plain HTTP on loopback for an operator that sees one namespace."""

    def __init__(self, session: aiohttp.ClientSession, upstream: ClusterConfig, namespace: str) -> None:
        self._session = session
        self._upstream = upstream
        self._namespace = namespace
        self._crash: Crash | None = None
        self._begun = 0
        self._runner: web.AppRunner | None = None
        self._dying: asyncio.Future[None] | None = None
        self.writes: list[Write] = []
        self.kill: Callable[[], Awaitable[None]] | None = None
        """Kills the operator."""
        self.wrote: Callable[[Write], Awaitable[None]] | None = None
        """Looks at the cluster after each write, before the operator learns that it was answered."""
        self.crashed_at: Write | None = None

    async def start(self) -> str:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def count_from_here(self, crash: Crash | None) -> None:
        """Number the writes anew, and crash at one of them."""
        self.writes.clear()
        self._begun = 0
        self._crash = crash

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.method not in WRITES or request.path.endswith(NOT_COUNTED) or "/leases/" in request.path:
            return await self._forward(request)
        self._begun += 1
        number, where = self._begun, f"{request.method} {request.path}"
        if self._crash == Crash(number, "before"):
            return await self._die(Write(request.method, request.path, 0))
        try:
            answer = await asyncio.shield(self._forward(request, unsent=True))
        except OSError as error:
            raise web.HTTPBadGateway(text=f"{where}: {error}") from error
        write = Write(request.method, request.path, answer.status)
        self.writes.append(write)
        if self.wrote is not None and answer.status < 400:
            await self.wrote(write)
        if self._crash == Crash(number, "after"):
            return await self._die(write)
        return answer

    async def _die(self, write: Write) -> web.Response:
        self._crash = None
        self.crashed_at = write
        assert self.kill is not None
        # The connection of this very request breaks with the operator: what ends it must not end with it.
        self._dying = asyncio.ensure_future(self.kill())
        await asyncio.shield(self._dying)
        return web.Response(status=502)

    async def _forward(self, request: web.Request, *, unsent: bool = False) -> web.StreamResponse:
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        async with self._session.request(
            request.method,
            self._upstream.server + self._scoped(request.path),
            params=request.query,
            data=await request.read() or None,
            headers=headers,
            ssl=self._upstream.tls or False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as answer:
            kind = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            if unsent or request.query.get("watch") is None:
                return web.Response(status=answer.status, body=await answer.read(), headers=kind)
            stream = web.StreamResponse(status=answer.status, headers=kind)
            await stream.prepare(request)
            async for chunk in answer.content.iter_any():
                await stream.write(chunk)
            return stream

    def _scoped(self, path: str) -> str:
        group, _, kind = path.rpartition("/")
        is_collection = kind in SCOPED and "/namespaces/" not in path
        return f"{group}/namespaces/{self._namespace}/{kind}" if is_collection else path
