"""A queue of keys: the most urgent first, each at most once, and none worked on twice at the same time.

A key is all that is queued: what happened is not remembered, it is looked up when the key's turn comes. Adding a key
that waits already makes it as urgent and as early as the more urgent and the earlier of both; adding one that is being
worked on makes it wait again afterwards. (Semantics of controller-runtime's priority queue.)
"""

import asyncio
import heapq
import random
from collections.abc import Callable, Hashable
from enum import IntEnum
from math import inf
from typing import Generic, TypeVar

from fairlead.runtime.clock import Clock

K = TypeVar("K", bound=Hashable)

FIRST_BACKOFF_S, LONGEST_BACKOFF_S, LONGEST_URGENT_BACKOFF_S = 0.05, 60.0, 1.0
#: Entries of the past, beyond two for every key, that are let lie before they are swept.
MOST_OUTDATED = 64


class Priority(IntEnum):
    """What goes first."""

    URGENT = 0
    """Traffic is, or may have to be, on its way back."""
    NORMAL = 1
    LOW = 2
    """The look at everything after a start."""


class Queue(Generic[K]):
    """Keys with a priority and a time from which on they may be taken."""

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock = clock
        self._rng = rng
        self._waiting: dict[K, tuple[float, Priority]] = {}
        self._working: set[K] = set()
        self._due: list[tuple[Priority, float, int, K]] = []
        self._later: list[tuple[float, int, K]] = []
        self._order = 0
        self._failures: dict[K, int] = {}
        self._wake = asyncio.Event()
        self._rings_at_s = inf
        self._call_off: Callable[[], None] = _nothing

    def __len__(self) -> int:
        """How many keys are due and wait for a worker."""
        return len(self._waits_s())

    def longest_wait_s(self) -> float:
        """Return how long the key has been due that has waited for a worker the longest."""
        return max(self._waits_s(), default=0.0)

    def _waits_s(self) -> list[float]:
        now_s = self._clock.monotonic_s()
        dues_s = (due_s for key, (due_s, _) in self._waiting.items() if key not in self._working)
        return [now_s - due_s for due_s in dues_s if due_s <= now_s]

    def add(self, key: K, priority: Priority = Priority.NORMAL, *, after_s: float = 0.0) -> None:
        """Let a key be worked on, at the earliest after `after_s`."""
        due_s = self._clock.monotonic_s() + after_s
        old_due_s, old_priority = self._waiting.get(key, (due_s, priority))
        merged = (min(due_s, old_due_s), min(priority, old_priority))
        if self._waiting.get(key) != merged:
            self._waiting[key] = merged
            if key not in self._working:
                self._schedule(key, *merged)

    def fail(
        self,
        key: K,
        priority: Priority = Priority.NORMAL,
        *,
        after_s: float = 0.0,
        longest_s: float = LONGEST_BACKOFF_S,
    ) -> float:
        """Let a key that failed be worked on again after a time that grows with its failures; return that time.

        The time grows to `longest_s`, and is no less than `after_s`.
        """
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        # Urgent keys never wait long: what stops them is seldom helped by patience.
        longest_s = min(longest_s, LONGEST_URGENT_BACKOFF_S) if priority is Priority.URGENT else longest_s
        delay_s = min(FIRST_BACKOFF_S * 2.0 ** min(failures, 20), longest_s) * (0.5 + self._rng.random())
        delay_s = max(delay_s, after_s)
        self.add(key, priority, after_s=delay_s)
        return delay_s

    def forget(self, key: K) -> None:
        """Forget the failures of a key."""
        self._failures.pop(key, None)

    async def take(self, *, at_most: Priority = Priority.LOW) -> tuple[K, Priority]:
        """Wait for the most urgent key that is due, of no lower priority than `at_most`, and begin to work on it."""
        while (taken := self._pop(at_most)) is None:
            self._wake.clear()
            self._set_alarm()
            await self._wake.wait()
        return taken

    def done(self, key: K) -> None:
        """End the work on a key."""
        self._working.discard(key)
        if key in self._waiting:
            self._schedule(key, *self._waiting[key])

    def _set_alarm(self) -> None:
        """Wake those who wait when the next key is due: one alarm for all of them."""
        next_at_s = self._later[0][0] if self._later else inf
        if next_at_s != self._rings_at_s:
            self._call_off()
            self._rings_at_s, self._call_off = next_at_s, _nothing
            if next_at_s < inf:
                self._call_off = self._clock.alarm(next_at_s - self._clock.monotonic_s(), self._ring)

    def _ring(self) -> None:
        self._rings_at_s, self._call_off = inf, _nothing
        self._wake.set()

    def _schedule(self, key: K, due_s: float, priority: Priority) -> None:
        self._order += 1
        if due_s <= self._clock.monotonic_s():
            heapq.heappush(self._due, (priority, due_s, self._order, key))
        else:
            heapq.heappush(self._later, (due_s, self._order, key))
            if len(self._later) > 2 * len(self._waiting) + MOST_OUTDATED:
                self._later = [entry for entry in self._later if self._is_next(entry[2], entry[0])]
                heapq.heapify(self._later)
        self._wake.set()

    def _is_next(self, key: K, due_s: float) -> bool:
        """Whether this is when a key is due: an entry that was merged into an earlier one is outdated."""
        return key in self._waiting and self._waiting[key][0] == due_s

    def _pop(self, at_most: Priority) -> tuple[K, Priority] | None:
        now_s = self._clock.monotonic_s()
        while self._later and self._later[0][0] <= now_s:
            due_s, order, key = heapq.heappop(self._later)
            if self._is_next(key, due_s):
                heapq.heappush(self._due, (self._waiting[key][1], due_s, order, key))
        while self._due and self._due[0][0] <= at_most:
            priority, due_s, _, key = heapq.heappop(self._due)
            # An entry that was merged into a more urgent or an earlier one is outdated.
            if self._waiting.get(key) == (due_s, priority) and key not in self._working:
                del self._waiting[key]
                self._working.add(key)
                return key, priority
        return None


def _nothing() -> None:
    """There is no alarm to call off."""
