"""The API in memory, called in this process."""

import random
import time
from collections.abc import Callable

from fairlead.sim.api.guard import bootstrap
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.guard.user import ADMIN
from fairlead.sim.api.guard.webhook import Webhooks
from fairlead.sim.api.request import Request, Watch
from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types
from tests.contract.api import hook
from tests.contract.api.said import HEADERS, Ask, Said, Stream

MOMENT_S = 0.5
UID = "12345678-1234-1234-1234-123456789012"


class Simulated:
    """Asks as the administrator, as the real side does."""

    def __init__(self, now_s: Callable[[], float] = time.time) -> None:
        guards = Guards(webhooks=Webhooks(hook.call, lambda: UID))
        self.server = Server(now_s=now_s, rng=random.Random(1), types=Types(), guard=guards)
        self.server.seed(bootstrap.roles())

    def _request(self, ask: Ask) -> Request:
        # Who brings a token shows no certificate.
        user = None if "authorization" in ask.headers else ADMIN
        return Request(method=ask.method, path=ask.path, query=ask.query, headers=ask.headers, body=ask.body, user=user)

    def ask(self, ask: Ask) -> Said:
        answer = self.server.answer(self._request(ask))
        body = answer.body if answer.watch is None else b"".join(answer.watch.take())
        return _said(answer.status, answer.headers, body)

    def follow(self, ask: Ask) -> Said | Stream:
        answer = self.server.answer(self._request(ask))
        if answer.watch is None:
            return _said(answer.status, answer.headers, answer.body)
        return SimulatedStream(answer.watch)

    def compact(self) -> None:
        self.server.compact()


def _said(status: int, headers: dict[str, str], body: bytes) -> Said:
    lower = {name.lower(): value for name, value in headers.items()}
    return Said(status, {name: lower[name] for name in HEADERS if name in lower}, body)


class SimulatedStream:
    """Everything that is due is there at once: there is nothing to wait for."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def take(self, count: int) -> list[bytes]:  # noqa: ARG002  what is due is due
        return [frame for frame in self._watch.take() if frame]

    def surplus(self) -> list[bytes]:
        return self.take(0)

    def rest(self) -> list[bytes] | None:
        # It was opened a little later than the real one, and so it ends.
        found: list[bytes] = []
        deadline_s = time.monotonic() + 1
        while not self._watch.ended and time.monotonic() < deadline_s:
            found += self._watch.take()
            time.sleep(0.01)
        found += self._watch.take()
        return found if self._watch.ended else None

    def close(self) -> None:
        self._watch.close()
