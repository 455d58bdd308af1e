"""Stands between one operator and the API server on the network, and passes its writes through their numbering."""

from aiohttp import web

from fairlead.kube.transport import Sent, Transport, Unreached
from tests.crash.writes import Dead, Writes
from tests.loopback import Loopback

#: Kinds that the operator follows in all namespaces. Each operator of these tests sees one.
SCOPED = frozenset(
    {"components", "releases", "revisions", "deployments", "pods", "services", "endpointslices", "httproutes"}
    | {"gateways"}
)
PASSED_ON = ("Content-Type", "Accept", "Impersonate-User")


class Proxy(Loopback):
    """Plain HTTP on loopback for an operator that sees one namespace."""

    def __init__(self, upstream: Transport, namespace: str, writes: Writes) -> None:
        super().__init__(self._handle)
        self._upstream = upstream
        self._namespace = namespace
        self._writes = writes

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._writes.carry(request.method, request.path, lambda: self._forward(request))
        except Dead:
            return web.Response(status=502)
        except Unreached as error:
            raise web.HTTPBadGateway(text=f"{request.method} {request.path}: {error}") from error

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        sent = Sent(
            method=request.method,
            path=self._scoped(request.path),
            query=dict(request.query),
            headers={name: request.headers[name] for name in PASSED_ON if name in request.headers},
            body=await request.read() or None,
        )
        async with self._upstream.open(sent) as answer:
            kind = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            if request.query.get("watch") is None:
                return web.Response(status=answer.status, body=await answer.read(), headers=kind)
            stream = web.StreamResponse(status=answer.status, headers=kind)
            await stream.prepare(request)
            async for chunk in answer.chunks:
                await stream.write(chunk)
            return stream

    def _scoped(self, path: str) -> str:
        group, _, kind = path.rpartition("/")
        is_collection = kind in SCOPED and "/namespaces/" not in path
        return f"{group}/namespaces/{self._namespace}/{kind}" if is_collection else path
