"""A pod of the tests: an object of the API, and an application that really listens on an address of its own."""

from dataclasses import dataclass

from aiohttp import web

PORT = 9180
#: Versions that fail most of their requests.
BAD = frozenset({"bad"})
BAD_RATIO = 0.8


@dataclass
class Pod:
    """One pod. Its counters grow by the traffic that the routes give it."""

    name: str
    uid: str
    ip: str
    deployment: str
    labels: dict[str, str]
    version: str
    requests: float = 0.0

    def metrics(self) -> str:
        errors = int(self.requests * BAD_RATIO) if self.version in BAD else 0
        counts = {"200": int(self.requests) - errors, "500": errors}
        lines = [f'http_requests_total{{code="{code}",path="/"}} {n}' for code, n in counts.items()]
        return "\n".join(["# TYPE http_requests_total counter", *lines, ""])

    async def answer(self, request: web.Request) -> web.Response:
        headers = {"X-Version": self.version}
        return web.Response(text=self.metrics() if request.path == "/metrics" else "hello", headers=headers)

    async def listen(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runner = runner
        await web.TCPSite(runner, self.ip, PORT).start()

    async def end(self) -> None:
        await self._runner.cleanup()
