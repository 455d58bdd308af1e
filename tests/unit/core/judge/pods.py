"""Pods that count requests, and the readings that are taken of them."""

from dataclasses import dataclass, field
from typing import Any

from fairlead.api.component import Judge
from fairlead.api.release import Evidence
from fairlead.core.judge.judge import judged
from fairlead.core.judge.reading import Counters, FailureKind, PodReading, Reading

FAST_S, SLOW_S = 0.1, 1.0


@dataclass
class Pod:
    """One pod, with a history of its own from before anybody looked."""

    name: str
    requests: int = 0
    errors: int = 0
    slow: int = 0
    restarts: int = 0
    ready: bool = True
    failure: FailureKind = ""

    def serve(self, requests: int, *, errors: int = 0, slow: int = 0) -> None:
        self.requests += requests
        self.errors += errors
        self.slow += slow

    def crash(self, *, reported: bool = True) -> None:
        self.requests = self.errors = self.slow = 0
        self.restarts += reported

    def read(self) -> PodReading:
        counters = None
        if not self.failure:
            buckets = {FAST_S: self.requests - self.slow, SLOW_S: self.requests, float("inf"): self.requests}
            counters = Counters(requests=self.requests, errors=self.errors, buckets=buckets)
        return PodReading(
            pod=self.name,
            uid=f"uid-{self.name}",
            restarts=self.restarts,
            ready=self.ready,
            counters=counters,
            failure=self.failure and f"{self.name}: {self.failure}",
            failure_kind=self.failure,
        )


@dataclass
class Scene:
    """Both revisions of one workload under judgement."""

    weight_percent: int = 20
    stable: list[Pod] = field(default_factory=lambda: [Pod("s1", requests=5000), Pod("s2", requests=5000)])
    candidate: list[Pod] = field(default_factory=lambda: [Pod("c1")])
    judge: Judge = field(default_factory=Judge)
    evidence: Evidence = field(default_factory=lambda: Evidence(workload="front"))

    def look(self, *, since_ms: int = 500, **own: Any) -> Evidence:
        """Read all pods and judge."""
        reading = Reading(
            stable=tuple(p.read() for p in self.stable),
            candidate=tuple(p.read() for p in self.candidate),
            since_ms=since_ms,
            **own,
        )
        self.evidence = judged(self.evidence, reading, self.judge, weight_percent=self.weight_percent, workloads=1)
        return self.evidence

    def serve(
        self,
        *,
        candidate: int,
        stable: int,
        errors: int = 0,
        slow: int = 0,
        stable_errors: int = 0,
        stable_slow: int = 0,
    ) -> Evidence:
        """Let the first pod of each revision serve, and look."""
        self.candidate[0].serve(candidate, errors=errors, slow=slow)
        self.stable[0].serve(stable, errors=stable_errors, slow=stable_slow)
        return self.look()

    def seconds_until_failed(self, **served: int) -> float:
        """Serve the same again and again until the candidate is sent back; a minute at most."""
        looks = next((n for n in range(1, 121) if self.serve(**served).verdict == "Failed"), None)
        assert looks, self.evidence.message
        return looks * 0.5


def begun(**changes: Any) -> Scene:
    """A scene of which a first look was taken, before the candidate had traffic."""
    scene = Scene(**{**changes, "weight_percent": 0})
    scene.look(since_ms=0)
    scene.weight_percent = changes.get("weight_percent", 20)
    return scene
