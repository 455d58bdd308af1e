import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from fairlead.adapters.http.get import Get
from fairlead.adapters.http.network import Network
from fairlead.adapters.metrics.scrape import ScrapeFailed, scrape

METRICS = 'http_requests_total{code="200",path="/a"} 9\nhttp_requests_total{code="500",path="/a"} 1\n'
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def get() -> AsyncIterator[Get]:
    async with Network() as network:
        yield network


async def failure(get: Get, handler: Handler, **limits: float) -> str:
    app = web.Application()
    app.router.add_get("/metrics", handler)
    async with TestServer(app) as server:
        with pytest.raises(ScrapeFailed) as failed:
            await scrape(get, str(server.make_url("/metrics")), frozenset(), **limits)  # type: ignore[arg-type]
    assert str(failed.value)
    return failed.value.kind


async def test_a_pod_is_read(get):
    async def handler(request: web.Request) -> web.Response:
        assert request.headers["User-Agent"] == "fairlead-scrape"
        return web.Response(text=METRICS)

    app = web.Application()
    app.router.add_get("/metrics", handler)
    async with TestServer(app) as server:
        found = await scrape(get, str(server.make_url("/metrics")), frozenset())

    assert (found.requests, found.errors) == (10, 1)


async def test_a_port_on_which_nobody_listens_refuses(get):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/metrics"
        with pytest.raises(ScrapeFailed) as failed:
            await scrape(get, url, frozenset())

    assert failed.value.kind == "Refused"


async def test_a_connection_that_breaks_refuses(get):
    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert await failure(get, handler) == "Refused"


async def test_an_answer_that_takes_too_long_is_a_timeout(get):
    asked = asyncio.Event()

    async def handler(_request: web.Request) -> web.Response:
        await asked.wait()
        return web.Response(text=METRICS)

    kind = await failure(get, handler, timeout_s=0.05)
    asked.set()

    assert kind == "Timeout"


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "Unauthorized"), (403, "Unauthorized"), (404, "NotMetrics"), (500, "NotMetrics")]
)
async def test_an_answer_that_is_not_ok_is_told_apart(get, status, kind):
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    assert await failure(get, handler) == kind


async def test_a_pod_sends_the_scraper_nowhere_else(get):
    async def handler(request: web.Request) -> web.Response:
        if request.query:
            return web.Response(text=METRICS)
        return web.Response(status=302, headers={"Location": "/metrics?elsewhere=1"})

    assert await failure(get, handler) == "NotMetrics"


async def test_a_page_that_is_not_metrics_is_told(get):
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(text="<html>")

    assert await failure(get, handler) == "NotMetrics"


async def test_no_more_than_the_budget_is_read(get):
    sent = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse()
        await answer.prepare(request)
        while sent < 1 << 30:
            await answer.write(b"#" * (1 << 16))
            sent += 1 << 16
        return answer

    assert await failure(get, handler, max_bytes=1 << 20, timeout_s=5.0) == "TooLarge"
    assert sent < 1 << 27
