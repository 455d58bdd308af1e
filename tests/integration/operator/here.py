"""The operator in the process of the test, by a clock that the test moves."""

import asyncio
import random
from pathlib import Path

from fairlead.adapters.http.network import Network
from fairlead.controllers.operator import Operator
from fairlead.kube.client import Client
from fairlead.kube.config import load
from fairlead.runtime.lease import Lease
from fairlead.runtime.metrics import Metrics
from tests.crash.process import Running
from tests.unit.runtime.fake_clock import FakeClock

TICK_S = 0.005


class OperatorHere(Running):
    """All parts of one operator, with a Lease. Its time passes with the machine's, and leaps where a test says so."""

    def __init__(self, config: Path) -> None:
        self._config = load(config)
        self._running: list[asyncio.Task[None]] = []
        self.clock = FakeClock()
        self.metrics = Metrics()

    async def start(self) -> None:
        self._running = [asyncio.create_task(self._operate()), asyncio.create_task(self._let_time_pass())]

    async def kill(self) -> None:
        running, self._running = self._running, []
        for task in reversed(running):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def ended(self) -> bool:
        return any(task.done() for task in self._running)

    @property
    def log(self) -> str:
        return "; ".join(repr(task.exception()) for task in self._running if task.done())

    @property
    def looks(self) -> float:
        """How often it has looked at a Component."""
        samples = (s for metric in self.metrics.registry.collect() for s in metric.samples)
        return sum(s.value for s in samples if s.name == "controller_runtime_reconcile_total")

    async def _operate(self) -> None:
        rng = random.Random(1)
        async with Client(self._config, rng, self.metrics.requested) as client, Network() as get:
            lease = Lease(client, self.clock, rng, namespace=self._config.namespace, name="fairlead", identity="here")
            await Operator(client, self.clock, rng, self.metrics, get, lease).run({})

    async def _let_time_pass(self) -> None:
        loop = asyncio.get_running_loop()
        before_s = loop.time()
        while True:
            await asyncio.sleep(TICK_S)
            now_s = loop.time()
            self.clock.pass_s(now_s - before_s)
            before_s = now_s
