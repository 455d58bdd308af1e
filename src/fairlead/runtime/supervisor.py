"""Runs the tasks of a process until one ends or a signal comes. A crash is never swallowed: it ends the process."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class TaskEnded(Exception):
    """A task that must run for ever ended."""


def run(main: Coroutine[Any, Any, None], *, stop_within_s: float = 2.0) -> None:
    """Run the work of a process to its end. Raises what it raises.

    As asyncio.run, but tasks that are left have `stop_within_s` to stop: then the process ends without them.
    asyncio.run would wait for ever, and whoever stops the process would have to kill it.
    """
    code = 1
    with asyncio.Runner() as runner:
        try:
            runner.run(main)
            code = 0
        finally:
            stuck = runner.run(_stopped(stop_within_s))
            if stuck:
                structlog.get_logger().error("the process ends without what does not stop", tasks=stuck)
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)


async def _stopped(within_s: float) -> list[str]:
    """Stop all tasks that are left, and return the names of those that do not stop."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    _, stuck = await asyncio.wait(rest, timeout=within_s) if rest else (rest, rest)
    return sorted(task.get_name() for task in stuck)


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
