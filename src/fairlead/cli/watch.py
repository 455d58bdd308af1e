"""`fairlead watch`: follow the Release of a Component until it ends.

On a terminal a live view; elsewhere one line for every stage, step and reason to wait.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from fairlead.api.component import Component
from fairlead.api.meta import LABEL_COMPONENT
from fairlead.api.release import ENDED, Release
from fairlead.api.revision import Revision
from fairlead.cli.cluster import COMPONENTS, DEPLOYMENTS, RELEASES, Cluster, connect
from fairlead.cli.failure import Failure
from fairlead.cli.page import console
from fairlead.cli.sides import Reading, Sides, Size, sides, size
from fairlead.cli.target import Target
from fairlead.cli.view import line, view
from fairlead.cli.where import component_stands, obstacle
from fairlead.controllers.kinds import Deployment
from fairlead.core.component.begin import standing
from fairlead.kube.errors import Forbidden
from fairlead.kube.resource import Resource
from fairlead.kube.watch import Changed, Deleted, Event, Listed, follow

#: Between two events only the clocks on the screen move.
REDRAW_S = 0.5
#: A screen of fewer lines has no room for empty ones.
ROOMY_LINES = 32

Clock = Callable[[], datetime]
Extra = Callable[[], RenderableType | None]


def nothing_extra() -> None:
    """Fairlead's own figures are all that is shown."""


class Seen:
    """What is known of one Component and of what belongs to it, kept true by watches."""

    def __init__(self, component: Component) -> None:
        self.component = component
        self.releases: dict[str, Release] = {}
        self.deployments: dict[str, Size] | None = None
        """None where they may not be read."""
        self.revisions: dict[str, Revision | None] = {}
        self.readings: deque[Reading] = deque(maxlen=64)
        self.changed = asyncio.Event()

    @property
    def release(self) -> Release | None:
        """The Release under way, else the last one; None where it is not known yet, or cannot begin."""
        metadata, status = self.component.metadata, self.component.status
        stands = standing(tuple(self.releases.values()))
        is_looked_at = status.observed_generation >= metadata.generation and status.release in ("", *self.releases)
        is_current = is_looked_at and obstacle(self.component) is None
        return stands.active or (stands.last if is_current else None)

    def sides(self, release: Release) -> Sides:
        """Both revisions of a Release, as they are now."""
        to, before = (self.revisions.get(name) for name in (release.spec.to_revision, release.spec.from_revision))
        readings = [r for r in self.readings if r.release.metadata.name == release.metadata.name]
        known = self.deployments
        return sides(
            readings,
            stable=size(before, to, known) if before and known is not None else None,
            candidate=size(to, before, known) if to and known is not None else None,
        )

    def stored_for_s(self, release: Release) -> float:
        """Return how long ago Fairlead stored what is known of a Release."""
        readings = (r.at_s for r in self.readings if r.release.metadata.name == release.metadata.name)
        return time.monotonic() - max(readings, default=time.monotonic())

    def put(self, event: Event[Any]) -> None:
        """Take in what a watch says."""
        match event:
            case Listed(items=items):
                for item in items:
                    self._put(item)
            case Changed(object=changed):
                self._put(changed)
            case Deleted(object=gone):
                self._remove(gone)
        self.changed.set()

    def _put(self, item: Component | Release | Deployment) -> None:
        name = item.metadata.name
        match item:
            case Component() if name == self.component.metadata.name:
                self.component = item
            case Release() if item.spec.component == self.component.metadata.name:
                self.releases[name] = item
                self.readings.append(Reading(at_s=time.monotonic(), release=item))
            case Deployment() if self.deployments is not None:
                self.deployments[name] = Size(item.status.ready_replicas, item.spec.replicas)

    def _remove(self, item: Component | Release | Deployment) -> None:
        if isinstance(item, Release):
            self.releases.pop(item.metadata.name, None)
        elif isinstance(item, Deployment) and self.deployments is not None:
            self.deployments.pop(item.metadata.name, None)


