"""The transport to an API server in the same process: a request is a call, and nothing is sent anywhere.

It waits for watches, delays and losses as the network would; all else is the server's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fairlead.kube.transport import Received, Sent, Unreached
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.frames import frames

HERE = "this process"


class InProcess:
    """One API server, by its function. `user` is who asks; the guard may let them impersonate others."""

    def __init__(self, answer: Callable[[Request], Answer], now_s: Callable[[], float], user: User) -> None:
        self._answer = answer
        self._now_s = now_s
        self._user = user

    @asynccontextmanager
    async def open(self, sent: Sent) -> AsyncIterator[Received]:
        """See Transport."""
        answer = self._answer(
            Request(
                method=sent.method,
                path=sent.path,
                query=tuple(sent.query.items()),
                headers={name.lower(): value for name, value in sent.headers.items()},
                body=sent.body or b"",
                user=self._user,
            )
        )
        # Others run between two requests, as they do when something is sent.
        await asyncio.sleep(answer.delay_s)
        if answer.lost:
            raise Unreached(f"{HERE}: the answer was lost", is_sent=True)
        try:
            yield Received(answer.status, answer.headers, self._chunks(answer, sent.silence_s))
        finally:
            if answer.watch is not None:
                answer.watch.close()

    async def close(self) -> None:
        """See Transport."""

    async def _chunks(self, answer: Answer, silence_s: float | None) -> AsyncIterator[bytes]:
        if answer.watch is None:
            yield answer.body
            return
        try:
            async for due in frames(answer.watch, self._now_s, silence_s):
                yield b"".join(due)
        except TimeoutError:
            raise Unreached(f"{HERE}: silent for {silence_s:.0f} s", is_sent=True) from None
