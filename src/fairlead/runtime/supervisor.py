"""Runs the tasks of a process until one ends or a signal comes. A crash is never swallowed: it ends the process."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog


class TaskEnded(Exception):
    """A task that must run for ever ended."""


async def supervise(tasks: dict[str, Coroutine[Any, Any, None]]) -> None:
    """Run named tasks until SIGTERM or SIGINT. Raises what the first of them raises, or TaskEnded if one just ends."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = {asyncio.create_task(task, name=name) for name, task in tasks.items()}
    stopped = asyncio.create_task(stop.wait(), name="signal")
    try:
        ended, _ = await asyncio.wait({*running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*running, stopped):
            task.cancel()
        await asyncio.gather(*running, stopped, return_exceptions=True)
    for task in ended - {stopped}:
        error = task.exception()
        structlog.get_logger().error("task ended", task=task.get_name(), error=repr(error))
        raise error or TaskEnded(f"{task.get_name()} ended by itself")
