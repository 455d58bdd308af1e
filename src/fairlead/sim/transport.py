"""The transport to an API server in the same process: a request is a call, and nothing is sent anywhere.

It waits for watches, delays and losses as the network would; all else is the server's.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from fairlead.kube.transport import Received, Sent, Unreached
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.request import Answer, Request, Watch

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
        received = _Answer(answer, self._now_s, sent.silence_s)
        try:
            yield received
        finally:
            if answer.watch is not None:
                answer.watch.close()

    async def close(self) -> None:
        """See Transport."""


class _Answer:
    def __init__(self, answer: Answer, now_s: Callable[[], float], silence_s: float | None) -> None:
        self._answer = answer
        self._now_s = now_s
        self._silence_s = silence_s

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncIterator[bytes]:
        if self._answer.watch is None:
            yield self._answer.body
            return
        watch, ready = self._answer.watch, asyncio.Event()
        watch.on_ready(ready.set)
        while True:
            ready.clear()
            if frames := watch.take():
                yield b"".join(frames)
            if watch.ended:
                return
            await self._something(ready, watch)

    async def _something(self, ready: asyncio.Event, watch: Watch) -> None:
        """Wait until there may be something, or the watch's time is over. Raises Unreached after too long a silence."""
        left_s = max(0.0, watch.until_s - self._now_s())
        patience_s = left_s if self._silence_s is None else min(left_s, self._silence_s)
        try:
            await asyncio.wait_for(ready.wait(), patience_s)
        except TimeoutError:
            if patience_s < left_s:
                raise Unreached(f"{HERE}: silent for {patience_s:.0f} s", is_sent=True) from None
