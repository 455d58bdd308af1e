"""The client of Fairlead and the API in memory, in one process and without a socket."""

import random
from collections.abc import AsyncIterator, Callable

import pytest
from msgspec import Struct

from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.config import ClusterConfig
from fairlead.kube.credentials import Credentials
from fairlead.kube.errors import AlreadyExists, AnswerLost, NotFound, Unavailable
from fairlead.kube.resource import Resource
from fairlead.kube.watch import Changed, Deleted, Listed, follow
from fairlead.sim.api.faults import Disturbed, Fate
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.server import Server
from fairlead.sim.transport import InProcess
from tests.unit.sim.api.guard.server import ADMIN, NOW_S, server
from tests.unit.sim.api.guard.test_faults import Once

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")
CONFIG = ClusterConfig(server="http://in.memory", tls=None, credentials=Credentials())
A = {"metadata": {"name": "a"}}


class Meta(Struct, rename="camel"):
    name: str
    resource_version: str


class ConfigMap(Struct, rename="camel"):
    metadata: Meta
    data: dict[str, str] = {}


def client(answer: Callable[[Request], Answer]) -> Client:
    return Client(CONFIG, random.Random(1), transport=InProcess(answer, lambda: NOW_S, ADMIN))


@pytest.fixture
def api() -> Server:
    return server()


@pytest.fixture
async def here(api: Server) -> AsyncIterator[Client]:
    async with client(api.answer) as made:
        yield made


async def test_what_is_written_is_read(here: Client):
    await verbs.create(here, CONFIG_MAPS, "default", {**A, "data": {"k": "v"}}, ConfigMap)

    assert (await verbs.get(here, CONFIG_MAPS, "default", "a", ConfigMap)).data == {"k": "v"}
    with pytest.raises(AlreadyExists):
        await verbs.create(here, CONFIG_MAPS, "default", A, ConfigMap)
    with pytest.raises(NotFound, match='configmaps "b" not found'):
        await verbs.get(here, CONFIG_MAPS, "default", "b", ConfigMap)


async def test_a_watch_tells_what_happens_later(here: Client):
    events = follow(here, CONFIG_MAPS, ConfigMap, random.Random(1), namespace="default")
    listed = await anext(events)
    assert isinstance(listed, Listed)
    assert listed.items == []

    created = await verbs.create(here, CONFIG_MAPS, "default", A, ConfigMap)
    assert await anext(events) == Changed(created)
    await verbs.delete(here, CONFIG_MAPS, "default", "a")
    gone = await anext(events)
    assert isinstance(gone, Deleted)
    assert gone.object.metadata.name == "a"


async def test_a_write_whose_answer_is_lost_was_done(api: Server, here: Client):
    async with client(Disturbed(api.answer, Once(Fate(lost=True))).answer) as unlucky:
        with pytest.raises(AnswerLost):
            await verbs.create(unlucky, CONFIG_MAPS, "default", A, ConfigMap)

    assert (await verbs.get(here, CONFIG_MAPS, "default", "a", ConfigMap)).metadata.name == "a"


async def test_a_stream_that_stays_silent_is_given_up(here: Client):
    query = {"watch": "1", "resourceVersion": "0", "timeoutSeconds": "600"}

    async def listen() -> None:
        async with here.stream(CONFIG_MAPS.path("default"), query, inactivity_timeout_s=0.01) as chunks:
            async for _ in chunks:
                pass

    with pytest.raises(Unavailable, match="silent"):
        await listen()
