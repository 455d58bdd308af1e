"""Liveness, readiness and metrics over HTTP."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST


async def serve(
    *, health_port: int, metrics_port: int, registry: CollectorRegistry, is_ready: Callable[[], bool]
) -> None:
    """Serve /healthz and /readyz on one port and /metrics on another, for ever."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_: web.Request) -> web.Response:
        return web.Response(text="ok") if is_ready() else web.Response(status=503, text="informers are not synced yet")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    health = web.Application()
    health.router.add_get("/healthz", healthz)
    health.router.add_get("/readyz", readyz)
    own_metrics = web.Application()
    own_metrics.router.add_get("/metrics", metrics)
    runners = [web.AppRunner(app, access_log=None) for app in (health, own_metrics)]
    try:
        for runner, port in zip(runners, (health_port, metrics_port), strict=True):
            await runner.setup()
            await web.TCPSite(runner, port=port).start()
        await asyncio.Event().wait()
    finally:
        for runner in runners:
            await runner.cleanup()
