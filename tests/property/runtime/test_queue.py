"""The queue beside the simplest model of it: what waits, what is worked on, and what must wait again afterwards."""

import asyncio
import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fairlead.runtime.queue import Priority, Queue
from tests.unit.runtime.fake_clock import FakeClock

KEYS = st.sampled_from("abcde")
PRIORITIES = st.sampled_from(Priority)
DELAYS = st.sampled_from([0.0, 0.0, 1.0, 5.0, 60.0])


class QueueBesideItsModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock()
        self.queue: Queue[str] = Queue(self.clock, random.Random(1))
        self.waiting: dict[str, tuple[Priority, float]] = {}
        self.again: dict[str, tuple[Priority, float]] = {}
        self.working: set[str] = set()

    @rule(key=KEYS, priority=PRIORITIES, after_s=DELAYS)
    def add(self, key: str, priority: Priority, after_s: float) -> None:
        self.queue.add(key, priority, after_s=after_s)
        self._merge(key, priority, after_s)

    @rule(key=KEYS, priority=PRIORITIES, after_s=DELAYS)
    def fail(self, key: str, priority: Priority, after_s: float) -> None:
        delay_s = self.queue.fail(key, priority, after_s=after_s)
        assert delay_s >= after_s
        self._merge(key, priority, delay_s)

    def _merge(self, key: str, priority: Priority, after_s: float) -> None:
        side = self.again if key in self.working else self.waiting
        before = side.get(key, (priority, float("inf")))
        side[key] = (min(before[0], priority), min(before[1], self.clock.monotonic_s() + after_s))

    @rule(at_most=PRIORITIES)
    def take(self, at_most: Priority) -> None:
        due = {k: v for k, v in self._due().items() if v[0] <= at_most}
        taken = self.loop.run_until_complete(self._try_to_take(at_most))
        if taken is None:
            assert not due, "what was due was not given"
            return
        key, priority = taken
        assert key not in self.working, "worked on twice at the same time"
        assert due[key] == min(due.values()), "something more urgent, or earlier, was passed over"
        assert priority == due[key][0]
        del self.waiting[key]
        self.working.add(key)

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.working)))
        self.queue.done(key)
        self.working.remove(key)
        if key in self.again:
            self.waiting[key] = self.again.pop(key)

    @rule(seconds=st.sampled_from([0.5, 1.0, 10.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_s(seconds)

    @invariant()
    def the_depth_is_what_is_due(self) -> None:
        assert len(self.queue) == len(self._due())

    def teardown(self) -> None:
        """Nothing is lost: in the end everything that was added comes out once."""
        for key in sorted(self.working):
            self.queue.done(key)
        self.clock.pass_s(1000)
        expected = set(self.waiting) | set(self.again)
        out = []
        while (taken := self.loop.run_until_complete(self._try_to_take(Priority.LOW))) is not None:
            out.append(taken[0])
        self.loop.close()
        assert sorted(out) == sorted(expected)

    def _due(self) -> dict[str, tuple[Priority, float]]:
        return {k: v for k, v in self.waiting.items() if v[1] <= self.clock.monotonic_s()}

    async def _try_to_take(self, at_most: Priority) -> tuple[str, Priority] | None:
        taking = asyncio.create_task(self.queue.take(at_most=at_most))
        await asyncio.sleep(0)
        if taking.done():
            return taking.result()
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
        return None


TestQueueBesideItsModel = QueueBesideItsModel.TestCase
TestQueueBesideItsModel.settings = settings(max_examples=50, stateful_step_count=40)
