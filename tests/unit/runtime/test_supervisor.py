import asyncio
import os
import signal

import pytest
from structlog.testing import capture_logs

from fairlead.runtime.supervisor import TaskEnded, supervise


class Work:
    """A task that runs until it is stopped, and says whether it was."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.was_stopped = False

    async def run(self) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.was_stopped = True


async def crash() -> None:
    raise ZeroDivisionError("a defect")


async def end() -> None:
    return


async def cancel_itself() -> None:
    raise asyncio.CancelledError


async def test_a_crash_of_one_stops_the_others_and_is_raised():
    other = Work()

    with pytest.raises(ZeroDivisionError):
        await supervise({"other": other.run(), "crash": crash()})

    assert other.was_stopped


async def test_of_two_crashes_at_the_same_time_both_are_told():
    with capture_logs() as logs, pytest.raises(ZeroDivisionError):
        await supervise({"one": crash(), "other": end()})

    assert [entry["task"] for entry in logs] == ["one", "other"]


@pytest.mark.parametrize("task", [end, cancel_itself])
async def test_a_task_that_just_ends_is_a_crash(task):
    with pytest.raises(TaskEnded, match="odd ended by itself"):
        await supervise({"other": Work().run(), "odd": task()})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_everything_without_an_error(number):
    work = Work()
    supervised = asyncio.create_task(supervise({"work": work.run()}))
    await work.began.wait()

    os.kill(os.getpid(), number)
    await asyncio.wait_for(supervised, 5)

    assert work.was_stopped


async def test_a_task_that_does_not_stop_does_not_keep_the_process():
    release = asyncio.Event()
    began = asyncio.Event()

    async def stubborn() -> None:
        began.set()
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    supervised = asyncio.create_task(supervise({"stubborn": stubborn()}, stop_within_s=0.05))
    await began.wait()
    os.kill(os.getpid(), signal.SIGTERM)

    await asyncio.wait_for(supervised, 5)
    release.set()
