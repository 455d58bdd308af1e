"""The part of an API server that an informer and a lease need: one collection, in memory, on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from fairlead.kube.config import ClusterConfig
from fairlead.kube.credentials import Credentials

Fault = Callable[[web.Request], web.StreamResponse | None]


class TinyApi:
    """Objects by name. Every write is an event with a resourceVersion of its own; `fault` may answer instead."""

    def __init__(self) -> None:
        self.version = 100
        self.objects: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.fault: Fault = lambda _: None
        self.after: Fault = lambda _: None
        self.watches = 0
        self._events: list[tuple[int, str, dict[str, Any]]] = []
        self._news = asyncio.Event()
        self._cuts = 0
        self._oldest = 0

    def put(self, name: str, **fields: Any) -> dict[str, Any]:
        self.version += 1
        kind = "MODIFIED" if name in self.objects else "ADDED"
        metadata = {"name": name, "namespace": "x", "uid": f"uid-of-{name}", "resourceVersion": str(self.version)}
        self.objects[name] = {"metadata": metadata, **fields}
        self._tell(kind, self.objects[name])
        return self.objects[name]

    def delete(self, name: str) -> None:
        self.version += 1
        gone = self.objects.pop(name)
        self._tell("DELETED", gone | {"metadata": gone["metadata"] | {"resourceVersion": str(self.version)}})

    def forget_history(self) -> None:
        """Whoever watches must list anew."""
        self._events.clear()
        self._oldest = self.version

    def cut(self) -> None:
        """End every watch."""
        self._cuts += 1
        self._news.set()

    def _tell(self, kind: str, o: dict[str, Any]) -> None:
        self._events.append((self.version, kind, o))
        self._news.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        is_watch = "watch" in request.query
        self.requests.append("WATCH" if is_watch else request.method)
        faulty = self.fault(request)
        if faulty is not None:
            return faulty
        if is_watch:
            return await self._watch(request)
        return await self.answer(request)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2] if request.match_info["rest"].count("/") == 1 else ""
        body = await request.json() if request.can_read_body else {}
        if request.method == "POST":
            name = body["metadata"]["name"]
            if name in self.objects:
                return refusal(409, "AlreadyExists")
        elif not name:
            metadata = {"resourceVersion": str(self.version)}
            return web.json_response({"metadata": metadata, "items": list(self.objects.values())})
        elif name not in self.objects:
            return refusal(404, "NotFound")
        elif request.method == "PUT" and body["metadata"]["resourceVersion"] != self._version_of(name):
            return refusal(409, "Conflict")
        if request.method in ("POST", "PUT"):
            self.put(name, **{k: v for k, v in body.items() if k != "metadata"})
        return self.after(request) or web.json_response(self.objects[name])

    def _version_of(self, name: str) -> str:
        return str(self.objects[name]["metadata"]["resourceVersion"])

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        told = int(request.query["resourceVersion"])
        if told < self._oldest:
            return refusal(410, "Expired")
        cuts = self._cuts
        self.watches += 1
        stream = web.StreamResponse()
        await stream.prepare(request)
        while cuts == self._cuts:
            self._news.clear()
            for version, kind, o in [e for e in self._events if e[0] > told]:
                await stream.write(json.dumps({"type": kind, "object": o}).encode() + b"\n")
                told = version
            await self._news.wait()
        return stream


def refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"kind": "Status", "message": reason, "reason": reason, "code": status}, status=status)


@asynccontextmanager
async def serving(api: TinyApi) -> AsyncIterator[ClusterConfig]:
    app = web.Application()
    app.router.add_route("*", "/apis/{group}/{version}/namespaces/x/{rest:.*}", api.handle)
    app.router.add_route("*", "/apis/{group}/{version}/{rest:.*}", api.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    try:
        yield ClusterConfig(server=f"http://{host}:{port}", tls=None, credentials=Credentials())
    finally:
        api.cut()
        await runner.cleanup()
