import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from fairlead.kube.errors import Conflict, Forbidden, TooManyRequests, Unavailable
from fairlead.runtime.clock import Clock, SystemClock
from fairlead.runtime.controller import Controller, Wake
from fairlead.runtime.metrics import Metrics
from fairlead.runtime.queue import Priority, Queue
from tests.unit.runtime.until import until

Reconcile = Callable[[str], Coroutine[Any, Any, Wake]]


class Bench:
    """A controller at work on string keys, with `reconcile` given by the test."""

    def __init__(self, reconcile: Reconcile, clock: Clock, *, workers: int, deadline_s: float) -> None:
        self.metrics = Metrics()
        self.queue: Queue[str] = Queue(clock, random.Random(1))
        self.seen: list[str] = []
        self._reconcile = reconcile
        self.controller = Controller(
            "test", self.queue, self._note, clock, self.metrics, workers=workers, deadline_s=deadline_s
        )

    async def _note(self, key: str) -> Wake:
        self.seen.append(key)
        return await self._reconcile(key)

    def results(self, result: str) -> float:
        labels = {"controller": "test", "result": result}
        return self.metrics.registry.get_sample_value("controller_runtime_reconcile_total", labels) or 0


@asynccontextmanager
async def bench(
    reconcile: Reconcile, *, clock: Clock | None = None, workers: int = 2, deadline_s: float = 60
) -> AsyncIterator[Bench]:
    made = Bench(reconcile, clock or SystemClock(), workers=workers, deadline_s=deadline_s)
    task = asyncio.create_task(made.controller.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def failing_once(error: BaseException) -> Reconcile:
    failed: set[str] = set()

    async def reconcile(key: str) -> Wake:
        if key == "bad" and key not in failed:
            failed.add(key)
            raise error
        return Wake()

    return reconcile


async def test_a_crash_is_counted_and_tried_again_and_does_not_stop_the_others():
    async with bench(failing_once(ZeroDivisionError())) as b:
        b.queue.add("bad")
        b.queue.add("good")

        await until(lambda: b.seen.count("bad") == 2 and "good" in b.seen)
        await until(lambda: b.results("success") == 2)
        assert b.results("panic") == 1


async def test_a_reconcile_that_ends_as_cancelled_leaves_its_worker_alive():
    async with bench(failing_once(asyncio.CancelledError()), workers=1) as b:
        b.queue.add("bad")

        await until(lambda: b.results("success") == 1)
        assert b.results("panic") == 1


async def test_a_conflict_is_looked_at_again_and_is_no_error():
    async with bench(failing_once(Conflict("outdated"))) as b:
        b.queue.add("bad")

        await until(lambda: b.results("success") == 1)
        assert b.results("requeue") == 1
        assert b.results("error") == 0


async def test_a_conflict_that_stays_is_told(clock):
    async def never_fits(_: str) -> Wake:
        raise Conflict("another manager owns the field")

    with capture_logs() as logs:
        async with bench(never_fits, clock=clock) as b:
            for conflicts in range(8):
                b.queue.add("bad")
                await until(lambda conflicts=conflicts: b.results("requeue") == conflicts + 1)

    levels = [entry["log_level"] for entry in logs]
    assert (levels[0], levels[-1]) == ("debug", "warning")


async def test_a_reconcile_that_is_stopped_is_not_counted():
    began = asyncio.Event()

    async def hang(_: str) -> Wake:
        began.set()
        await asyncio.Event().wait()
        return Wake()

    async with bench(hang) as b:
        b.queue.add("stuck")
        await asyncio.wait_for(began.wait(), 5)

    assert b.results("success") == 0


async def test_who_asks_for_patience_gets_it():
    async with bench(failing_once(TooManyRequests("slowly", retry_after_s=100))) as b:
        b.queue.add("bad")
        await until(lambda: b.results("error") == 1)

        b.queue.add("good", after_s=0.2)
        await until(lambda: "good" in b.seen)
        assert b.seen == ["bad", "good"]


@pytest.mark.parametrize(("error", "is_tried_again"), [(Unavailable("down"), True), (Forbidden("no"), False)])
async def test_after_an_outage_a_key_is_looked_at_within_seconds_however_often_it_failed(clock, error, is_tried_again):
    async def fail(key: str) -> Wake:
        if key == "bad":
            raise error
        return Wake()

    async with bench(fail, clock=clock, workers=1) as b:
        for failures in range(12):
            b.queue.add("bad")
            await until(lambda failures=failures: b.results("error") == failures + 1)

        clock.pass_s(8)
        b.queue.add("good")

        await until(lambda: "good" in b.seen)
        assert (b.seen.count("bad") == 13) is is_tried_again


async def test_a_reconcile_that_hangs_ends_at_its_deadline():
    async def hang(_: str) -> Wake:
        await asyncio.Event().wait()
        return Wake()

    async with bench(hang, deadline_s=0.05) as b:
        b.queue.add("stuck")

        await until(lambda: b.results("error") >= 1)


async def test_an_urgent_key_overtakes_when_all_workers_are_busy():
    release = asyncio.Event()

    async def slow(key: str) -> Wake:
        if key.startswith("slow"):
            await release.wait()
        return Wake()

    async with bench(slow, workers=2) as b:
        for n in range(4):
            b.queue.add(f"slow-{n}")
        await until(lambda: len(b.seen) == 2)

        b.queue.add("rollback", Priority.URGENT)

        await until(lambda: "rollback" in b.seen)
        assert b.seen == ["slow-0", "slow-1", "rollback"]
        release.set()


async def test_a_key_is_looked_at_again_when_the_reconcile_says_so():
    delays_s = iter([0.0, 0.01, None])

    async def reconcile(_: str) -> Wake:
        return Wake(next(delays_s))

    async with bench(reconcile) as b:
        b.queue.add("a")

        await until(lambda: b.results("success") == 1)
        assert b.results("requeue_after") == 2


async def test_the_depth_of_the_queue_counts_what_waits_for_a_worker_and_not_what_is_due_later():
    async with bench(failing_once(ValueError())) as b:
        await until(lambda: b.metrics.registry.get_sample_value("workqueue_depth", {"name": "test"}) == 0)
        b.queue.add("later", after_s=60)
        b.queue.add("now")

        assert b.metrics.registry.get_sample_value("workqueue_depth", {"name": "test"}) == 1


async def test_the_longest_wait_in_the_queue_is_measured(clock):
    async with bench(failing_once(ValueError()), clock=clock) as b:
        await until(
            lambda: b.metrics.registry.get_sample_value("workqueue_longest_wait_seconds", {"name": "test"}) == 0
        )
        b.queue.add("now")
        clock.pass_s(3)

        assert b.metrics.registry.get_sample_value("workqueue_longest_wait_seconds", {"name": "test"}) == 3
