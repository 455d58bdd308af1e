"""Every way in which a watch can die is survived, and nothing is missed by it."""

import pytest
from aiohttp import web

from fairlead.kube import watch
from fairlead.kube.credentials import TokenFile
from fairlead.kube.errors import Gone, NotFound, Unavailable
from fairlead.kube.verbs import list_all
from tests.unit.kube.server import asked_of, json, refusal
from tests.unit.kube.watched import THINGS, Stream, Thing, following, listing, thing


async def three_events(stream: Stream):
    await stream.begin()
    await stream.tell("ADDED", thing("b", 11))
    await stream.tell("MODIFIED", thing("a", 12, "red"))
    await stream.tell("DELETED", thing("b", 13))
    await stream.silence()


async def test_a_collection_is_listed_and_then_told_change_by_change():
    async with following([listing(10, thing("a", 3))], three_events) as followed:
        told = [await followed.next() for _ in range(4)]

    assert told == ["listed a at 10", "changed b at 11", "changed ared at 12", "deleted b at 13"]
    assert followed.asked == ["list", "watch 10"]
    assert followed.troubles == []


async def ends_on_time(stream: Stream):
    await stream.begin()
    await stream.tell("ADDED", thing("b", 11))
    return stream.end()


async def is_cut(stream: Stream):
    await stream.begin()
    await stream.tell("ADDED", thing("b", 11))
    return stream.cut()


async def is_cut_in_the_middle_of_a_line(stream: Stream):
    await stream.begin()
    await stream.tell("ADDED", thing("b", 11))
    await stream.raw(b'{"type": "MODIFIED", "object": {"metadata": {"name": "b", "resou')
    return stream.cut()


async def falls_silent(stream: Stream):
    await stream.begin()
    await stream.tell("ADDED", thing("b", 11))
    await stream.silence()


async def fails(stream: Stream):
    await stream.begin()
    await stream.tell("ADDED", thing("b", 11))
    await stream.error(500)
    await stream.silence()


@pytest.mark.parametrize("dies", [ends_on_time, is_cut, is_cut_in_the_middle_of_a_line, falls_silent, fails])
async def test_a_watch_goes_on_where_it_ended(dies, monkeypatch):
    monkeypatch.setattr(watch, "INACTIVITY_TIMEOUT_S", 0.3)

    async def goes_on(stream: Stream):
        await stream.begin()
        await stream.tell("MODIFIED", thing("b", 12))
        await stream.silence()

    async with following([listing(10)], dies, goes_on) as followed:
        told = [await followed.next() for _ in range(3)]

    assert told == ["listed  at 10", "changed b at 11", "changed b at 12"]
    assert followed.asked == ["list", "watch 10", "watch 11"]


async def test_a_watch_goes_on_from_its_last_bookmark():
    async def quiet(stream: Stream):
        await stream.begin()
        await stream.bookmark(40)
        return stream.end()

    async with following([listing(10)], quiet, three_events) as followed:
        assert [await followed.next(), await followed.next()] == ["listed  at 10", "changed b at 11"]

    assert followed.asked == ["list", "watch 10", "watch 40"]


async def is_told_gone(stream: Stream):
    await stream.begin()
    await stream.error(410)
    await stream.silence()


async def is_refused_as_gone(_: Stream):
    return refusal(410, "Expired")


@pytest.mark.parametrize("too_old", [is_told_gone, is_refused_as_gone])
async def test_a_version_that_is_too_old_is_answered_by_a_new_list(too_old):
    lists = [listing(10, thing("a", 3), thing("b", 4)), listing(90, thing("a", 80))]

    async with following(lists, too_old, three_events) as followed:
        assert [await followed.next(), await followed.next()] == ["listed a b at 10", "listed a at 90"]
        await followed.next()

    assert followed.asked == ["list", "watch 10", "list", "watch 90"]
    assert [type(t) for t in followed.troubles] == [Gone]


async def test_a_watch_that_tells_not_even_a_bookmark_is_answered_by_a_list_as_the_cluster_may_be_a_restored_one(
    monkeypatch,
):
    monkeypatch.setattr(watch, "INACTIVITY_TIMEOUT_S", 0.3)

    async def knows_no_such_version_yet(stream: Stream):
        await stream.begin()
        await stream.silence()

    lists = [listing(100, thing("a", 90), thing("b", 95)), listing(60, thing("a", 50))]

    async with following(lists, knows_no_such_version_yet) as followed:
        assert [await followed.next(), await followed.next()] == ["listed a b at 100", "listed a at 60"]
        assert followed.asked[:3] == ["list", "watch 100", "list"]


async def test_who_asks_for_hours_of_patience_is_looked_at_again_before(monkeypatch):
    monkeypatch.setattr(watch, "LONGEST_PATIENCE_S", 0.1)

    async with following([refusal(503, Retry_After="7200"), listing(10)]) as followed:
        assert await followed.next() == "listed  at 10"


