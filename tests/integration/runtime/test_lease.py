import asyncio
import random
from pathlib import Path

import pytest

from fairlead.kube.client import Client
from fairlead.kube.config import load
from fairlead.runtime.clock import SystemClock
from fairlead.runtime.lease import Lease, LeaseLost


def lease(client: Client, namespace: str, identity: str) -> Lease:
    return Lease(
        client,
        SystemClock(),
        random.Random(1),
        namespace=namespace,
        name="fairlead",
        identity=identity,
        duration_s=1,
        renew_every_s=0.1,
        retry_every_s=0.05,
    )


def connect(kubeconfig: Path) -> Client:
    return Client(load(kubeconfig), random.Random(1))


async def test_a_standby_leads_once_the_leader_has_fallen_silent(api_server, namespace):
    async with connect(api_server.kubeconfig) as client:
        await lease(client, namespace, "silent").acquire()

        await asyncio.wait_for(lease(client, namespace, "standby").acquire(), 10)

    assert api_server.kubectl.get("lease", "fairlead", "-n", namespace)["spec"]["holderIdentity"] == "standby"


async def test_a_leader_that_renews_is_left_alone_and_its_release_is_noticed(api_server, namespace):
    async with connect(api_server.kubeconfig) as client:
        leader = lease(client, namespace, "leader")
        await leader.acquire()
        keeping = asyncio.create_task(leader.keep())
        waiting = asyncio.create_task(lease(client, namespace, "standby").acquire())

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting), 2)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await leader.release()

        await asyncio.wait_for(waiting, 0.9)


async def test_a_leader_notices_that_another_took_its_lease(api_server, namespace):
    async with connect(api_server.kubeconfig) as client:
        leader = lease(client, namespace, "leader")
        await leader.acquire()
        api_server.kubectl(
            "patch", "lease", "fairlead", "-n", namespace, "-p", '{"spec": {"holderIdentity": "another"}}'
        )

        with pytest.raises(LeaseLost):
            await asyncio.wait_for(leader.keep(), 5)
