"""An API server that knows Services, Secrets, Deployments and routes, and refuses what a test wants to be refused."""

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from fairlead.controllers.cluster import Cluster
from fairlead.core.revision.stored import StoredObject
from tests.unit.kube.server import Server, asked_of, json, refusal

KINDS = {
    "/api/v1": {"services": "Service", "secrets": "Secret"},
    "/apis/apps/v1": {"deployments": "Deployment"},
    "/apis/gateway.networking.k8s.io/v1": {"httproutes": "HTTPRoute"},
}
DEPLOYER = "system:serviceaccount:shop:deployer"


@asynccontextmanager
async def api(
    there: Mapping[str, Any] | None = None,
    refused: Mapping[tuple[str, str], int] | None = None,
    lacking: frozenset[tuple[str, str]] = frozenset(),
) -> AsyncIterator[tuple[Server, Cluster]]:
    """Serve objects by path.

    `refused` has the status with which a verb is answered to a user, "" being Fairlead itself; `lacking` the verbs and
    resources to which a review says no.
    """

    async def answer(request: web.Request) -> web.Response:
        if request.path in KINDS:
            found = [{"name": n, "kind": k, "namespaced": True} for n, k in KINDS[request.path].items()]
            return json({"resources": found})
        status = (refused or {}).get((request.method, request.headers.get("Impersonate-User", "")))
        if status is not None:
            return refusal(status, "Refused", "the value is s3cret")
        if request.path.endswith("/selfsubjectaccessreviews"):
            asked = msgspec.json.decode(await request.read())["spec"]["resourceAttributes"]
            return json({"status": {"allowed": (asked["verb"], asked["resource"]) not in lacking}})
        if request.method == "GET" and request.path not in (there or {}):
            return refusal(404, "NotFound", "not found")
        name = request.path.rpartition("/")[2]
        return json((there or {}).get(request.path, {"metadata": {"name": name, "resourceVersion": "7"}}))

    async with asked_of(answer) as (server, client):
        yield server, Cluster(client, random.Random(1))


def writes(server: Server) -> list[tuple[str, str, str]]:
    """Return verb, name and user of every write."""
    return [
        (a.method, a.path.rpartition("/")[2], a.headers.get("Impersonate-User", ""))
        for a in server.asked
        if a.method != "GET"
    ]


def stored(kind: str, name: str, api_version: str = "v1") -> StoredObject:
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}
    return StoredObject(
        api_version=api_version, kind=kind, name=name, source_name=name, role="Single", digest="", manifest=manifest
    )
