import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from fairlead.kube import verbs
from fairlead.kube.client import MAX_IN_FLIGHT, Client
from fairlead.kube.resource import Resource
from fairlead.runtime.clock import Clock, SystemClock
from fairlead.runtime.lease import Lease, LeaseLost
from tests.unit.runtime.fake_clock import FakeClock
from tests.unit.runtime.tiny_api import TinyApi, refusal
from tests.unit.runtime.until import until

THINGS = Resource("example.com", "v1", "things", "Thing")


def lease(client: Client, clock: Clock, identity: str = "us", **kwargs: Any) -> Lease:
    return Lease(client, clock, random.Random(1), namespace="x", name="fairlead", identity=identity, **kwargs)


def held_by_another(api: TinyApi, **fields: Any) -> None:
    spec = {"holderIdentity": "another", "leaseDurationSeconds": 15, "renewTime": "2001-01-01T00:00:00.000000Z"}
    api.put("fairlead", spec=spec | fields)


def holder(api: TinyApi) -> str:
    return str(api.objects["fairlead"]["spec"].get("holderIdentity", ""))


@asynccontextmanager
async def running(work: Any) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def one_more_try(clock: FakeClock, after_s: float) -> None:
    """Let time pass, and wait until what sleeps has tried again and sleeps again."""
    await until(lambda: clock.sleepers == 1)
    clock.pass_s(after_s)
    await until(lambda: clock.sleepers == 1)


async def test_a_lease_that_does_not_exist_is_made_and_ours(api, client, clock):
    await lease(client, clock).acquire()

    assert holder(api) == "us"


async def test_a_lease_is_taken_over_after_its_duration_by_our_own_clock_whatever_its_times_say(api, client, clock):
    held_by_another(api)
    ours = lease(client, clock)

    async with running(ours.acquire()) as acquiring:
        await one_more_try(clock, after_s=14)
        assert holder(api) == "another"

        clock.pass_s(2)
        await asyncio.wait_for(acquiring, 5)

    assert holder(api) == "us"
    assert api.objects["fairlead"]["spec"]["leaseTransitions"] == 1


async def test_a_lease_that_is_renewed_is_not_taken_over(api, client, clock):
    held_by_another(api)

    async with running(lease(client, clock).acquire()):
        for second in range(4):
            await one_more_try(clock, after_s=10)
            held_by_another(api, renewTime=f"2001-01-01T00:00:1{second}.000000Z")

    assert holder(api) == "another"


async def test_a_released_lease_is_taken_at_once(api, client, clock):
    theirs = lease(client, clock, "another")
    await theirs.acquire()
    await theirs.release()
    assert holder(api) == ""

    await lease(client, clock).acquire()

    assert holder(api) == "us"


async def test_who_does_not_hold_a_lease_does_not_release_it(api, client, clock):
    held_by_another(api)

    async with running(lease(client, clock).acquire()) as standby:
        await until(lambda: clock.sleepers == 1)
        standby.cancel()
    await lease(client, clock).release()

    assert holder(api) == "another"


async def test_a_lease_that_another_took_is_lost(api, client, clock):
    ours = lease(client, clock)
    await ours.acquire()

    async with running(ours.keep()) as keeping:
        await one_more_try(clock, after_s=5)
        held_by_another(api)
        clock.pass_s(5)
        await until(lambda: clock.sleepers == 1 or keeping.done())
        clock.pass_s(1)

        with pytest.raises(LeaseLost):
            await asyncio.wait_for(keeping, 5)


async def test_a_lease_that_cannot_be_renewed_is_lost_before_another_may_take_it(api, client, clock):
    ours = lease(client, clock)
    await ours.acquire()
    api.fault = lambda request: refusal(500, "InternalError") if request.method == "PUT" else None
    began_s = clock.monotonic_s()

    async with running(ours.keep()) as keeping:
        while not keeping.done():
            await until(lambda: clock.sleepers == 1 or keeping.done())
            clock.pass_s(1)

        with pytest.raises(LeaseLost):
            keeping.result()
    assert 8 <= clock.monotonic_s() - began_s <= 13


async def test_a_leader_that_was_paused_for_longer_than_its_lease_does_not_even_try_to_renew(api, client, clock):
    ours = lease(client, clock)
    await ours.acquire()
    api.requests.clear()

    async with running(ours.keep()) as keeping:
        await until(lambda: clock.sleepers == 1)
        clock.pass_s(60)

        with pytest.raises(LeaseLost):
            await asyncio.wait_for(keeping, 5)
    assert api.requests == []


async def test_a_lease_does_not_wait_behind_other_requests(api: TinyApi, client: Client, clock: FakeClock) -> None:
    full, let_go = asyncio.Event(), asyncio.Event()
    answer, waiting = api.answer, 0

    async def slowly(request: web.Request) -> web.StreamResponse:
        nonlocal waiting
        if "leases" in request.path:
            return await answer(request)
        waiting += 1
        if waiting == MAX_IN_FLIGHT:
            full.set()
        await let_go.wait()
        return web.json_response({})

    api.answer = slowly  # type: ignore[method-assign]
    held_by_another(api, holderIdentity="")
    async with asyncio.TaskGroup() as others:
        for _ in range(MAX_IN_FLIGHT + 1):
            others.create_task(verbs.list_all(client, THINGS, dict))
        await asyncio.wait_for(full.wait(), 5)

        await asyncio.wait_for(lease(client, clock).acquire(), 5)

        let_go.set()
    assert holder(api) == "us"


async def test_a_server_that_does_not_answer_does_not_make_us_believe_that_we_lead(api, client):
    ours = lease(client, SystemClock(), duration_s=1, renew_every_s=0.05, retry_every_s=0.05)
    await ours.acquire()
    began_s = time.monotonic()
    never = asyncio.Event()

    async def silence(_: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    api.answer = silence
    try:
        with pytest.raises(LeaseLost):
            await asyncio.wait_for(ours.keep(), 5)
    finally:
        never.set()

    assert time.monotonic() - began_s < 1


async def test_a_renewal_whose_answer_was_lost_is_no_loss(api, client, clock):
    ours = lease(client, clock)
    await ours.acquire()

    def lose_one_answer(request: web.Request) -> None:
        if request.method == "PUT":
            api.after = lambda _: None
            assert request.transport is not None
            request.transport.close()

    api.after = lose_one_answer
    async with running(ours.keep()) as keeping:
        for _ in range(20):
            await one_more_try(clock, after_s=1)

        assert not keeping.done()
    assert api.requests.count("PUT") >= 4
    assert holder(api) == "us"


async def test_what_others_wrote_into_the_metadata_of_a_lease_stays(api, client, clock):
    held_by_another(api, holderIdentity="")
    api.objects["fairlead"]["metadata"]["labels"] = {"team": "shop"}
    sent = []
    api.after = lambda request: sent.append(request)

    await lease(client, clock).acquire()

    assert (await sent[-1].json())["metadata"]["labels"] == {"team": "shop"}
