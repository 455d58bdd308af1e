import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from msgspec import Struct

from fairlead.kube.client import Client
from fairlead.kube.resource import Resource
from fairlead.runtime.informer import Informer
from tests.unit.runtime.tiny_api import TinyApi, refusal
from tests.unit.runtime.until import until

THINGS = Resource("example.com", "v1", "things", "Thing")


class Meta(Struct, rename="camel", frozen=True):
    name: str
    namespace: str
    uid: str
    resource_version: str


class Thing(Struct, frozen=True):
    metadata: Meta
    colour: str = ""


class Seen:
    """An informer at work, and what its handlers were told."""

    def __init__(self, client: Client) -> None:
        self.informer = Informer(client, THINGS, Thing, random.Random(1))
        self.told: list[str] = []
        self.informer.on_change(self._note)

    def _note(self, old: Thing | None, new: Thing | None) -> None:
        self.told.append(f"{old.colour if old else None} -> {new.colour if new else None}")

    @property
    def colours(self) -> dict[str, str]:
        return {t.metadata.name: t.colour for t in self.informer.store}


@pytest.fixture
async def seen(api: TinyApi, client: Client) -> AsyncIterator[Seen]:
    api.put("a", colour="red")
    seen = Seen(client)
    task = asyncio.create_task(seen.informer.run())
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_an_informer_is_synced_once_the_list_is_in(seen):
    await asyncio.wait_for(seen.informer.synced.wait(), 5)

    assert seen.colours == {"a": "red"}
    assert seen.told == ["None -> red"]


async def test_changes_come_with_the_old_and_the_new_state(api, seen):
    await until(lambda: api.watches == 1)

    api.put("a", colour="blue")
    api.put("b", colour="green")
    api.delete("a")

    await until(lambda: seen.colours == {"b": "green"})
    assert seen.told == ["None -> red", "red -> blue", "None -> green", "blue -> None"]


async def test_what_happened_while_a_watch_was_cut_is_made_up_for(api, seen):
    await until(lambda: api.watches == 1)
    api.fault = lambda request: refusal(503, "ServiceUnavailable") if "watch" in request.query else None
    api.cut()
    await until(lambda: api.requests.count("WATCH") >= 2)

    api.put("b", colour="green")
    api.fault = lambda _: None

    await until(lambda: seen.colours == {"a": "red", "b": "green"})


async def test_what_vanished_while_history_was_forgotten_is_told_as_gone(api, seen):
    await until(lambda: api.watches == 1)
    api.fault = lambda request: refusal(503, "ServiceUnavailable") if "watch" in request.query else None
    api.cut()
    await until(lambda: api.requests.count("WATCH") >= 2)

    api.delete("a")
    api.put("b", colour="green")
    api.forget_history()
    api.fault = lambda _: None

    await until(lambda: seen.colours == {"b": "green"})
    assert seen.told == ["None -> red", "red -> None", "None -> green"]


async def test_our_own_write_is_seen_before_the_watch_tells_and_told_once(api, seen):
    await until(lambda: api.watches == 1)
    version = str(api.version + 1)

    seen.informer.wrote(Thing(Meta("a", "x", "uid-of-a", version), "blue"))
    assert seen.colours == {"a": "blue"}
    api.put("a", colour="blue")
    api.put("b", colour="green")

    await until(lambda: "b" in seen.colours)
    assert seen.told == ["None -> red", "red -> blue", "None -> green"]


async def test_a_kind_that_is_not_installed_is_an_empty_collection(api, seen):
    api.fault = lambda _: refusal(404, "NotFound")

    await asyncio.wait_for(seen.informer.synced.wait(), 5)

    assert seen.colours == {}
