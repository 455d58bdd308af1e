import asyncio
import os
import signal
import subprocess
import sys

import pytest
from structlog.testing import capture_logs

from fairlead.runtime.supervisor import TaskEnded, run, supervise


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


STUBBORN = """
import asyncio
from fairlead.runtime.supervisor import run, supervise

async def stubborn():
    print("began", flush=True)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue

async def main():
    try:
        await supervise({"stubborn": stubborn()}, stop_within_s=0.05)
    finally:
        print("released", flush=True)

run(main(), stop_within_s=0.05)
"""


def test_the_process_ends_without_a_task_that_does_not_stop():
    """What comes after the tasks, as the release of the Lease does, is still done."""
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "began\n"
            process.terminate()
            out, _ = process.communicate(timeout=10)
        finally:
            process.kill()

    assert process.returncode == 0
    assert "released\n" in out
    assert "the process ends without what does not stop" in out
    assert "stubborn" in out


def test_what_the_work_of_a_process_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        run(crash())


def test_tasks_that_are_left_are_stopped():
    work = Work()

    async def leave_it() -> None:
        work.task = asyncio.create_task(work.run())
        await work.began.wait()

    run(leave_it())

    assert work.was_stopped
