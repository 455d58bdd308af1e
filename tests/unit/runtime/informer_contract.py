"""What an informer promises of any API server: the same tests hold for the tiny one and for a real one."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from msgspec import Struct

from fairlead.kube.client import Client
from fairlead.kube.resource import Resource
from fairlead.runtime.informer import Informer
from tests.unit.runtime.until import until


class Meta(Struct, rename="camel", frozen=True):
    name: str
    namespace: str
    uid: str
    resource_version: str


class Thing(Struct, frozen=True):
    metadata: Meta
    data: dict[str, str] = {}

    @property
    def colour(self) -> str:
        return self.data["colour"]


class Things(Protocol):
    """A collection of an API server that nobody else changes."""

    client: Client
    resource: Resource
    label_selector: str
    absent: Resource
    """A kind that is not installed."""

    async def put(self, name: str, colour: str) -> Thing:
        """Write as somebody does, and return the answer."""

    async def delete(self, name: str) -> None:
        """Delete."""


class Seen:
    """An informer, and what its handlers were told."""

    def __init__(self, things: Things, resource: Resource | None = None) -> None:
        self.informer = Informer(
            things.client, resource or things.resource, Thing, random.Random(1), label_selector=things.label_selector
        )
        self.told: list[str] = []
        self.informer.on_change(self._note)

    def _note(self, old: Thing | None, new: Thing | None) -> None:
        self.told.append(f"{old.colour if old else None} -> {new.colour if new else None}")

    @property
    def colours(self) -> dict[str, str]:
        return {t.metadata.name: t.colour for t in self.informer.store}


@asynccontextmanager
async def following(things: Things, resource: Resource | None = None) -> AsyncIterator[Seen]:
    """An informer at work whose first list is in."""
    seen = Seen(things, resource)
    task = asyncio.create_task(seen.informer.run())
    try:
        await asyncio.wait_for(seen.informer.synced.wait(), 10)
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class InformerContract:
    async def test_what_was_there_before_is_told_as_new(self, things: Things) -> None:
        await things.put("a", "red")

        async with following(things) as seen:
            assert seen.colours == {"a": "red"}
            assert seen.told == ["None -> red"]

    async def test_changes_come_with_the_old_and_the_new_state(self, things: Things) -> None:
        await things.put("a", "red")
        async with following(things) as seen:
            await things.put("a", "blue")
            await things.put("b", "green")
            await things.delete("a")

            await until(lambda: seen.colours == {"b": "green"})
            assert seen.told == ["None -> red", "red -> blue", "None -> green", "blue -> None"]

    async def test_our_own_writes_show_at_once_and_are_told_once(self, things: Things) -> None:
        colours = ["red", *(f"colour-{turn}" for turn in range(20))]
        async with following(things) as seen:
            for colour in colours:
                seen.informer.wrote(await things.put("ours", colour))
                assert seen.colours == {"ours": colour}
            await things.put("theirs", "green")

            await until(lambda: "theirs" in seen.colours)
            pairs = zip(["None", *colours], colours, strict=False)
            assert seen.told == [*(f"{old} -> {new}" for old, new in pairs), "None -> green"]

    async def test_what_was_deleted_meanwhile_does_not_come_back_by_our_late_answer(self, things: Things) -> None:
        async with following(things) as seen:
            written = await things.put("short", "red")
            await until(lambda: "short" in seen.colours)
            await things.delete("short")
            await until(lambda: seen.colours == {})

            seen.informer.wrote(written)

            assert seen.colours == {}

    async def test_a_kind_that_is_not_installed_is_an_empty_collection_and_keeps_nobody_waiting(
        self, things: Things
    ) -> None:
        began_s = time.monotonic()

        async with following(things, things.absent) as seen:
            assert seen.colours == {}

        assert time.monotonic() - began_s < 5
