"""What a request promises: a deadline, a typed error, and no write that is sent twice without being known."""

import asyncio

import pytest
from aiohttp import web

from fairlead.kube import verbs
from fairlead.kube.client import MAX_IN_FLIGHT
from fairlead.kube.errors import (
    AlreadyExists,
    AnswerLost,
    ApiError,
    BadRequest,
    Cause,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)
from fairlead.kube.resource import Resource
from tests.unit.kube.server import asked_of, json, refusal, serving

PODS = Resource("", "v1", "pods", "Pod")


def break_off(request: web.Request) -> web.Response:
    """The connection breaks before an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def get(client, **how):
    return await verbs.get(client, PODS, "shop", "front", dict, **how)


WRITES = {
    "POST": lambda c: verbs.create(c, PODS, "shop", {}, dict),
    "PUT": lambda c: verbs.replace(c, PODS, "shop", "front", {}, dict),
    "PATCH": lambda c: verbs.patch_merge(c, PODS, "shop", "front", {}, dict, field_manager="test"),
    "DELETE": lambda c: verbs.delete(c, PODS, "shop", "front"),
}
writes = pytest.mark.parametrize("method", WRITES)


async def test_a_read_is_asked_again_when_its_connection_breaks():
    async def answer(request):
        return break_off(request) if len(server.asked) < 3 else json({"kind": "Pod"})

    async with asked_of(answer) as (server, client):
        assert await get(client) == {"kind": "Pod"}

    assert len(server.asked) == 3


async def test_a_read_is_not_asked_again_for_ever():
    async def answer(request):
        return break_off(request)

    async with asked_of(answer) as (server, client):
        with pytest.raises(Unavailable, match="GET /api/v1/namespaces/shop/pods/front: no answer from"):
            await get(client)

    assert len(server.asked) == 4


@writes
async def test_a_write_is_sent_once_when_a_kept_connection_breaks(method):
    async def answer(request):
        return json({}) if request.method == "GET" else break_off(request)

    async with asked_of(answer) as (server, client):
        await get(client)  # from now on there is a connection that is kept
        with pytest.raises(AnswerLost, match=f"{method} /api/v1/namespaces/shop/pods"):
            await WRITES[method](client)

    assert [a.method for a in server.asked] == ["GET", method]


@writes
@pytest.mark.parametrize(("status", "headers"), [(500, {}), (502, {}), (503, {}), (504, {"Retry_After": "0"})])
async def test_a_write_that_failed_behind_the_server_may_have_been_done_and_is_not_sent_again(method, status, headers):
    async def answer(_):
        return refusal(status, message="etcdserver: request timed out", **headers)

    async with asked_of(answer) as (server, client):
        with pytest.raises(AnswerLost, match="request timed out"):
            await WRITES[method](client)

    assert len(server.asked) == 1


@writes
async def test_a_write_that_reached_nobody_was_not_done(method):
    async def answer(_):
        return json({})

    async with serving(answer) as server:
        client = server.client()
    async with client:
        with pytest.raises(Unavailable):
            await WRITES[method](client)


@writes
@pytest.mark.parametrize("status", [429, 503])
async def test_a_write_is_sent_again_where_the_server_asks_to_come_back_later(method, status):
    async def answer(_):
        return refusal(status, Retry_After="0") if len(server.asked) < 3 else json({"done": True})

    async with asked_of(answer) as (server, client):
        await WRITES[method](client)

    assert len(server.asked) == 3


async def test_the_time_that_the_server_asks_for_is_honoured():
    asked_at_s = []

    async def answer(_):
        asked_at_s.append(asyncio.get_running_loop().time())
        return refusal(429, "TooManyRequests", Retry_After="1") if len(asked_at_s) == 1 else json({})

    async with asked_of(answer) as (_, client):
        await get(client)

    assert asked_at_s[1] - asked_at_s[0] >= 1.0


async def test_who_is_asked_to_wait_for_long_says_so_at_once():
    async def answer(_):
        return refusal(429, "TooManyRequests", Retry_After="600")

    async with asked_of(answer) as (server, client):
        with pytest.raises(TooManyRequests) as told:
            await get(client)

    assert told.value.retry_after_s == 600
    assert len(server.asked) == 1


async def test_a_request_that_is_not_answered_ends_at_its_deadline():
    async def answer(_):
        await asyncio.Event().wait()

    async with asked_of(answer) as (_, client):
        began_s = asyncio.get_running_loop().time()
        with pytest.raises(AnswerLost):
            await verbs.create(client, PODS, "shop", {}, dict, timeout_s=0.05)
        assert asyncio.get_running_loop().time() - began_s < 5


async def test_what_is_urgent_does_not_wait_behind_what_is_not():
    full, let_go = asyncio.Event(), asyncio.Event()

    async def answer(request):
        if request.path.endswith("urgent"):
            return json({"answered": True})
        if len(server.asked) == MAX_IN_FLIGHT:
            full.set()
        await let_go.wait()
        return json({})

    async with asked_of(answer) as (server, client), asyncio.TaskGroup() as group:
        for _ in range(MAX_IN_FLIGHT * 2):
            group.create_task(get(client))
        await asyncio.wait_for(full.wait(), 10)

        urgent = verbs.get(client, PODS, "shop", "urgent", dict, urgent=True)
        assert await asyncio.wait_for(urgent, 10) == {"answered": True}

        assert len(server.asked) == MAX_IN_FLIGHT + 1
        let_go.set()


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (400, "BadRequest", BadRequest),
        (401, "Unauthorized", Unauthorized),
        (403, "Forbidden", Forbidden),
        (404, "NotFound", NotFound),
        (405, "MethodNotAllowed", ApiError),
        (409, "Conflict", Conflict),
        (409, "AlreadyExists", AlreadyExists),
        (410, "Expired", Gone),
        (422, "Invalid", Invalid),
        (302, "", ApiError),
    ],
)
async def test_a_refusal_is_an_error_of_its_type_that_names_the_request_and_the_reason(status, reason, kind):
    async def answer(_):
        return refusal(status, reason, "the server says why", Location="/elsewhere")

    async with asked_of(answer) as (server, client):
        with pytest.raises(ApiError) as told:
            await verbs.create(client, PODS, "shop", {}, dict)

    assert type(told.value) is kind
    assert str(told.value) == "POST /api/v1/namespaces/shop/pods: the server says why"
    assert told.value.reason == reason
    assert {a.path for a in server.asked} == {"/api/v1/namespaces/shop/pods"}


async def test_a_refusal_names_the_fields_that_are_wrong():
    cause = {"field": "spec.replicas", "message": "must be at least 0", "reason": "FieldValueInvalid"}

    async def answer(_):
        return refusal(422, "Invalid", causes=[cause])

    async with asked_of(answer) as (_, client):
        with pytest.raises(Invalid) as told:
            await verbs.create(client, PODS, "shop", {}, dict)

    assert told.value.causes == (Cause(**cause),)


async def test_a_refusal_that_is_no_status_is_told_as_it_is():
    async def answer(_):
        return web.Response(status=403, text="<html>blocked by the proxy</html>")

    async with asked_of(answer) as (_, client):
        with pytest.raises(Forbidden, match="blocked by the proxy"):
            await get(client)


async def test_an_answer_that_is_not_what_was_asked_for_names_the_request():
    async def answer(_):
        return web.Response(text="<html>log in first</html>")

    async with asked_of(answer) as (_, client):
        with pytest.raises(ApiError, match="GET /api/v1/namespaces/shop/pods/front: the answer is not"):
            await get(client)


async def test_a_request_is_sent_as_somebody_else_only_where_that_is_said():
    async def answer(_):
        return json({})

    async with asked_of(answer) as (server, client):
        await get(client, impersonate="system:serviceaccount:shop:releaser")
        await get(client)

    assert [a.headers.get("Impersonate-User") for a in server.asked] == ["system:serviceaccount:shop:releaser", None]


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    async def answer(_):
        return json({"direct": True})

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async with asked_of(answer) as (_, client):
        assert await get(client) == {"direct": True}


async def test_every_answer_is_observed_and_so_is_its_absence():
    observed = []

    async def answer(request):
        return break_off(request) if request.method == "DELETE" else refusal(404)

    async with serving(answer) as server, server.client(observer=lambda *told: observed.append(told)) as client:
        with pytest.raises(NotFound):
            await get(client)
        with pytest.raises(AnswerLost):
            await verbs.delete(client, PODS, "shop", "front")

    path = "/api/v1/namespaces/shop/pods/front"
    assert observed == [("GET", path, 404), ("DELETE", path, 0)]
