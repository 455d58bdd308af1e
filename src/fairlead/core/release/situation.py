"""The Situation: everything a decision about a Release may use, gathered at one moment.

`release.status` is the working status: the stored one, plus what was observed since the last checkpoint.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from fairlead.api.component import Step
from fairlead.api.release import Reason, Release, ReleaseStatus
from fairlead.core.judge.reading import Reading
from fairlead.core.judge.verdict import Verdict, verdict
from fairlead.core.release.commands import Apply
from fairlead.core.release.observation import Answers, Deployment, Pod, Route, Service
from fairlead.core.release.pair import Pair, Split, Workload
from fairlead.core.revision.stored import StoredObject
from fairlead.core.traffic.http_route import backend_names

Key = tuple[str, str, str]
"""API group, kind and name of an object in the Component's namespace."""


class Situation:
    """One moment of one Release. Immutable by convention: `at` gives the same moment with another status."""

    def __init__(
        self,
        *,
        release: Release,
        pair: Pair,
        wanted_revision: str,
        now: str,
        stage_age_s: float,
        waited_s: float,
        deployments: Mapping[str, Deployment],
        pods: Mapping[str, tuple[Pod, ...]],
        services: Mapping[str, Service],
        routes: Mapping[str, Route],
        applied: frozenset[Key],
        removed: frozenset[Key],
        answers: Answers,
        readings: Mapping[str, Reading],
        obstacle: Reason | None = None,
    ) -> None:
        self.release = release
        self.pair = pair
        self.wanted_revision = wanted_revision
        """The Revision of the Component's present inputs; empty when they are refused or the Component goes."""
        self.now = now
        """The time of the observation, RFC 3339."""
        self.stage_age_s = stage_age_s
        """How long ago the present stage or step was entered, by the wall clock."""
        self.waited_s = waited_s
        """For how long it has been held by what holds it, by the wall clock."""
        self.deployments = deployments
        self.pods = pods
        """Pods by copy."""
        self.services = services
        self.routes = routes
        """The routes that lead to the Component's Services."""
        self.applied = applied
        """Objects that this process applied in this stage, and the API answered."""
        self.removed = removed
        """Objects that this process found gone in this stage."""
        self.answers = answers
        self.readings = readings
        """What was read from the pods since the observation before, by workload."""
        self.obstacle = obstacle
        """What the API said against the last command, if it refused it."""

    def at(self, status: ReleaseStatus) -> "Situation":
        """Return the same moment with another status."""
        other = object.__new__(Situation)
        other.__dict__.update(self.__dict__)
        if status.stage != self.status.stage:
            other.stage_age_s, other.applied, other.removed = 0.0, frozenset(), frozenset()
        other.release = Release(metadata=self.release.metadata, spec=self.release.spec, status=status)
        return other

    @property
    def status(self) -> ReleaseStatus:
        """Where the Release stands."""
        return self.release.status

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the plan, all traffic last."""
        return steps_of(self.release)

    @property
    def step(self) -> Step:
        """The current step."""
        return self.steps[min(self.status.step, len(self.steps) - 1)]

    @property
    def splits(self) -> tuple[Split, ...]:
        """The Services that lead to different copies in the two revisions."""
        return self.pair.splits

    @property
    def is_routed(self) -> bool:
        """Whether a route leads to a Service that differs: without one there are no weights to move."""
        return bool(self.judged_workloads)

    @property
    def verdict(self) -> Verdict:
        """What the evidence says about the candidate as a whole."""
        return verdict(self.status.evidence, self.judged_workloads)

    @property
    def judged_workloads(self) -> frozenset[str]:
        """The workloads that a route sends requests to: those that must pass before the Release goes on.

        No weight is moved for what only the candidate has: it counts once the routes are the candidate's.
        """
        routed = frozenset().union(*(backend_names(r.rules) for r in self.routes.values()))
        copies = {x.candidate_copy for x in self.splits if routed & {x.service, x.stable_service, x.candidate_service}}
        if self.status.stage not in ("Preparing", "Shifting"):
            copies |= {copy for service, copy in self.pair.brought_services.items() if service in routed}
        return frozenset(w.source_name for w in self.pair.candidate_workloads if w.copy in copies)

    def apply(self, objects: Iterable[StoredObject]) -> Apply:
        """Return the command that applies objects; what moves traffic, under the version that it was seen at.

        A Fairlead that was paused, and goes on where another has gone back meanwhile, must meet a conflict.
        """
        return Apply(objects=tuple(map(self._as_seen, objects)))

    def _as_seen(self, o: StoredObject) -> StoredObject:
        seen: Mapping[str, Mapping[str, Service | Route]] = {"Service": self.services, "HTTPRoute": self.routes}
        live = seen.get(o.kind, {}).get(o.name)
        return o.at_version(live.resource_version) if live else o

    def pods_of(self, workload: Workload) -> tuple[Pod, ...]:
        """The pods of a workload that are not on their way out."""
        return tuple(p for p in self.pods.get(workload.copy, ()) if not p.terminating)

    @cached_property
    def candidate_pods(self) -> tuple[Pod, ...]:
        """All pods of the copies under judgement."""
        return tuple(p for w in self.pair.candidate_workloads for p in self.pods_of(w))


def steps_of(release: Release) -> tuple[Step, ...]:
    """Return the steps of a plan with the last one, all traffic, where it is not listed."""
    steps = release.spec.plan.steps
    if steps and steps[-1].weight_percent >= 100:
        return steps
    return (*steps, Step(weight_percent=100, hold_seconds=0))
