"""Time that passes only when a test says so."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count


class FakeClock:
    """A Clock. What sleeps wakes when `pass_s` reaches its time."""

    def __init__(self) -> None:
        self._now_s = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self._alarms: dict[int, tuple[float, Callable[[], None]]] = {}

    def now_s(self) -> float:
        return 1_800_000_000 + self._now_s

    def monotonic_s(self) -> float:
        return self._now_s

    async def sleep(self, delay_s: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_s + delay_s, next(self._order), woken))
        await woken

    def alarm(self, delay_s: float, ring: Callable[[], None]) -> Callable[[], None]:
        number = next(self._order)
        self._alarms[number] = (self._now_s + delay_s, ring)

        def call_off() -> None:
            self._alarms.pop(number, None)

        return call_off

    @property
    def sleepers(self) -> int:
        return sum(not woken.done() for _, _, woken in self._sleepers)

    def pass_s(self, seconds: float) -> None:
        self._now_s += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now_s:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
        for number, (at_s, ring) in sorted(self._alarms.items(), key=lambda item: item[1][0]):
            if at_s <= self._now_s and self._alarms.pop(number, None) is not None:
                ring()
