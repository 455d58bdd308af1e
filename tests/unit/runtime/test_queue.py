import asyncio
import random
import tracemalloc

import pytest

from fairlead.runtime.clock import SystemClock
from fairlead.runtime.queue import Priority, Queue
from tests.unit.runtime.fake_clock import FakeClock


@pytest.fixture
def queue(clock: FakeClock) -> Queue[str]:
    return Queue(clock, random.Random(1))


async def take_all(queue: Queue[str]) -> list[str]:
    taken = []
    while len(queue):
        key, _ = await queue.take()
        queue.done(key)
        taken.append(key)
    return taken


async def test_the_most_urgent_comes_first_and_then_the_first(queue):
    queue.add("resync", Priority.LOW)
    queue.add("one")
    queue.add("two")
    queue.add("rollback", Priority.URGENT)

    assert await take_all(queue) == ["rollback", "one", "two", "resync"]


async def test_what_happens_to_a_key_that_waits_makes_it_no_less_urgent_and_no_later(queue, clock):
    queue.add("a", Priority.URGENT, after_s=10)
    queue.add("a", Priority.LOW, after_s=2)
    queue.add("b")

    assert await take_all(queue) == ["b"]
    clock.pass_s(2)
    assert await queue.take() == ("a", Priority.URGENT)


async def test_many_changes_of_a_key_are_one_look_and_one_more_if_they_came_during_the_look(queue):
    for _ in range(5):
        queue.add("a")
    key, _ = await queue.take()
    for _ in range(5):
        queue.add("a")
    assert len(queue) == 0

    queue.done(key)

    assert await take_all(queue) == ["a"]


def test_failures_wait_longer_and_longer_up_to_a_minute_until_they_are_forgotten(queue):
    delays_s = [queue.fail("a") for _ in range(30)]

    assert delays_s[0] < 0.1
    assert all(later > earlier for earlier, later in zip(delays_s[:8:2], delays_s[2:10:2], strict=True))
    assert 30 <= max(delays_s) <= 90

    queue.forget("a")
    assert queue.fail("a") < 0.1


def test_an_urgent_key_that_fails_never_waits_long(queue):
    assert max(queue.fail("a", Priority.URGENT) for _ in range(30)) <= 1.5


async def test_a_key_that_is_looked_at_again_and_again_long_before_its_time_takes_no_memory(queue, clock):
    async def look() -> None:
        clock.pass_s(0.01)
        queue.add("a")
        key, _ = await queue.take()
        queue.add(key, after_s=600)
        queue.done(key)

    tracemalloc.start()
    try:
        for _ in range(5_000):
            await look()
        taken_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert taken_bytes < 100_000


async def test_the_longest_wait_is_of_the_key_that_is_due_for_the_longest_and_not_worked_on(queue, clock):
    queue.add("worked on", Priority.URGENT)
    queue.add("old")
    clock.pass_s(2)
    queue.add("new")
    queue.add("later", after_s=60)
    await queue.take()
    clock.pass_s(3)
    assert queue.longest_wait_s() == 5

    queue.done("worked on")
    await take_all(queue)
    assert queue.longest_wait_s() == 0


async def test_who_waits_is_woken_by_what_is_added_and_by_what_becomes_due():
    queue: Queue[str] = Queue(SystemClock(), random.Random(1))
    first = asyncio.create_task(queue.take())
    await asyncio.sleep(0)

    queue.add("later", after_s=0.05)
    queue.add("now")

    assert (await asyncio.wait_for(first, 5))[0] == "now"
    assert (await asyncio.wait_for(queue.take(), 5))[0] == "later"


async def test_a_worker_that_is_cancelled_while_it_is_woken_ends(queue):
    queue.add("later", after_s=60)
    taking = asyncio.create_task(queue.take(at_most=Priority.URGENT))
    await asyncio.sleep(0)

    queue.add("now")
    await asyncio.sleep(0)
    taking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(taking, 5)


async def test_who_waits_gets_a_key_when_its_time_has_come_by_the_clock_that_was_passed_in(queue, clock):
    queue.add("late", after_s=3600)
    first, second = asyncio.ensure_future(queue.take()), asyncio.ensure_future(queue.take())
    await asyncio.sleep(0)
    queue.add("early", after_s=60)
    await asyncio.sleep(0)

    clock.pass_s(60)
    assert await asyncio.wait_for(first, 5) == ("early", Priority.NORMAL)
    assert not second.done()
    clock.pass_s(3540)

    assert await asyncio.wait_for(second, 5) == ("late", Priority.NORMAL)
