"""The operator process: wires everything together, waits for the lease, works until it is told to stop."""

import asyncio
import os
import random
import socket
from pathlib import Path

import aiohttp
import structlog

from fairlead.controllers.cluster import Cluster
from fairlead.controllers.component import Components
from fairlead.controllers.release import Releases
from fairlead.controllers.revisions import Revisions
from fairlead.kube.client import Client
from fairlead.kube.config import ConfigError, load
from fairlead.runtime import log
from fairlead.runtime.clock import Clock, SystemClock
from fairlead.runtime.controller import Controller
from fairlead.runtime.lease import Lease, LeaseLost
from fairlead.runtime.metrics import Metrics
from fairlead.runtime.queue import Priority, Queue
from fairlead.runtime.store import Key
from fairlead.runtime.supervisor import supervise
from fairlead.serve.probes import serve


def run(
    *,
    kubeconfig: Path | None,
    context: str | None,
    metrics_port: int,
    health_port: int,
    lease_namespace: str | None,
    leader_election: bool,
    log_level: str,
) -> int:
    """Run the operator until SIGTERM. Return its exit code."""
    log.configure(log_level)
    try:
        config = load(kubeconfig, context)
    except ConfigError as error:
        structlog.get_logger().error("no configuration", error=str(error))
        return 1
    rng = random.Random()  # noqa: S311
    clock = SystemClock()
    metrics = Metrics()

    async def main() -> None:
        async with Client(config, rng, metrics.requested) as client:
            lease = Lease(
                client,
                clock,
                rng,
                namespace=lease_namespace or config.namespace,
                name="fairlead",
                identity=f"{socket.gethostname()}_{os.getpid()}_{rng.getrandbits(32):08x}",
            )
            operator = Operator(client, clock, rng, metrics, lease if leader_election else None)
            await operator.run(metrics_port=metrics_port, health_port=health_port)

    try:
        asyncio.run(main())
    except LeaseLost as error:
        structlog.get_logger().error("another replica leads now", error=str(error))
        return 1
    return 0


class Operator:
    """All parts of one process."""

    def __init__(self, client: Client, clock: Clock, rng: random.Random, metrics: Metrics, lease: Lease | None) -> None:
        self._client = client
        self._clock = clock
        self._metrics = metrics
        self._lease = lease
        self._cluster = Cluster(client, rng)
        self._queue: Queue[Key] = Queue(clock, rng)
        self._synced = False

    async def run(self, *, metrics_port: int, health_port: int) -> None:
        """Run until a signal comes, or a part crashes."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
            revisions = Revisions(self._client)
            releases = Releases(self._cluster, revisions, self._clock, session, self._queue)
            components = Components(self._cluster, revisions, releases, self._clock)
            probes = serve(
                health_port=health_port,
                metrics_port=metrics_port,
                registry=self._metrics.registry,
                is_ready=lambda: self._synced,
            )
            tasks = {"informers": self._cluster.run(), "probes": probes, "work": self._work(components)}
            try:
                await supervise(tasks)
            finally:
                if self._lease is not None:
                    await asyncio.wait_for(self._lease.release(), 5)

    async def _work(self, components: Components) -> None:
        """Lead, and work. A standby keeps its caches warm, so that it can act at once."""
        await self._cluster.synced()
        self._synced = True
        async with asyncio.TaskGroup() as group:
            if self._lease is not None:
                await self._lease.acquire()
                group.create_task(self._lease.keep())
            self._metrics.leader.set(1)
            self._look_at_everything(components)
            controller = Controller("component", self._queue, components.reconcile, self._clock, self._metrics)
            group.create_task(controller.run())

    def _look_at_everything(self, components: Components) -> None:
        """What is under way is looked at first; the rest has waited, and can wait a little longer."""

        def touch(key: Key) -> None:
            self._queue.add(key, Priority.URGENT if components.has_release(key) else Priority.NORMAL)

        self._cluster.on_change(touch)
        for component in self._cluster.components.store:
            key = (component.metadata.namespace, component.metadata.name)
            self._queue.add(key, Priority.URGENT if components.has_release(key) else Priority.LOW)
