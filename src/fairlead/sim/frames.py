"""Waits for a watch on the event loop, for whoever carries its frames: over the network, or within a process."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fairlead.sim.api.request import Watch


async def frames(
    watch: Watch, now_s: Callable[[], float], silence_s: float | None = None
) -> AsyncIterator[list[bytes]]:
    """Yield what is due whenever something is, until the watch ends.

    `now_s` is the server's clock. Raises TimeoutError where it is silent for longer than `silence_s`.
    """
    ready = asyncio.Event()
    watch.on_ready(ready.set)
    while True:
        ready.clear()
        if due := watch.take():
            yield due
        if watch.ended:
            return
        left_s = max(0.0, watch.due_s - now_s())
        try:
            await asyncio.wait_for(ready.wait(), left_s if silence_s is None else min(left_s, silence_s))
        except TimeoutError:
            if silence_s is not None and silence_s < left_s:
                raise
