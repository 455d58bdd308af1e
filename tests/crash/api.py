"""The API server as the tests talk to it: as its administrator, past the proxy."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fairlead.kube.transport import Sent, Transport

Object = dict[str, Any]

GROUPS = {
    "components": "/apis/fairlead.dev/v1alpha1",
    "revisions": "/apis/fairlead.dev/v1alpha1",
    "releases": "/apis/fairlead.dev/v1alpha1",
    "deployments": "/apis/apps/v1",
    "replicasets": "/apis/apps/v1",
    "jobs": "/apis/batch/v1",
    "pods": "/api/v1",
    "services": "/api/v1",
    "configmaps": "/api/v1",
    "secrets": "/api/v1",
    "endpointslices": "/apis/discovery.k8s.io/v1",
    "httproutes": "/apis/gateway.networking.k8s.io/v1",
    "gateways": "/apis/gateway.networking.k8s.io/v1",
    "clusterrolebindings": "/apis/rbac.authorization.k8s.io/v1",
    "namespaces": "/api/v1",
    "leases": "/apis/coordination.k8s.io/v1",
    "events": "/apis/events.k8s.io/v1",
}
PATIENT_TRIES = 25
MERGE_PATCH = "application/merge-patch+json"


class Refused(Exception):
    """The API server answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


def path(kind: str, namespace: str = "", name: str = "", subresource: str = "") -> str:
    scope = f"/namespaces/{namespace}" if namespace else ""
    return GROUPS[kind] + scope + "".join(f"/{part}" for part in (kind, name, subresource) if part)


class Api:
    """Requests in one namespace, or in none."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def call(self, method: str, at: str, body: Object | None = None, content_type: str = "") -> Object:
        headers = {"Content-Type": content_type or "application/json"}
        data = None if body is None else json.dumps(body).encode()
        sent = Sent(method=method, path=at, query={}, headers=headers, body=data)
        for _ in range(PATIENT_TRIES):
            async with self.transport.open(sent) as answer:
                told: Object = json.loads(await answer.read())
            if answer.status != 429:
                break
            # The storage of a new kind is made when it is asked for first.
            await asyncio.sleep(0.2)
        if answer.status >= 400:
            raise Refused(answer.status, told.get("message", ""))
        return told

    async def list(self, kind: str, namespace: str) -> list[Object]:
        items: list[Object] = (await self.call("GET", path(kind, namespace)))["items"]
        return items

    async def get(self, kind: str, namespace: str, name: str) -> Object | None:
        try:
            return await self.call("GET", path(kind, namespace, name))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    async def create(self, kind: str, namespace: str, o: Object) -> Object:
        return await self.call("POST", path(kind, namespace), o)

    async def patch(self, kind: str, namespace: str, name: str, body: Object, subresource: str = "") -> Object:
        return await self.call("PATCH", path(kind, namespace, name, subresource), body, MERGE_PATCH)

    async def delete(self, kind: str, namespace: str, name: str) -> None:
        await self.call("DELETE", path(kind, namespace, name), {"gracePeriodSeconds": 0})

    async def follow(self, kind: str, namespace: str) -> AsyncIterator[dict[str, Object]]:
        """Yield everything of a kind by name, now and after every change."""
        listed = await self.call("GET", path(kind, namespace))
        known = {o["metadata"]["name"]: o for o in listed["items"]}
        yield known
        version = listed["metadata"]["resourceVersion"]
        query = {"watch": "1", "resourceVersion": version}
        sent = Sent(method="GET", path=path(kind, namespace), query=query, headers={})
        async with self.transport.open(sent) as answer:
            rest = b""
            async for chunk in answer.chunks:
                *lines, rest = (rest + chunk).split(b"\n")
                for event in map(json.loads, lines):
                    o = event["object"]
                    assert event["type"] != "ERROR", o
                    if event["type"] == "DELETED":
                        known.pop(o["metadata"]["name"], None)
                    else:
                        known[o["metadata"]["name"]] = o
                    yield known
        raise ConnectionError(f"the watch of {kind} in {namespace} ended")


async def until(what: str, seen: Any, within_s: float, every_s: float = 0.05) -> Any:
    """Return what `seen` returns once it is true. Raises AssertionError when that takes too long."""
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + within_s
    while loop.time() < deadline_s:
        if found := await seen():
            return found
        await asyncio.sleep(every_s)
    raise AssertionError(f"not within {within_s} s: {what}")