async def watch(target: Target, name: str, clock: Clock, extra: Extra = nothing_extra) -> bool:
    """Follow the Release under way, or about to begin, to its end. Return whether it was promoted.

    What `extra` returns is a part of the live view: figures of somebody else.
    """
    async with connect(target) as cluster:
        seen = Seen(await cluster.component(name))
        seen.put(Listed(await cluster.releases(name), ""))
        await _may_see_deployments(cluster, seen)
        belonging = f"{LABEL_COMPONENT}={name}"
        tasks = {
            asyncio.create_task(_show(cluster, seen, clock, extra)),
            asyncio.create_task(_follow(cluster, COMPONENTS, Component, seen, "")),
            asyncio.create_task(_follow(cluster, RELEASES, Release, seen, "")),
        }
        if seen.deployments is not None:
            tasks.add(asyncio.create_task(_follow(cluster, DEPLOYMENTS, Deployment, seen, belonging)))
        try:
            (first, *_), _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return bool(first.result())  # what is followed never ends, unless by a defect, which is raised here
        finally:
            for one in tasks:
                one.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _may_see_deployments(cluster: Cluster, seen: Seen) -> None:
    try:
        await cluster.listed(
            DEPLOYMENTS, Deployment, label_selector=f"{LABEL_COMPONENT}={seen.component.metadata.name}"
        )
    except Forbidden:
        return
    seen.deployments = {}


async def _follow(
    cluster: Cluster,
    resource: Resource,
    kind: type[Component] | type[Release] | type[Deployment],
    seen: Seen,
    label_selector: str,
) -> None:
    jitter = random.Random()  # noqa: S311 - no secret
    async for event in follow(
        cluster.client, resource, kind, jitter, namespace=cluster.namespace, label_selector=label_selector
    ):
        seen.put(event)


async def _show(cluster: Cluster, seen: Seen, clock: Clock, extra: Extra) -> bool:
    terminal = console()
    live = Live(console=terminal, auto_refresh=False) if terminal.is_terminal else None
    screen: AbstractContextManager[object] = live or nullcontext()
    told: object = None
    with screen:
        while True:
            seen.changed.clear()
            release = seen.release
            if release is not None:
                await _know_revisions(cluster, seen, release)
            if live is not None:
                is_dense = terminal.height < ROOMY_LINES
                live.update(_view(seen, release, clock(), extra(), is_dense=is_dense), refresh=True)
            elif _news(release) != told:
                told = _news(release)
                terminal.print(f"{clock():%H:%M:%S}  {_line(seen, release, clock())}", soft_wrap=True, markup=False)
            if release is not None and release.status.stage in ENDED:
                return release.status.stage == "Promoted"
            if release is None and (refused := obstacle(seen.component)) is not None:
                raise Failure(refused.message, f"See more: fairlead why {seen.component.metadata.name}")
            await _next(seen.changed)


async def _next(changed: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(changed.wait(), REDRAW_S)


async def _know_revisions(cluster: Cluster, seen: Seen, release: Release) -> None:
    for name in (release.spec.to_revision, release.spec.from_revision):
        if name and name not in seen.revisions:
            seen.revisions[name] = await cluster.revision(name)


def _view(
    seen: Seen, release: Release | None, now: datetime, extra: RenderableType | None, *, is_dense: bool
) -> RenderableType:
    if release is None:
        return Text(_line(seen, release, now))
    return view(
        seen.component,
        release,
        seen.sides(release),
        now=now,
        stored_for_s=seen.stored_for_s(release),
        is_dense=is_dense,
        extra=extra,
    )


def _line(seen: Seen, release: Release | None, now: datetime) -> str:
    if release is None:
        return component_stands(seen.component, standing(()), now)
    return line(release, now)


def _news(release: Release | None) -> object:
    """What of a Release is worth another line."""
    if release is None:
        return ()
    status = release.status
    reason = status.waiting.reason if status.waiting else ""
    return release.metadata.name, status.stage, status.step, reason, tuple(e.verdict for e in status.evidence)
