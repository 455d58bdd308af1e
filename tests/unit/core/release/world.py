"""A world for the engine: objects, pods and a gateway that do what commands ask, unless a test says otherwise.

It is not an API server. It carries out the commands of one decision after the other, so that a test can follow a
release from step to step and ask at any moment what exists and where traffic goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec.structs import replace

from fairlead.api.component import ReleasePlan, Step, Traffic
from fairlead.api.meta import LABEL_COPY, ObjectMeta
from fairlead.api.release import ENDED, Evidence, Reason, Release, ReleaseSpec, ReleaseStatus
from fairlead.core.judge.verdict import Verdict
from fairlead.core.release import commands as c
from fairlead.core.release import observation
from fairlead.core.release.decide import Decision, decide
from fairlead.core.release.pair import Pair
from fairlead.core.release.situation import Situation
from fairlead.core.revision.stored import StoredRevision

PASSED = Verdict(verdict="Passed", reason="NoDifference", message="the candidate is as good as stable")
FAILED = Verdict(
    verdict="Failed", reason="CheckFailed", message="5 of 100 requests failed on the candidate, 0 on stable"
)
NO_TRAFFIC = Verdict(verdict="Inconclusive", reason="NoTraffic", message="no requests")

PLAN = ReleasePlan(
    steps=(Step(weight_percent=5, hold_seconds=10), Step(weight_percent=50, hold_seconds=10)), watch_seconds=30
)


@dataclass
class World:
    """One Component's objects in a namespace, and the Release that works on them."""

    candidate: StoredRevision
    stable: StoredRevision | None = None
    plan: ReleasePlan = PLAN
    requested: Literal["", "Promote", "Rollback", "Retry"] = ""
    verdict: Verdict = PASSED
    pods_become_ready: bool = True
    pod_trouble: str = ""
    endpoints_follow: bool = True
    gateway_accepts: bool = True
    refused_routes: set[str] = field(default_factory=set)
    version_header: str = "X-Version"
    gateway_answers: bool = True
    late_rules: set[tuple[str, int]] = field(default_factory=set)
    """Rules, by route and index, that the data plane does not follow yet: stable answers alone."""
    obstacle: Reason | None = None
    wanted: str = ""
    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    unready: set[str] = field(default_factory=set)
    restarted: dict[str, int] = field(default_factory=dict)
    status: ReleaseStatus = field(default_factory=ReleaseStatus)
    tool_rules: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Rules that a tool gives back to a route, by its name, as soon as somebody else writes it."""
    log: list[c.Command] = field(default_factory=list)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    stage_age_s: float = 0.0
    _version: int = 0
    _published: dict[str, frozenset[str]] = field(default_factory=dict)
    _answers: observation.Answers = field(default_factory=dict)
    _applied: set[tuple[str, str, str]] = field(default_factory=set)
    _removed: set[tuple[str, str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.wanted = self.candidate.name
        for o in self.stable.objects if self.stable else ():
            self._put(o.manifest)
        self._settle()

    # What is seen

    def situation(self) -> Situation:
        self._settle()
        release = Release(
            metadata=ObjectMeta(name="shop-2"),
            spec=ReleaseSpec(
                component="shop",
                to_revision=self.candidate.name,
                from_revision=self.stable.name if self.stable else "",
                plan=self.plan,
                requested=self.requested,
                traffic=Traffic(version_header=self.version_header),
            ),
            status=replace(self.status, evidence=self._evidence()),
        )
        since = self.status.waiting_since
        pods: dict[str, tuple[observation.Pod, ...]] = {}
        for manifest in self._of("Deployment"):
            copy = manifest["spec"]["template"]["metadata"]["labels"][LABEL_COPY]
            pods[copy] = tuple(self._pods(manifest))
        return Situation(
            release=release,
            pair=Pair(self.candidate, self.stable),
            wanted_revision=self.wanted,
            now=self.now.isoformat(),
            stage_age_s=self.stage_age_s,
            waited_s=(self.now - datetime.fromisoformat(since)).total_seconds() if since else 0.0,
            deployments={
                m["metadata"]["name"]: observation.Deployment(
                    name=m["metadata"]["name"],
                    uid=m["metadata"]["uid"],
                    resource_version=m["metadata"]["resourceVersion"],
                    replicas=m["spec"].get("replicas", 1),
                    ready_replicas=sum(p.ready for p in self._pods(m)),
                )
                for m in self._of("Deployment")
            },
            pods=pods,
            services={
                m["metadata"]["name"]: observation.Service(
                    name=m["metadata"]["name"],
                    resource_version=m["metadata"]["resourceVersion"],
                    selector=m["spec"]["selector"],
                    ready_pods=self._published.get(m["metadata"]["name"], frozenset()),
                )
                for m in self._of("Service")
            },
            routes={
                m["metadata"]["name"]: observation.Route(
                    name=m["metadata"]["name"],
                    uid=m["metadata"]["uid"],
                    resource_version=m["metadata"]["resourceVersion"],
                    generation=m["metadata"]["generation"],
                    rules=tuple(m["spec"]["rules"]),
                    accepted=self.gateway_accepts and m["metadata"]["name"] not in self.refused_routes,
                    other_writer="argocd-controller" if m["metadata"]["name"] in self.tool_rules else "",
                )
                for m in self._of("HTTPRoute")
            },
            applied=frozenset(self._applied),
            removed=frozenset(self._removed),
            answers=self._answers,
            readings={},
            obstacle=self.obstacle,
        )

    def _evidence(self) -> tuple[Evidence, ...]:
        v = self.verdict
        names = sorted(w.source_name for w in Pair(self.candidate, self.stable).candidate_workloads)
        return tuple(Evidence(workload=n, verdict=v.verdict, reason=v.reason, message=v.message) for n in names)

    def names(self, kind: str) -> set[str]:
        return {name for k, name in self.objects if k == kind}

    def weights(self, route: str = "shop", rule: int = 0) -> dict[str, int]:
        refs = self.objects["HTTPRoute", route]["spec"]["rules"][rule]["backendRefs"]
        return {r["name"]: r.get("weight", 1) for r in refs}

    def selector(self, service: str) -> str:
        return str(self.objects["Service", service]["spec"]["selector"].get(LABEL_COPY, ""))

    def replicas(self) -> dict[str, int]:
        return {m["metadata"]["name"]: m["spec"].get("replicas", 1) for m in self._of("Deployment")}

    # What happens

    def pass_s(self, seconds: float) -> None:
        """Let the wall clock go on, with nobody there who looks."""
        self.now += timedelta(seconds=seconds)

    def decide(self, elapsed_ms: int = 0) -> Decision:
        return decide(self.situation(), elapsed_ms)

    def next_commands(self) -> tuple[c.Command, ...]:
        return self.decide().commands

    def turn(self, elapsed_ms: int = 500) -> Decision:
        """Decide once and carry it out."""
        decision = self.decide(elapsed_ms)
        if decision.status.stage != self.status.stage:
            self._applied.clear()
            self._removed.clear()
        self.status = decision.status
        for command in decision.commands:
            self.log.append(command)
            self._carry_out(command)
        self._let_the_tool_write()
        return decision

    def turns(self, most: int = 1000) -> Iterator[Decision]:
        for _ in range(most):
            if self.status.stage in ENDED:
                return
            yield self.turn()

    def until(self, stage: str, weight_percent: int | None = None, reason: str = "") -> "World":
        """Go on until the release is in this stage, at this weight, and waits for this."""
        for _ in self.turns():
            waiting = self.status.waiting.reason if self.status.waiting else ""
            if (
                self.status.stage == stage
                and weight_percent in (None, self.status.weight_percent)
                and reason in ("", waiting)
            ):
                return self
        if self.status.stage == stage:
            return self
        waits = f"{self.status.stage} at {self.status.weight_percent} %: {self.status.waiting}"
        raise AssertionError(f"never {stage} {weight_percent} {reason}; it is {waits}")

    def crash(self) -> None:
        """Forget all that a process keeps in memory."""
        self._applied.clear()
        self._removed.clear()
        self._answers = {}

    # How it is carried out

    def _carry_out(self, command: c.Command) -> None:
        match command:
            case c.Apply(objects=objects):
                for o in objects:
                    there = self.objects.get((o.kind, o.name))
                    if there and o.kind in ("Service", "HTTPRoute"):
                        decided_on = o.manifest["metadata"].get("resourceVersion")
                        assert decided_on == there["metadata"]["resourceVersion"], f"{o} is written blindly"
                    self._put(o.manifest)
                    self._applied.add(o.key)
            case c.Remove(objects=objects):
                for o in objects:
                    self.objects.pop((o.kind, o.name), None)
                    self._removed.add(o.key)
            case c.Scale(deployment=name, replicas=replicas):
                self._change("Deployment", name)["spec"]["replicas"] = replicas
            case c.PatchRoute(route=name, operations=operations):
                self._patch("HTTPRoute", name, operations)
            case c.PatchService(service=name, operations=operations):
                self._patch("Service", name, operations)
            case c.Ask(ways=ways, requests=requests):
                self._answers = {**self._answers, **{way: self._answer(way, requests) for way in ways}}
            case _:
                raise AssertionError(command)

    def _let_the_tool_write(self) -> None:
        for route, rules in self.tool_rules.items():
            if self.objects["HTTPRoute", route]["spec"]["rules"] != rules:
                self._change("HTTPRoute", route)["spec"]["rules"] = _copy(rules)

    def _answer(self, way: observation.Way, requests: int) -> observation.Tally:
        split = next(x for x in Pair(self.candidate, self.stable).asked if x.service == way.service)
        refs = self.objects["HTTPRoute", way.route]["spec"]["rules"][way.rule]["backendRefs"]
        serving = [b["name"] for b in refs if b.get("weight", 1) > 0 and self._published.get(b["name"])]
        copies = {self.objects["Service", name]["spec"]["selector"][LABEL_COPY] for name in serving}
        if (way.route, way.rule) in self.late_rules:
            copies = {split.stable_copy}
        return observation.Tally(
            stable=requests * (split.stable_copy in copies),
            candidate=requests * (split.candidate_copy in copies),
            other=requests * (not self.gateway_answers or bool(copies - {split.stable_copy, split.candidate_copy})),
        )

    def _put(self, manifest: dict[str, Any]) -> None:
        key = (manifest["kind"], manifest["metadata"]["name"])
        old = self.objects.get(key)
        self._version += 1
        uid = old["metadata"]["uid"] if old else f"uid-{self._version}"
        copied = _copy(manifest)
        generation = old["metadata"]["generation"] + 1 if old else 1
        copied["metadata"] |= {"uid": uid, "resourceVersion": str(self._version), "generation": generation}
        self.objects[key] = copied

    def _change(self, kind: str, name: str) -> dict[str, Any]:
        self._version += 1
        o = self.objects[kind, name]
        o["metadata"]["resourceVersion"] = str(self._version)
        o["metadata"]["generation"] += 1
        return o

    def _patch(self, kind: str, name: str, operations: tuple[dict[str, Any], ...]) -> None:
        o = _copy(self.objects[kind, name])
        for operation in operations:
            *parents, last = [p.replace("~1", "/").replace("~0", "~") for p in operation["path"].split("/")[1:]]
            at: Any = o
            for part in parents:
                at = at[int(part)] if isinstance(at, list) else at[part]
            at_key: Any = int(last) if isinstance(at, list) else last
            if operation["op"] == "test":
                assert (at[at_key] if isinstance(at, list) else at.get(at_key)) == operation["value"], operation
            elif operation["op"] in ("replace", "add"):
                at[at_key] = _copy(operation["value"])
            else:
                raise AssertionError(operation)
        self.objects[kind, name] = o
        self._change(kind, name)

    def _settle(self) -> None:
        if not self.endpoints_follow:
            return
        for manifest in self._of("Service"):
            selector = manifest["spec"]["selector"]
            self._published[manifest["metadata"]["name"]] = frozenset(
                p.name
                for d in self._of("Deployment")
                if selector.items() <= d["spec"]["template"]["metadata"]["labels"].items()
                for p in self._pods(d)
                if p.ready
            )

    def _pods(self, deployment: dict[str, Any]) -> list[observation.Pod]:
        name = deployment["metadata"]["name"]
        copy = deployment["spec"]["template"]["metadata"]["labels"][LABEL_COPY]
        is_stable = self.stable is not None and name in {o.name for o in self.stable.objects}
        return [
            observation.Pod(
                name=f"{name}-{i}",
                uid=f"{deployment['metadata']['uid']}-{i}",
                copy=copy,
                ready=(self.pods_become_ready or is_stable) and f"{name}-{i}" not in self.unready,
                restarts=self.restarted.get(f"{name}-{i}", 0),
                trouble="" if is_stable else self.pod_trouble,
            )
            for i in range(deployment["spec"].get("replicas", 1))
        ]

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [m for (k, _), m in sorted(self.objects.items()) if k == kind]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copy(v) for k, v in value.items()}
    return [_copy(v) for v in value] if isinstance(value, list | tuple) else value


def next_release(world: World, candidate: StoredRevision) -> World:
    """The world after its release ended, with the next release about to begin."""
    promoted = world.status.stage == "Promoted"
    return replace_world(world, candidate, world.candidate if promoted else world.stable)


def replace_world(world: World, candidate: StoredRevision, stable: StoredRevision | None) -> World:
    fresh = World(candidate=candidate, stable=None, plan=world.plan)
    fresh.stable = stable
    fresh.objects = world.objects
    fresh._version = world._version
    fresh._settle()
    return fresh
