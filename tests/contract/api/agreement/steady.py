"""Both servers, with one clock: what depends on the second of a write must not depend on who was asked first."""

import time
from collections.abc import Mapping
from typing import Any

from tests.contract.api.both import Answers, Both, Query
from tests.contract.api.said import Side
from tests.contract.api.simulated import Simulated

MARGIN_S = 0.05
"""No request begins that shortly before a second ends."""


class Steady(Both):
    """Asks both in the same second, which is that of the machine."""

    def __init__(self, real: Side, simulated: Simulated, clock: "Clock") -> None:
        super().__init__(real, simulated)
        self._clock = clock

    def ask(self, method: str, path: str, body: Any, query: Query, headers: Mapping[str, str]) -> Answers:
        self._clock.set()
        return super().ask(method, path, body, query, headers)

    def wait(self) -> None:
        """Let the second end."""
        self.steps.append("a second later")
        self._clock.wait()


class Clock:
    """Stands between two requests."""

    def __init__(self) -> None:
        self._now_s = time.time()

    def now_s(self) -> float:
        """For the API in memory."""
        return self._now_s

    def set(self) -> None:
        """Set it to the time of the machine."""
        if 1 - time.time() % 1 < MARGIN_S:
            self.wait()
        self._now_s = time.time()

    def wait(self) -> None:
        """Wait for the next second."""
        time.sleep(1 - time.time() % 1)
