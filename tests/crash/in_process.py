"""All of it in one process and in virtual time: the operator, the API in memory, and what plays around them.

Each run has a server and a time of its own, so that the same seed gives the same run, request by request.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import cache

import structlog
import yaml

from dev.cluster import programs
from fairlead.controllers.operator import Operator
from fairlead.kube.client import Client
from fairlead.kube.config import ClusterConfig
from fairlead.kube.credentials import Credentials
from fairlead.kube.transport import Received, Sent, Unreached
from fairlead.runtime.lease import Lease
from fairlead.runtime.metrics import Metrics
from fairlead.sim.api.guard import bootstrap
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.guard.user import ADMIN
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.server import Server
from fairlead.sim.api.types.types import Types
from fairlead.sim.network import Network
from fairlead.sim.time import loop
from fairlead.sim.time.clock import VirtualClock
from fairlead.sim.transport import InProcess
from tests.crash.api import Api, Object
from tests.crash.control_plane import CRDS, EVERYTHING_FOR_ACCOUNTS
from tests.crash.process import Running
from tests.crash.run import Run, told
from tests.crash.scenarios import Scenario
from tests.crash.world import World, world
from tests.crash.writes import Crash, Dead, Writes

#: 2026-01-01.
STARTS_S = 1_767_225_600.0
#: What a process takes until its first request.
START_S = 0.5
#: How long a request of the operator is on its way there, and as long back.
LONGEST_WAY_S = 0.003

Heard = Callable[[Request, Answer], None]


def run(
    scenario: Scenario,
    crash: Crash | None = None,
    *,
    namespace: str = "",
    seed: int = 1,
    order: Callable[[], AbstractContextManager[None]] = nullcontext,
    lease: bool = False,
    heard: Heard = lambda *_: None,
) -> Run:
    """Tell a scenario once, in this namespace or another. `heard` is told of every request to the API server."""
    made = Run(scenario, crash, namespace or f"{scenario.name}-here")

    async def tell() -> Run:
        return await told(made, _world(made.namespace, random.Random(seed), lease, heard))

    with order(), structlog.testing.capture_logs():
        return loop.run(tell())


@asynccontextmanager
async def _world(namespace: str, rng: random.Random, lease: bool, heard: Heard) -> AsyncIterator[World]:
    clock = VirtualClock(STARTS_S)
    server = Server(now_s=clock.now_s, rng=random.Random(rng.random()), types=Types(), guard=Guards())
    server.seed([*bootstrap.roles(), *_definitions(), EVERYTHING_FOR_ACCOUNTS])

    def answer(request: Request) -> Answer:
        given = server.answer(request)
        heard(request, given)
        return given

    here, network, writes = InProcess(answer, clock.now_s, ADMIN), Network(), Writes()
    operator = Here(here, clock, rng, network, writes, lease)
    async with world(Api(here), namespace, network, writes, operator) as made:
        yield made


@cache
def _definitions() -> tuple[Object, ...]:
    files = sorted(f for folder in (CRDS, programs.gateway_api()) for f in folder.glob("*.yaml"))
    found = (d for f in files for d in yaml.load_all(f.read_text(), yaml.CSafeLoader))
    return tuple(d for d in found if d and d["kind"] == "CustomResourceDefinition")


class Wire:
    """A Transport that one life of an operator has: once it is cut, nothing comes through any more."""

    def __init__(self, to: InProcess, rng: random.Random, writes: Writes) -> None:
        self._to = to
        self._rng = rng
        self._writes = writes
        self.is_cut = False

    @asynccontextmanager
    async def open(self, sent: Sent) -> AsyncIterator[Received]:
        await self._way()
        if "watch" in sent.query:
            async with self._to.open(sent) as answer:
                yield Received(answer.status, answer.headers, self._chunks(answer.chunks))
            return

        async def send() -> Whole:
            # Another write may have been on its way when this one died.
            self._check()
            async with self._to.open(sent) as answer:
                return Whole(answer.status, answer.headers, await answer.read())

        try:
            whole = await self._writes.carry(sent.method, sent.path, send)
        except Dead:
            raise Unreached("this process is dead", is_sent=True) from None
        await self._way()
        yield Received(whole.status, whole.headers, whole.chunks())

    async def close(self) -> None: ...

    async def _way(self) -> None:
        await asyncio.sleep(self._rng.uniform(0.0, LONGEST_WAY_S))
        self._check()

    async def _chunks(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            await self._way()
            yield chunk

    def _check(self) -> None:
        if self.is_cut:
            raise Unreached("this process is dead", is_sent=False)


class Whole:
    """An answer that is there."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._body


class Here(Running):
    """The operator, without a process. It dies by being cut off from the API server at once, and its tasks ended."""

    def __init__(
        self, to: InProcess, clock: VirtualClock, rng: random.Random, network: Network, writes: Writes, lease: bool
    ) -> None:
        self._to = to
        self._clock = clock
        self._rng = rng
        self._network = network
        self._writes = writes
        self._lease = lease
        self._wire: Wire | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._wire = Wire(self._to, self._rng, self._writes)
        self._task = asyncio.create_task(self._operate(self._wire), name="operator")

    async def kill(self) -> None:
        task, self._task = self._task, None
        if task is not None and self._wire is not None:
            self._wire.is_cut = True
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def ended(self) -> bool:
        return self._task is not None and self._task.done()

    @property
    def log(self) -> str:
        return repr(self._task.exception()) if self._task is not None and self._task.done() else ""

    async def _operate(self, wire: Wire) -> None:
        await asyncio.sleep(START_S)
        config = ClusterConfig(server="http://in.memory", tls=None, credentials=Credentials(), namespace="default")
        rng = random.Random(self._rng.random())
        async with Client(config, rng, transport=wire) as client:
            lease = Lease(client, self._clock, rng, namespace="default", name="fairlead", identity=f"{rng.random()}")
            operator = Operator(client, self._clock, rng, Metrics(), self._network, lease if self._lease else None)
            await operator.run({})
