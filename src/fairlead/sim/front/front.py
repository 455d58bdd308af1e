"""A thin HTTPS server before `Server.answer`: it carries bytes, knows who holds a certificate, and waits for watches.

Everything that a Kubernetes API is, is in sim/api; nothing here looks into a path, and into a body only to
read protobuf.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from typing import Any

from aiohttp import web
from yarl import URL

from fairlead.sim.api.guard.user import User
from fairlead.sim.api.request import Answer, Request, Watch
from fairlead.sim.frames import frames
from fairlead.sim.front import protobuf

AUTHENTICATED = "system:authenticated"
CREDENTIAL = "authentication.kubernetes.io/credential-id"
BODY_LIMIT_BYTES = 3 * 1024 * 1024
# The names of a certificate's subject that Kubernetes reads.
NAME, GROUP = "commonName", "organizationName"


class Front:
    """Serves until it is closed. Not for the open internet: one loop, no limits but that of a body."""

    def __init__(self, answer: Callable[[Request], Answer], now_s: Callable[[], float]) -> None:
        self._answer = answer
        self._now_s = now_s
        self._application = web.Application(client_max_size=BODY_LIMIT_BYTES)
        self._application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(self._application, access_log=None, shutdown_timeout=1.0, handle_signals=False)

    async def start(self, tls: ssl.SSLContext, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the address."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, ssl_context=tls)
        await site.start()
        bound = self._runner.addresses[0]
        return f"https://{bound[0]}:{bound[1]}"

    async def close(self) -> None:
        """Hang up on everybody."""
        await self._runner.cleanup()

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        try:
            request = _request(http, await http.read())
        except protobuf.Unreadable as error:
            return web.Response(status=400, text=str(error))
        answer = self._answer(request)
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        if answer.lost:
            assert http.transport is not None
            http.transport.abort()
            return web.Response()
        if answer.watch is not None:
            return await self._follow(http, answer, answer.watch)
        return web.Response(status=answer.status, headers=_headers(answer), body=answer.body)

    async def _follow(self, http: web.Request, answer: Answer, watch: Watch) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers=_headers(answer))
        response.enable_chunked_encoding()
        try:
            await response.prepare(http)
            async for due in frames(watch, self._now_s):
                for frame in due:
                    await response.write(frame)
            await response.write_eof()
        except ConnectionResetError:
            # The client has gone, which is how a watch usually ends.
            pass
        finally:
            watch.close()
        return response


def _request(http: web.Request, body: bytes) -> Request:
    url: URL = http.rel_url
    headers: dict[str, str] = {}
    for name, text in http.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    if headers.get("content-type", "").startswith(protobuf.MEDIA_TYPE) and body:
        body, headers["content-type"] = protobuf.to_json(body), "application/json"
    return Request(
        method=http.method,
        path=url.raw_path,
        query=tuple(url.query.items()),
        headers=headers,
        body=body,
        user=_holder(http),
    )


def _holder(http: web.Request) -> User | None:
    """Whom the client's certificate names; None where it showed none."""
    assert http.transport is not None
    certificate: dict[str, Any] | None = http.transport.get_extra_info("peercert")
    if not certificate:
        return None
    subject = [pair for part in certificate["subject"] for pair in part]
    name = next((value for key, value in subject if key == NAME), "")
    groups = tuple(value for key, value in subject if key == GROUP)
    encoded = http.transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
    extra: dict[str, tuple[str, ...]] = {CREDENTIAL: (f"X509SHA256={hashlib.sha256(encoded).hexdigest()}",)}
    return User(name=name, groups=(*groups, AUTHENTICATED), extra=extra)


def _headers(answer: Answer) -> list[tuple[str, str]]:
    """A Warning header each: clients read no more than one from a line."""
    told = [(name, text) for name, text in answer.headers.items() if name != "Warning"]
    warnings = answer.headers.get("Warning", "")
    return [*told, *(("Warning", part) for part in _warnings(warnings))]


def _warnings(joined: str) -> list[str]:
    return [f"299 - {part}" for part in joined.removeprefix("299 - ").split(", 299 - ")] if joined else []
