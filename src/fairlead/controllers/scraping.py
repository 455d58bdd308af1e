"""Reads the pods of both revisions while a Release is judged, on a beat of its own.

It only hands over what was read, and touches the Component's key. Reading never waits for deciding, nor the other way
round.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from fairlead.adapters.http.get import Get
from fairlead.adapters.metrics.scrape import ScrapeFailed, scrape
from fairlead.controllers import observe
from fairlead.controllers.cluster import Cluster
from fairlead.core.judge.reading import Counters, FailureKind, PodReading, Reading
from fairlead.core.judge.target import Target
from fairlead.core.release.observation import Pod
from fairlead.runtime.clock import Clock

EVERY_S = 0.5
MOST_PODS_PER_COPY = 50
"""A larger copy is judged by a sample of its pods, always the same ones."""


class Source(NamedTuple):
    """A copy, and where its pods are read."""

    copy: str
    target: Target


class Subject(NamedTuple):
    """A workload under judgement in both revisions, as far as it is in stable."""

    workload: str
    stable: Source | None
    candidate: Source


class Scraping:
    """The loop of one Release. `take` gives what was read since it was called last."""

    def __init__(
        self,
        cluster: Cluster,
        get: Get,
        clock: Clock,
        namespace: str,
        subjects: tuple[Subject, ...],
        touch: Callable[[], None],
    ) -> None:
        self._cluster = cluster
        self._get = get
        self._clock = clock
        self._namespace = namespace
        self._subjects = subjects
        self._touch = touch
        self._readings: dict[str, Reading] = {}
        self._read_at_s = 0.0
        self._taken_at_s: float | None = None
        self._task = asyncio.create_task(self._run(), name=f"scraping in {namespace}")

    def take(self) -> dict[str, Reading]:
        """Return the newest readings, by workload, once."""
        if self._task.done():
            self._task.result()
        taken, self._readings = self._readings, {}
        if taken:
            self._taken_at_s = self._read_at_s
        return taken

    async def stop(self) -> None:
        """End the loop."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            began_s = self._clock.monotonic_s()
            read = await asyncio.gather(*(self._read(subject) for subject in self._subjects))
            since_ms = 0 if self._taken_at_s is None else round(1000 * (began_s - self._taken_at_s))
            self._readings = {workload: replace(reading, since_ms=since_ms) for workload, reading in read}
            self._read_at_s = began_s
            self._touch()
            await self._clock.sleep(max(0.0, EVERY_S - (self._clock.monotonic_s() - began_s)))

    async def _read(self, subject: Subject) -> tuple[str, Reading]:
        stable, candidate = await asyncio.gather(self._copy(subject.stable), self._copy(subject.candidate))
        return subject.workload, Reading(stable=stable, candidate=candidate)

    async def _copy(self, source: Source | None) -> tuple[PodReading, ...]:
        if source is None:
            return ()
        found = self._cluster.pods.store.by_index("copy", f"{self._namespace}/{source.copy}")
        pods = sorted((p for p in map(observe.pod, found) if p.ip and not p.terminating), key=lambda p: p.uid)
        return tuple(await asyncio.gather(*(self._pod(p, source.target) for p in pods[:MOST_PODS_PER_COPY])))

    async def _pod(self, pod: Pod, target: Target) -> PodReading:
        host = f"[{pod.ip}]" if ":" in pod.ip else pod.ip
        counters: Counters | None = None
        failure = ""
        kind: FailureKind = ""
        try:
            scraped = await scrape(self._get, f"http://{host}:{target.port}{target.path}", target.excluded_paths)
            counters = Counters(requests=scraped.requests, errors=scraped.errors, buckets=scraped.buckets)
        except ScrapeFailed as error:
            failure, kind = str(error), error.kind
        return PodReading(
            pod=pod.name,
            uid=pod.uid,
            restarts=pod.restarts,
            ready=pod.ready,
            counters=counters,
            failure=failure,
            failure_kind=kind,
        )
