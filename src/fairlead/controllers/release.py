"""Drives one Release: gather, decide, carry out.

What it keeps in memory may be lost at any time: what was applied (it is applied again), what the data plane answered
(it is asked again), and what was observed since the last checkpoint.
"""

import structlog
from msgspec.structs import replace

from fairlead.adapters.http.get import Get
from fairlead.api.component import Component
from fairlead.api.meta import LABEL_COPY
from fairlead.api.release import ENDED, Reason, Release, ReleaseStatus
from fairlead.controllers.asking import Asking
from fairlead.controllers.body import body
from fairlead.controllers.carry_out import Hands, Obstacle
from fairlead.controllers.cluster import RELEASES, Cluster
from fairlead.controllers.events import Events
from fairlead.controllers.gather import gather
from fairlead.controllers.revisions import Revisions
from fairlead.controllers.rights import account
from fairlead.controllers.scraping import Scraping, Source, Subject
from fairlead.core.judge.target import Target, target
from fairlead.core.release.checkpoint import must_store
from fairlead.core.release.commands import Ask, Command
from fairlead.core.release.decide import Decision, decide
from fairlead.core.release.observation import Answers
from fairlead.core.release.pair import Pair, Workload
from fairlead.core.release.situation import Situation
from fairlead.core.release.stages import CAN_TURN_BACK, JUDGED
from fairlead.core.revision.stored import StoredRevision
from fairlead.kube import verbs
from fairlead.kube.errors import Conflict
from fairlead.runtime.clock import Clock
from fairlead.runtime.controller import Wake
from fairlead.runtime.queue import Priority, Queue
from fairlead.runtime.store import Key

#: How long to wait before a command that was refused is tried again.
RETRY_REFUSED_AFTER_S = 5.0


class Drive:
    """One Release under way, in memory."""

    def __init__(self, uid: str, pair: Pair, hands: Hands, targets: dict[str, Target]) -> None:
        self.uid = uid
        self.pair = pair
        self.hands = hands
        self.targets = targets
        """Where the pods of each copy are read, by copy."""
        self.scraping: Scraping | None = None
        self.working: ReleaseStatus | None = None
        self.stored_at_s = 0.0
        self.observed_at_s: float | None = None
        self.answers: Answers = {}
        self.obstacle: Reason | None = None


