"""Waiting for a condition with a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

POLL_S = 0.05
T = TypeVar("T")


def until(what: str, seen: Callable[[], T], within_s: float = 30) -> T:
    """Return what `seen` returns as soon as that is true; fail when it is not within `within_s`."""
    deadline = time.monotonic() + within_s
    while not (value := seen()):
        assert time.monotonic() < deadline, f"not seen within {within_s:.0f} s: {what}"
        time.sleep(POLL_S)
    return value
