"""Virtual time, as a program written for asyncio sees it."""

import asyncio
import socket
import threading
import time

import aiohttp
import pytest

from fairlead.sim.time import loop
from fairlead.sim.time.clock import VirtualClock
from fairlead.sim.time.loop import NothingWillHappen, RealWorld

HOUR_S = 3600.0


def test_an_hour_passes_at_once():
    async def story() -> float:
        clock = VirtualClock(1000.0)
        await clock.sleep(HOUR_S)
        return clock.now_s()

    began_s = time.monotonic()

    assert loop.run(story()) == pytest.approx(1000.0 + HOUR_S)
    assert time.monotonic() - began_s < HOUR_S / 100


def test_what_is_due_happens_in_order_and_at_its_time():
    seen: list[tuple[str, float]] = []

    async def story() -> None:
        clock = VirtualClock(0.0)

        async def at(name: str, delay_s: float) -> None:
            await asyncio.sleep(delay_s)
            seen.append((name, clock.monotonic_s()))

        clock.alarm(2.0, lambda: seen.append(("alarm", clock.monotonic_s())))
        called_off = clock.alarm(2.5, lambda: seen.append(("never", clock.monotonic_s())))
        called_off()
        await asyncio.gather(at("late", 3.0), at("early", 1.0))

    loop.run(story())

    assert seen == [("early", 1.0), ("alarm", 2.0), ("late", 3.0)]


def test_a_timeout_is_over_at_its_time():
    async def story() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10.0):
                await asyncio.sleep(HOUR_S)
        return asyncio.get_running_loop().time()

    assert loop.run(story()) == pytest.approx(10.0)


def test_work_for_a_thread_is_done_at_once_and_in_this_one():
    async def story() -> None:
        assert await asyncio.to_thread(threading.current_thread) is threading.main_thread()
        with pytest.raises(ValueError, match="no number"):
            await asyncio.to_thread(int, "no number")
        assert asyncio.get_running_loop().time() == 0.0

    loop.run(story())


def test_a_program_that_waits_for_ever_is_told_who_waits():
    async def story() -> None:
        waits = asyncio.create_task(asyncio.Event().wait(), name="the one who waits")
        await waits

    with pytest.raises(NothingWillHappen, match=r"nothing will ever happen: .*the one who waits"):
        loop.run(story())


async def _connect() -> None:
    await asyncio.open_connection("127.0.0.1", 9)


async def _ask() -> None:
    async with aiohttp.ClientSession() as session:
        await session.get("http://127.0.0.1:9/")


async def _find() -> None:
    await asyncio.get_running_loop().getaddrinfo("example.org", 80)


async def _serve() -> None:
    await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)


async def _start() -> None:
    await asyncio.create_subprocess_exec("true")


async def _read() -> None:
    one, other = socket.socketpair()
    with one, other:
        asyncio.get_running_loop().add_reader(one, lambda: None)


@pytest.mark.parametrize("reach_out", [_connect, _ask, _find, _serve, _start, _read])
def test_nothing_real_is_waited_for(reach_out):
    with pytest.raises(RealWorld, match="virtual time"):
        loop.run(reach_out())
