"""What the front adds to the server: certificates, waiting, and answers that are never given."""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from fairlead.sim.api.faults import Disturbed, Fate
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.request import Request
from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types
from fairlead.sim.front.front import Front
from fairlead.sim.front.tls import context

PATH = "/api/v1/namespaces/default/configmaps"
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


class Planned:
    """Loses the answers of one method."""

    def __init__(self) -> None:
        self.lost = ""

    def fate(self, request: Request) -> Fate:
        return Fate(lost=request.method == self.lost)

    def frames(self, request: Request, frames: list[bytes]) -> list[bytes]:  # noqa: ARG002
        return frames


class Running(NamedTuple):
    url: str
    faults: Planned
    session: aiohttp.ClientSession
    admin: ssl.SSLContext
    nobody: ssl.SSLContext


@pytest.fixture
async def running(kubeconfig: Path) -> AsyncIterator[Running]:
    pki = kubeconfig.parent / "pki"
    server = Server(now_s=time.time, rng=random.Random(1), types=Types(), guard=Guards())
    faults = Planned()
    front = Front(Disturbed(server.answer, faults).answer, time.time)
    url = await front.start(context(pki / "apiserver.crt", pki / "apiserver.key", pki / "ca.crt"))
    nobody, admin = (ssl.create_default_context(cafile=str(pki / "ca.crt")) for _ in range(2))
    admin.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    async with aiohttp.ClientSession() as session:
        yield Running(url, faults, session, admin, nobody)
    await front.close()


async def test_a_certificate_names_its_holder(running: Running) -> None:
    async with running.session.post(running.url + REVIEW, json={}, ssl=running.admin) as answer:
        info = (await answer.json())["status"]["userInfo"]
    assert (info["username"], info["groups"]) == ("admin", ["system:masters", "system:authenticated"])


async def test_who_shows_no_certificate_is_anonymous(running: Running) -> None:
    async with running.session.get(running.url + PATH, ssl=running.nobody) as answer:
        assert 'User "system:anonymous"' in (await answer.json())["message"]


async def test_a_lost_answer_ends_the_connection_after_the_write(running: Running) -> None:
    running.faults.lost = "POST"
    with pytest.raises(aiohttp.ClientError):
        await running.session.post(running.url + PATH, json={"metadata": {"name": "a"}}, ssl=running.admin)
    async with running.session.get(f"{running.url}{PATH}/a", ssl=running.admin) as answer:
        assert answer.status == 200


async def test_a_watch_wakes_when_something_happens_and_ends_in_time(running: Running) -> None:
    query = {"watch": "1", "timeoutSeconds": "1"}
    async with running.session.get(running.url + PATH, params=query, ssl=running.admin) as answer:
        made = await running.session.post(running.url + PATH, json={"metadata": {"name": "a"}}, ssl=running.admin)
        assert made.status == 201
        lines = await asyncio.wait_for(answer.content.read(), 5)
    assert b'"ADDED"' in lines
