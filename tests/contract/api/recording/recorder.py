"""Stands between clients and a real API server, and keeps what they ask, in order, beside what was answered.

Clients talk plain HTTP to it and are the administrator, unless they impersonate others. Requests other than watches
go to the server one after the other, so that their order is the order of their effects.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from fairlead.kube.config import ClusterConfig, load
from fairlead.sim.front import protobuf
from tests.contract.api.recording.taken import Taken
from tests.loopback import Loopback, leading_to

#: What an answer depends on.
KEPT = ("accept", "content-type", "user-agent", "impersonate-user", "impersonate-group", "impersonate-uid")
#: What belongs to a connection.
HOPS = frozenset({"connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"})
#: Decides how long a document may be kept, not what is in it.
ONLY_FOR_CACHES = "hash"


class Recorded(NamedTuple):
    """One request and the JSON of its answer; None for a watch and for what is no JSON."""

    request: Taken
    answer: Any


class Recorder(Loopback):
    """Records until it is stopped."""

    def __init__(self, session: aiohttp.ClientSession, upstream: ClusterConfig) -> None:
        super().__init__(self._handle)
        self._session = session
        self._upstream = upstream
        self._turn = asyncio.Lock()
        self.recorded: list[Recorded] = []

    async def _handle(self, http: web.Request) -> web.StreamResponse:
        body = await http.read()
        headers = {name: http.headers[name] for name in KEPT if name in http.headers}
        headers["accept"] = _without_protobuf(headers.get("accept", "*/*"))
        query = tuple((key, value) for key, value in http.rel_url.query.items() if key != ONLY_FOR_CACHES)
        request = Taken(http.method, http.rel_url.raw_path, query, headers, _readable(body, headers), 0)
        async with self._turn:
            answer = await self._ask(request, body)
            whole = b"" if request.is_watch and answer.status == 200 else await answer.read()
            self.recorded.append(Recorded(replace(request, status=answer.status), _json(whole)))
        told = CIMultiDict((name, text) for name, text in answer.headers.items() if name.lower() not in HOPS)
        async with answer:
            if answer.content.at_eof():
                return web.Response(status=answer.status, body=whole, headers=told)
            stream = web.StreamResponse(status=answer.status, headers=told)
            await stream.prepare(http)
            async for chunk in answer.content.iter_any():
                await stream.write(chunk)
            return stream

    async def _ask(self, request: Taken, body: bytes) -> aiohttp.ClientResponse:
        return await self._session.request(
            request.method,
            URL(self._upstream.server + request.path, encoded=True).with_query(request.query),
            data=body or None,
            headers={"accept-encoding": "identity", **request.headers},
            skip_auto_headers=("content-type", "user-agent"),
            ssl=self._upstream.tls or False,
            timeout=aiohttp.ClientTimeout(total=None),
        )


@asynccontextmanager
async def recorder(kubeconfig: Path) -> AsyncIterator[tuple[Recorder, Path]]:
    """Yield one that records, and a kubeconfig that leads to it."""
    with TemporaryDirectory(prefix="recorder-") as folder:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            made = Recorder(session, load(kubeconfig))
            try:
                yield made, leading_to(await made.start(), Path(folder) / "kubeconfig")
            finally:
                await made.stop()


def _without_protobuf(accept: str) -> str:
    """Values are found in answers of JSON; the API in memory gives no others, and every client takes them."""
    return ",".join(part for part in accept.split(",") if protobuf.MEDIA_TYPE not in part)


def _readable(body: bytes, headers: dict[str, str]) -> Any:
    if headers.get("content-type", "").startswith(protobuf.MEDIA_TYPE):
        return base64.b64encode(body).decode()
    return None if not body else _json(body) or body.decode()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
