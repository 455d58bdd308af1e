"""Time, as something that is passed in."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to wait."""

    def now_s(self) -> float:
        """Return the wall clock in seconds since the epoch, for people and for objects of others."""

    def monotonic_s(self) -> float:
        """Return a clock that never jumps, for durations."""

    async def sleep(self, delay_s: float, /) -> None:
        """Wait."""

    def alarm(self, delay_s: float, ring: Callable[[], None], /) -> Callable[[], None]:
        """Call `ring` once, after a time. Return what calls that off."""


class SystemClock:
    """The machine's clocks."""

    now_s = staticmethod(time.time)
    monotonic_s = staticmethod(time.monotonic)
    sleep = staticmethod(asyncio.sleep)

    def alarm(self, delay_s: float, ring: Callable[[], None], /) -> Callable[[], None]:
        """See Clock."""
        return asyncio.get_running_loop().call_later(delay_s, ring).cancel


def rfc3339(now_s: float) -> str:
    """Write a time as Kubernetes does, to the second."""
    return datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(now_s: float) -> str:
    """Write a time as Kubernetes' MicroTime does."""
    return datetime.fromtimestamp(now_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(text: str) -> float:
    """Read a time that Kubernetes wrote."""
    return datetime.fromisoformat(text).timestamp()
