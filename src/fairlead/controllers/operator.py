"""The operator process: wires everything together, waits for the lease, works until it is told to stop."""

import asyncio
import os
import random
import socket
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import structlog

from fairlead.adapters.http.get import Get
from fairlead.adapters.http.network import Network
from fairlead.api.release import ENDED
from fairlead.controllers.cluster import Cluster
from fairlead.controllers.component import Components
from fairlead.controllers.events import Events
from fairlead.controllers.release import Releases
from fairlead.controllers.revisions import Revisions
from fairlead.kube.client import Client
from fairlead.kube.config import ConfigError, load
from fairlead.runtime import log, supervisor
from fairlead.runtime.clock import Clock, SystemClock
from fairlead.runtime.controller import Controller
from fairlead.runtime.lease import Lease, LeaseLost
from fairlead.runtime.metrics import Metrics
from fairlead.runtime.queue import Priority, Queue
from fairlead.runtime.store import Key
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
        async with Client(config, rng, metrics.requested) as client, Network() as get:
            lease = Lease(
                client,
                clock,
                rng,
                namespace=lease_namespace or config.namespace,
                name="fairlead",
                identity=f"{socket.gethostname()}_{os.getpid()}_{rng.getrandbits(32):08x}",
            )
            operator = Operator(client, clock, rng, metrics, get, lease if leader_election else None)
            probes = serve(
                health_port=health_port,
                metrics_port=metrics_port,
                registry=metrics.registry,
                is_ready=operator.is_synced,
            )
            await operator.run({"probes": probes})

    supervisor.run(main())
    return 0


class Operator:
    """All parts of one process."""

    def __init__(
        self,
        client: Client,
        clock: Clock,
        rng: random.Random,
        metrics: Metrics,
        get: Get,
        lease: Lease | None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._metrics = metrics
        self._get = get
        self._lease = lease
        self._cluster = Cluster(client, rng)
        self._queue: Queue[Key] = Queue(clock, rng)
        self._events = Events(client, clock, rng)
        self._cluster.on_change(self._touch)
        self._synced = False
        self._leads = False

    def is_synced(self) -> bool:
        """Whether it has seen the whole cluster once."""
        return self._synced

    async def run(self, beside: Mapping[str, Coroutine[Any, Any, None]]) -> None:
        """Run, with what else the process does `beside`, until a signal comes or a part crashes."""
        try:
            await supervisor.supervise({"informers": self._cluster.run(), "work": self._work(), **beside})
        finally:
            if self._lease is not None:
                await asyncio.wait_for(self._lease.release(), 5)

    async def _work(self) -> None:
        """Lead and work, again and again. A standby keeps its caches warm, so that it can act at once."""
        await self._cluster.synced()
        self._synced = True
        while True:
            if self._lease is not None:
                await self._lease.acquire()
            self._leads = True
            self._metrics.leader.set(1)
            try:
                await self._lead()
            except* LeaseLost as lost:
                self._leads = False
                self._metrics.leader.set(0)
                structlog.get_logger().error("not leading any more", error=str(lost.exceptions[0]))

    async def _lead(self) -> None:
        """Work until the lease is lost. What was kept in memory goes with it: another replica may act meanwhile."""
        revisions = Revisions(self._cluster)
        releases = Releases(self._cluster, revisions, self._events, self._clock, self._get, self._queue)
        components = Components(self._cluster, revisions, releases, self._clock)
        controller = Controller("component", self._queue, components.reconcile, self._clock, self._metrics)
        self._look_at_everything()
        try:
            async with asyncio.TaskGroup() as group:
                if self._lease is not None:
                    group.create_task(self._lease.keep())
                group.create_task(controller.run())
        finally:
            await releases.stop()

    def _look_at_everything(self) -> None:
        """What is under way is looked at first; the rest has waited, and can wait a little longer."""
        for key in sorted(self._cluster.keys()):
            self._queue.add(key, Priority.URGENT if self._is_under_way(key) else Priority.LOW)

    def _touch(self, key: Key) -> None:
        if self._leads:
            self._queue.add(key, Priority.URGENT if self._is_under_way(key) else Priority.NORMAL)

    def _is_under_way(self, key: Key) -> bool:
        return any(r.status.stage not in ENDED for r in self._cluster.releases_of(key))
