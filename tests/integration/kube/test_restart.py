"""An API server that dies and comes back, as a watch lives through it."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from msgspec import Struct

from dev.cluster.down import take_away
from dev.cluster.home import Home
from dev.cluster.up import bring_up_control_plane
from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.config import load
from fairlead.kube.errors import Unavailable
from fairlead.kube.resource import Resource
from fairlead.kube.watch import Changed, Deleted, Listed, follow

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")
WITHIN_S = 30.0


class Meta(Struct, rename="camel", frozen=True):
    name: str
    resource_version: str


class ConfigMap(Struct, frozen=True):
    metadata: Meta


@pytest.fixture
def home():
    home = Home(f"test-{os.getpid()}-restart")
    bring_up_control_plane(home)
    yield home
    take_away(home)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.02)


async def create(client: Client, name: str) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                await verbs.create(client, CONFIG_MAPS, "default", manifest, ConfigMap)
                return
            except Unavailable:  # it is said to be ready a moment before it takes writes
                await asyncio.sleep(0.05)


@asynccontextmanager
async def seen(client: Client, troubles: list[Exception]) -> AsyncIterator[set[str]]:
    """What a follower believes to be there."""
    there: set[str] = set()

    async def keep_true() -> None:
        async for event in follow(
            client, CONFIG_MAPS, ConfigMap, random.Random(1), namespace="default", on_trouble=troubles.append
        ):
            match event:
                case Listed(items=items):
                    there.clear()
                    there.update(o.metadata.name for o in items)
                case Changed(object=o):
                    there.add(o.metadata.name)
                case Deleted(object=o):
                    there.discard(o.metadata.name)

    task = asyncio.create_task(keep_true())
    try:
        yield there
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_watch_misses_nothing_when_the_api_server_dies_and_comes_back(home):
    troubles: list[Exception] = []
    async with Client(load(home.kubeconfig), random.Random(1)) as client, seen(client, troubles) as there:
        await create(client, "before")
        await until(lambda: "before" in there)

        server = next(d for d in home.processes.all() if "apiserver" in d.name)
        os.kill(server.identity.pid, signal.SIGKILL)
        await until(lambda: len(troubles) > 1)
        assert "before" in there, "what is known stays known while nobody can be asked"
        await asyncio.to_thread(bring_up_control_plane, home)
        await create(client, "after")
        await verbs.delete(client, CONFIG_MAPS, "default", "before")

        await until(lambda: "after" in there and "before" not in there)
