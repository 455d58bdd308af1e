"""Workers that take keys from a queue and reconcile them.

The contract of a reconcile: it gets a key and nothing else, looks up what is, does what follows, and says when to look
again. It may be called at any time, again and again. Whatever it raises is reported and tried again later; it never
stops the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from msgspec import Struct

from fairlead.kube.errors import AnswerLost, ApiError, Conflict, Unavailable
from fairlead.runtime.clock import Clock
from fairlead.runtime.metrics import Metrics
from fairlead.runtime.queue import LONGEST_BACKOFF_S, Priority, Queue

K = TypeVar("K", bound=Hashable)

LONGEST_OUTAGE_BACKOFF_S = 5.0


class Wake(Struct, frozen=True):
    """When to look at a key again, if nothing else happens; None for never."""

    after_s: float | None = None
    priority: Priority = Priority.NORMAL


Reconcile = Callable[[K], Awaitable[Wake]]


@dataclass(eq=False)
class Controller(Generic[K]):
    """Runs `reconcile` for the keys of a queue, with workers of which one is kept for what is urgent."""

    name: str
    queue: Queue[K]
    reconcile: Reconcile[K]
    clock: Clock
    metrics: Metrics
    workers: int = 8
    deadline_s: float = 60.0

    def __post_init__(self) -> None:
        self._log = structlog.get_logger().bind(controller=self.name)

    async def run(self) -> None:
        """Work until cancelled."""
        self.metrics.queue_depth.labels(self.name).set_function(lambda: len(self.queue))
        self.metrics.queue_longest_wait_s.labels(self.name).set_function(self.queue.longest_wait_s)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work(Priority.URGENT))
            for _ in range(self.workers):
                group.create_task(self._work(Priority.LOW))

    async def _work(self, at_most: Priority) -> None:
        while True:
            key, priority = await self.queue.take(at_most=at_most)
            try:
                await self._once(key, priority)
            finally:
                self.queue.done(key)

    async def _once(self, key: K, priority: Priority) -> None:
        began_s = self.clock.monotonic_s()
        result = "success"
        try:
            async with asyncio.timeout(self.deadline_s):
                wake = await self.reconcile(key)
            self.queue.forget(key)
            if wake.after_s is not None:
                result = "requeue_after"
                self.queue.add(key, wake.priority, after_s=wake.after_s)
        except (ApiError, TimeoutError) as error:
            result = "requeue" if isinstance(error, Conflict) else "error"
            asked_s = (isinstance(error, ApiError) and error.retry_after_s) or 0.0
            # An outage is over for all keys at once: what it stopped must not wait for long afterwards.
            is_outage = isinstance(error, Unavailable | AnswerLost | TimeoutError)
            longest_s = LONGEST_OUTAGE_BACKOFF_S if is_outage else LONGEST_BACKOFF_S
            delay_s = self.queue.fail(key, priority, after_s=asked_s, longest_s=longest_s)
            # An outdated view is mended by the watch: it is worth a word only where it stays.
            log = self._log.debug if result == "requeue" and delay_s < 1 else self._log.warning
            log("cannot reconcile now", key=key, error=str(error) or "deadline", again_in_s=round(delay_s, 2))
        except (Exception, asyncio.CancelledError) as error:
            # A reconcile that ends as cancelled by what it awaited must not take the worker with it.
            if isinstance(error, asyncio.CancelledError) and _must_stop():
                raise
            result = "panic"
            delay_s = self.queue.fail(key, priority)
            self._log.exception("reconcile crashed", key=key, again_in_s=round(delay_s, 2))
        self.metrics.reconciled(self.name, result, self.clock.monotonic_s() - began_s)


def _must_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
