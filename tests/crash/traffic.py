"""Requests to the shop: a steady traffic that the pods count, and a gateway that answers single questions.

Both go where the routes, the Services and the endpoints lead at that moment, as the surroundings see them.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator

from fairlead.adapters.http.get import Got
from tests.crash.api import Object
from tests.crash.pod import Pod
from tests.crash.surroundings import Surroundings

REQUESTS_PER_S = 200
EVERY_S = 0.05


class Traffic:
    """The clients of one shop."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._turn: Counter[str] = Counter()
        self.flows = False
        self.lost: Counter[str] = Counter()
        """Requests that met a Service without ready endpoints, by what they met."""
        self.held_s: Counter[tuple[str, int]] = Counter()
        """How long each version had each share of the requests to front, in percent."""

    async def run(self) -> None:
        """Send requests until cancelled."""
        loop = asyncio.get_running_loop()
        before_s = loop.time()
        while True:
            await asyncio.sleep(EVERY_S)
            now_s = loop.time()
            if self.flows:
                self._flow(now_s - before_s)
            before_s = now_s

    def _flow(self, seconds: float) -> None:
        rules = [rule for route in self._around.routes.values() for rule in route["spec"]["rules"]]
        if not rules:
            self.lost["no route"] += 1
        for rule in rules:
            for service, share in shares(rule):
                pods = self._ready(service)
                requests = share * seconds * REQUESTS_PER_S / len(rules)
                if not pods:
                    self.lost[f"Service {service}"] += max(1, round(requests))
                for pod in pods:
                    pod.requests += requests / len(pods)
        for version, percent in split(self._around, "/").items():
            self.held_s[version, percent] += seconds  # type: ignore[assignment]
        for service in ("front", "cart"):
            if not self._ready(service):
                self.lost[f"Service {service}, from inside the cluster"] += 1

    def _ready(self, service: str) -> list[Pod]:
        names = self._around.published.get(service, ())
        return [self._around.pods[name] for name in names if name in self._around.pods]

    def answer(self, path: str) -> Got:
        """Answer a question at the gateway."""
        rules = [rule for route in self._around.routes.values() for rule in route["spec"]["rules"]]
        prefixes = {rule["matches"][0]["path"]["value"]: rule for rule in rules}
        prefix = max((p for p in prefixes if path.startswith(p)), key=len, default=None)
        if prefix is None:
            return Got(404, {}, b"")
        pods = self._ready(self._next(prefix, dict(shares(prefixes[prefix]))))
        if not pods:
            return Got(503, {}, b"")
        return pods[0].answer(path)

    def _next(self, prefix: str, wanted: dict[str, float]) -> str:
        """Choose in turn, the one first that is furthest behind its share."""
        if not wanted:
            return ""
        for service, share in wanted.items():
            self._turn[f"{prefix} {service}"] += round(share * 1000)
        chosen = max(wanted, key=lambda service: self._turn[f"{prefix} {service}"])
        self._turn[f"{prefix} {chosen}"] -= 1000
        return chosen


def shares(rule: Object) -> Iterator[tuple[str, float]]:
    """Yield the Services of a rule that get requests, and their share."""
    weights = [(b["name"], b.get("weight", 1)) for b in rule["backendRefs"]]
    total = sum(weight for _, weight in weights)
    yield from ((name, weight / total) for name, weight in weights if weight > 0)


def split(around: Surroundings, prefix: str) -> dict[str, int]:
    """Return the share of each version in the requests under a path, in percent."""
    found: Counter[str] = Counter()
    for route in around.routes.values():
        for rule in route["spec"]["rules"]:
            if rule["matches"][0]["path"]["value"] == prefix:
                for service, share in shares(rule):
                    found[around.version_of(service)] += round(100 * share)
    return dict(found)