class Releases:
    """Drives the Releases of one cluster."""

    def __init__(
        self,
        cluster: Cluster,
        revisions: Revisions,
        events: Events,
        clock: Clock,
        get: Get,
        queue: Queue[Key],
    ) -> None:
        self._cluster = cluster
        self._revisions = revisions
        self._events = events
        self._clock = clock
        self._get = get
        self._queue = queue
        self._asking = Asking(cluster, get)
        self._drives: dict[Key, Drive] = {}
        """By Component: at most one Release of it is under way."""
        self._log = structlog.get_logger()

    async def advance(self, component: Component, release: Release, wanted_revision: str) -> Wake:
        """Move a Release on. Raises Conflict where the view was outdated."""
        drive = await self._drive(component, release)
        situation = self._gather(drive, release, wanted_revision)
        decision = decide(situation, self._elapsed_ms(drive))
        try:
            await self._store(drive, component, release, decision.status)
            await self._carry_out(drive, component, situation.at(decision.status), decision)
        except Conflict:
            drive.working = None
            raise
        if decision.status.stage in ENDED:
            await self.forget((component.metadata.namespace, component.metadata.name))
            return Wake(0.0)
        await self._follow_pods(drive, component, decision.status)
        return self._wake(drive, decision)

    async def stop(self) -> None:
        """Drop everything: another replica may lead now."""
        for key in list(self._drives):
            await self.forget(key)

    async def forget(self, key: Key) -> None:
        """Drop what is kept of a Release of a Component: it ended, or is gone."""
        drive = self._drives.pop(key, None)
        if drive is not None and drive.scraping is not None:
            await drive.scraping.stop()

    async def _drive(self, component: Component, release: Release) -> Drive:
        key, uid = (component.metadata.namespace, component.metadata.name), release.metadata.uid
        if key in self._drives and self._drives[key].uid != uid:
            await self.forget(key)
        if key not in self._drives:
            namespace = release.metadata.namespace
            candidate = await self._revisions.load(namespace, release.spec.to_revision)
            before = release.spec.from_revision
            stable = await self._revisions.load(namespace, before) if before else None
            hands = Hands(self._cluster, namespace, component.metadata.name)
            self._drives[key] = Drive(uid, Pair(candidate, stable), hands, _targets(release, candidate, stable))
        return self._drives[key]

    def _gather(self, drive: Drive, release: Release, wanted_revision: str) -> Situation:
        working = release if drive.working is None else replace(release, status=drive.working)
        return gather(
            self._cluster,
            self._clock,
            working,
            drive.pair,
            wanted_revision=wanted_revision,
            applied=frozenset(drive.hands.applied),
            removed=frozenset(drive.hands.removed),
            answers=drive.answers,
            readings=drive.scraping.take() if drive.scraping else {},
            obstacle=drive.obstacle,
        )

    def _elapsed_ms(self, drive: Drive) -> int:
        now_s, before_s = self._clock.monotonic_s(), drive.observed_at_s
        drive.observed_at_s = now_s
        return 0 if before_s is None else round((now_s - before_s) * 1000)

    async def _store(self, drive: Drive, component: Component, release: Release, status: ReleaseStatus) -> None:
        """Store what guards the commands that follow; checkpoint the rest now and then."""
        if (drive.working or release.status).stage != status.stage:
            drive.hands.applied.clear()
            drive.hands.removed.clear()
            drive.obstacle = None
        drive.working = status
        now_s = self._clock.monotonic_s()
        if not must_store(release.status, status, now_s - drive.stored_at_s):
            return
        namespace, name = release.metadata.namespace, release.metadata.name
        written = await verbs.replace(
            self._cluster.client, RELEASES, namespace, name, body(replace(release, status=status)), Release,
            subresource="status", urgent=True,
        )  # fmt: skip
        drive.stored_at_s = now_s
        self._cluster.releases.wrote(written)
        if release.status.stage != status.stage or release.status.step != status.step:
            self._tell(component, release, status)

    def _tell(self, component: Component, release: Release, status: ReleaseStatus) -> None:
        because = status.because.message if status.because else ""
        name = f"{release.metadata.namespace}/{release.metadata.name}"
        self._log.info(
            "release moved on", release=name, stage=status.stage, weight=status.weight_percent, because=because
        )
        what = f"Release {release.metadata.name} to {release.spec.to_revision}: {status.stage}"
        share = f", {status.weight_percent} % of the requests for it"
        note = f"{what}{share}{'; ' if because else ''}{because}"
        self._events.tell(component, release, status.stage, note, warning=bool(because))

    async def _carry_out(self, drive: Drive, component: Component, s: Situation, decision: Decision) -> None:
        writes: list[Command] = []
        for command in decision.commands:
            if isinstance(command, Ask):
                ports = {copy: t.serving_port for copy, t in drive.targets.items()}
                drive.answers = await self._asking.ask(s, command, ports)
            else:
                writes.append(command)
        try:
            # The account that the Component names now: to name another may be what lets a Release go on.
            user = account(component.metadata.namespace, component.spec.service_account_name)
            await drive.hands.carry_out(writes, user=user, way_back=decision.urgent)
            drive.obstacle = None
        except Obstacle as obstacle:
            drive.obstacle = obstacle.reason

    def _wake(self, drive: Drive, decision: Decision) -> Wake:
        priority = Priority.URGENT if decision.urgent or decision.status.stage in JUDGED else Priority.NORMAL
        if drive.obstacle is not None:
            turns_back = drive.obstacle.reason == "Invalid" and decision.status.stage in CAN_TURN_BACK
            return Wake(0.0 if turns_back else RETRY_REFUSED_AFTER_S, priority)
        if decision.wake_after_s is None and decision.commands:
            return Wake(0.0, priority)
        return Wake(decision.wake_after_s, priority)

    async def _follow_pods(self, drive: Drive, component: Component, status: ReleaseStatus) -> None:
        """Read the pods for as long as the candidate is judged."""
        if status.stage not in JUDGED:
            if drive.scraping is not None:
                await drive.scraping.stop()
                drive.scraping = None
            return
        subjects = _subjects(drive)
        if drive.scraping is None and subjects:
            key = (component.metadata.namespace, component.metadata.name)
            drive.scraping = Scraping(
                self._cluster,
                self._get,
                self._clock,
                component.metadata.namespace,
                subjects,
                lambda: self._queue.add(key, Priority.URGENT),
            )


def _targets(release: Release, candidate: StoredRevision, stable: StoredRevision | None) -> dict[str, Target]:
    targets = {}
    for revision in (candidate, stable) if stable else (candidate,):
        for o in revision.objects:
            if o.kind != "Deployment":
                continue
            copy = o.manifest["spec"]["template"]["metadata"]["labels"][LABEL_COPY]
            service = next(
                (
                    x.manifest
                    for x in revision.objects
                    if x.kind == "Service" and (x.manifest["spec"].get("selector") or {}).get(LABEL_COPY) == copy
                ),
                None,
            )
            plan = release.spec.plan.judge.metrics
            found = target(o.manifest, service, plan, release.spec.traffic.probe_path)
            if found is not None:
                targets[copy] = found
    return targets


def _subjects(drive: Drive) -> tuple[Subject, ...]:
    """What is read. Of a first revision nothing is: there is nothing to go back to."""
    compared = drive.pair.compared if drive.pair.stable else ()
    return tuple(
        Subject(c.candidate.source_name, _source(drive, c.stable), candidate)
        for c in compared
        if (candidate := _source(drive, c.candidate)) is not None
    )


def _source(drive: Drive, workload: Workload | None) -> Source | None:
    found = drive.targets.get(workload.copy) if workload else None
    return Source(workload.copy, found) if workload and found else None
