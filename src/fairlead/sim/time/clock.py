"""The clock of a simulation: the wall clock and the event loop are one time."""

import asyncio
from collections.abc import Callable


class VirtualClock:
    """A Clock by the time of the running loop, which began at `start_s` since the epoch."""

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._loop = asyncio.get_running_loop()

    def now_s(self) -> float:
        """See Clock."""
        return self._start_s + self._loop.time()

    def monotonic_s(self) -> float:
        """See Clock."""
        return self._loop.time()

    async def sleep(self, delay_s: float, /) -> None:
        """See Clock."""
        await asyncio.sleep(delay_s)

    def alarm(self, delay_s: float, ring: Callable[[], None], /) -> Callable[[], None]:
        """See Clock."""
        return self._loop.call_later(delay_s, ring).cancel
