"""Where the pods and the gateway of these tests listen: on addresses of this machine, or in a network in memory."""

import os
from itertools import count
from typing import Protocol

from aiohttp import web

from fairlead.sim.network import Answer

_worlds = count(1)
# Another run of these tests on this machine has other addresses.
_OCTET = 20 + os.getpid() % 200


class Hosts(Protocol):
    """Some network."""

    def new_address(self) -> str:
        """Return an address that nobody has."""

    async def listen(self, host: str, port: int, answer: Answer) -> int:
        """Let somebody answer at a port, 0 for any; return which."""

    async def close(self, host: str, port: int) -> None: ...


class OnThisMachine:
    """Sockets on 127.0.0.0/8."""

    def __init__(self) -> None:
        self._runners: dict[tuple[str, int], web.AppRunner] = {}
        self._net = next(_worlds) % 250
        self._numbers = count(1)

    def new_address(self) -> str:
        return f"127.{_OCTET}.{self._net}.{next(self._numbers)}"

    async def listen(self, host: str, port: int, answer: Answer) -> int:
        async def handle(request: web.Request) -> web.Response:
            got = answer(request.path)
            return web.Response(status=got.status, headers=got.headers, body=got.body)

        app = web.Application()
        app.router.add_get("/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        bound: int = runner.addresses[0][1]
        self._runners[host, bound] = runner
        return bound

    async def close(self, host: str, port: int) -> None:
        await self._runners.pop((host, port)).cleanup()