async def test_an_object_may_be_larger_than_any_line():
    async def large(stream: Stream):
        await stream.begin()
        await stream.tell("ADDED", thing("b", 11, "x" * (6 << 20)))
        await stream.tell("MODIFIED", thing("b", 12))
        await stream.silence()

    async with following([listing(10)], large) as followed:
        told = [await followed.next() for _ in range(3)]

    assert [len(t) for t in told] == [len("listed  at 10"), len("changed b at 11") + (6 << 20), len("changed b at 12")]
    assert followed.asked == ["list", "watch 10"]


async def test_an_object_that_cannot_be_read_is_told_and_asked_for_again():
    async def unreadable(stream: Stream):
        await stream.begin()
        await stream.tell("ADDED", thing("b", 11))
        await stream.tell("MODIFIED", thing("b", 12, {"not": "a string"}))
        await stream.silence()

    async def mended(stream: Stream):
        await stream.begin()
        await stream.tell("MODIFIED", thing("b", 13))
        await stream.silence()

    async with following([listing(10)], unreadable, mended) as followed:
        told = [await followed.next() for _ in range(3)]

    assert told[-1] == "changed b at 13"
    assert followed.asked == ["list", "watch 10", "watch 11"]
    assert "color" in str(followed.troubles[0])


async def test_a_list_is_tried_where_a_watch_is_refused_again_and_again():
    async def refused(_: Stream):
        return refusal(400, "BadRequest")

    async with following([listing(10), listing(20)], *[refused] * 6) as followed:
        assert await followed.next() == "listed  at 10"
        assert await followed.next() == "listed  at 20"

    assert followed.asked.count("list") == 2


async def test_a_server_that_ends_every_watch_at_once_is_not_asked_without_a_pause():
    async def ends_at_once(stream: Stream):
        return (await stream.begin()).end()

    async with following([listing(10)], ends_at_once, ends_at_once, three_events) as followed:
        assert [await followed.next(), await followed.next()] == ["listed  at 10", "changed b at 11"]

    assert [type(t) for t in followed.troubles] == [Unavailable, Unavailable]


async def test_the_first_list_is_asked_for_until_it_is_answered():
    lists = [refusal(403, "Forbidden", "things is forbidden"), listing(10)]

    async with following(lists) as followed:
        assert await followed.next() == "listed  at 10"

    assert "things is forbidden" in str(followed.troubles[0])


async def test_a_kind_that_is_not_installed_is_an_empty_collection_until_it_is(monkeypatch):
    monkeypatch.setattr(watch, "LOOK_FOR_KIND_EVERY_S", 0.01)
    lists = [web.Response(status=404, text="404 page not found"), listing(10, thing("a", 3))]

    async with following(lists) as followed:
        assert [await followed.next(), await followed.next()] == ["listed  at ", "listed a at 10"]

    assert followed.troubles == []


async def test_a_kind_that_was_there_and_is_not_found_any_more_keeps_what_was_told_of_it():
    lists = [listing(10, thing("a", 3)), refusal(404), listing(20, thing("a", 3))]

    async with following(lists, is_told_gone) as followed:
        assert [await followed.next(), await followed.next()] == ["listed a at 10", "listed a at 20"]

    assert [type(t) for t in followed.troubles] == [Gone, NotFound]


async def test_a_long_collection_is_listed_in_pages_and_anew_where_that_takes_too_long():
    async def page(version: int, name: str, token: str = ""):
        return json({"metadata": {"resourceVersion": str(version), "continue": token}, "items": [thing(name, 1)]})

    lists = [await page(10, "a", "next"), refusal(410, "Expired"), await page(20, "a", "next"), await page(20, "b")]

    async with following(lists) as followed:
        assert await followed.next() == "listed a b at 20"

    asked = [a.query.get("continue") for a in followed.server.asked if "watch" not in a.query]
    assert asked == [None, "next", None, "next"]
    assert followed.server.asked[0].query["limit"] == "500"


async def test_a_list_that_takes_too_long_is_begun_anew_once():
    lists = [refusal(410, "Expired"), listing(20, thing("a", 3)), refusal(410, "Expired"), refusal(410, "Expired")]

    async def answer(_):
        return lists.pop(0)

    async with asked_of(answer) as (_, client):
        things, version = await list_all(client, THINGS, Thing, "shop")
        with pytest.raises(Gone):
            await list_all(client, THINGS, Thing, "shop")

    assert ([t.metadata.name for t in things], version) == (["a"], "20")


async def test_credentials_that_a_watch_is_refused_for_are_renewed(tmp_path):
    file = tmp_path / "token"
    file.write_text("old")

    async def refused(_: Stream):
        file.write_text("new")
        return refusal(401, "Unauthorized")

    async with following([listing(10)], refused, three_events, credentials=TokenFile(file)) as followed:
        assert [await followed.next(), await followed.next()] == ["listed  at 10", "changed b at 11"]

    assert followed.server.asked[-1].headers["Authorization"] == "Bearer new"


async def test_a_watch_asks_for_bookmarks_and_for_an_end_that_differs_from_watch_to_watch():
    async def ends(stream: Stream):
        return await ends_on_time(stream)

    async with following([listing(10)], ends, three_events) as followed:
        for _ in range(3):
            await followed.next()

    first, second = (a.query for a in followed.server.asked[1:3])
    assert first["allowWatchBookmarks"] == "true"
    assert first["timeoutSeconds"] != second["timeoutSeconds"]
