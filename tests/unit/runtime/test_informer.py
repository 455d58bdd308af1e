"""An informer on an API server whose watches end, and whose history is forgotten, when a test says so."""

import msgspec
import pytest

from fairlead.kube.client import Client
from fairlead.kube.resource import Resource
from tests.unit.runtime.informer_contract import InformerContract, Thing, following
from tests.unit.runtime.tiny_api import TinyApi, refusal
from tests.unit.runtime.until import until


class TinyThings:
    resource = Resource("example.com", "v1", "things", "Thing")
    absent = Resource("example.com", "v1", "others", "Other")
    label_selector = ""

    def __init__(self, api: TinyApi, client: Client) -> None:
        self.api = api
        self.client = client
        api.fault = lambda request: refusal(404, "NotFound") if "others" in request.path else None

    async def put(self, name: str, colour: str) -> Thing:
        return msgspec.convert(self.api.put(name, data={"colour": colour}), Thing)

    async def delete(self, name: str) -> None:
        self.api.delete(name)

    async def cut(self) -> None:
        """End every watch, and let none begin."""
        self.api.fault = lambda request: refusal(503, "ServiceUnavailable") if "watch" in request.query else None
        asked = self.api.requests.count("WATCH")
        self.api.cut()
        await until(lambda: self.api.requests.count("WATCH") > asked)

    def mend(self) -> None:
        self.api.fault = lambda _: None


@pytest.fixture
def things(api: TinyApi, client: Client) -> TinyThings:
    return TinyThings(api, client)


class TestAnInformerOnTheTinyApi(InformerContract):
    async def test_what_happened_while_a_watch_was_cut_is_made_up_for(self, things):
        await things.put("a", "red")
        async with following(things) as seen:
            await until(lambda: things.api.watches == 1)
            await things.cut()
            await things.put("b", "green")
            things.mend()

            await until(lambda: seen.colours == {"a": "red", "b": "green"})

    async def test_what_vanished_while_history_was_forgotten_is_told_as_gone(self, things):
        await things.put("a", "red")
        async with following(things) as seen:
            await until(lambda: things.api.watches == 1)
            await things.cut()
            await things.delete("a")
            await things.put("b", "green")
            things.api.forget_history()
            things.mend()

            await until(lambda: seen.colours == {"b": "green"})
            assert seen.told == ["None -> red", "red -> None", "None -> green"]
