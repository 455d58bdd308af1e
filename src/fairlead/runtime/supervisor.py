"""Runs the tasks of a process until one ends or a signal comes. A crash is never swallowed: it ends the process."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class TaskEnded(Exception):
    """A task that must run for ever ended."""


async def supervise(tasks: dict[str, Coroutine[Any, Any, None]], *, stop_within_s: float = 10.0) -> None:
    """Run named tasks until SIGTERM or SIGINT. Raises what the first of them raises, or TaskEnded if one just ends.

    What does not stop within `stop_within_s` is left behind.
    """
    log = structlog.get_logger()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.set)
    running = [asyncio.create_task(task, name=name) for name, task in tasks.items()]
    stopped = asyncio.create_task(stop.wait(), name="signal")
    ended: set[asyncio.Task[Any]] = set()
    try:
        ended, _ = await asyncio.wait({*running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*running, stopped):
            task.cancel()
        done, stuck = await asyncio.wait({*running, stopped}, timeout=stop_within_s)
        for task in stuck:
            log.error("task does not stop", task=task.get_name())
        for task in done - ended:
            if not task.cancelled() and task.exception() is not None:
                log.error("task failed while it was stopped", task=task.get_name(), error=repr(task.exception()))
        for number in SIGNALS:
            loop.remove_signal_handler(number)
    crashes: list[BaseException] = []
    for task in (task for task in running if task in ended):
        error = None if task.cancelled() else task.exception()
        crashes.append(error or TaskEnded(f"{task.get_name()} ended by itself"))
        log.error("task ended", task=task.get_name(), error=repr(crashes[-1]))
    if crashes:
        raise crashes[0]
