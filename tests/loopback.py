"""A server of plain HTTP on loopback, and the kubeconfig that leads to one which stands before an API server."""

import json
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler


class Loopback:
    """Gives every request to one handler, at a port that was free."""

    def __init__(self, handle: Handler) -> None:
        self._handler = handle
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen, and return the address."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._handler)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


def leading_to(server: str, file: Path, namespace: str = "default") -> Path:
    """Write a kubeconfig for a server that asks for nothing, and return it."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "loopback",
        "clusters": [{"name": "loopback", "cluster": {"server": server}}],
        "users": [{"name": "loopback", "user": {}}],
        "contexts": [
            {"name": "loopback", "context": {"cluster": "loopback", "user": "loopback", "namespace": namespace}}
        ],
    }
    # JSON is YAML.
    file.write_text(json.dumps(config))
    return file
