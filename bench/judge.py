"""How often the judge accuses a candidate that is as good as stable, and how long it takes to see one that is not.

Simulated requests, seeded; the tests, blocks and thresholds are Fairlead's own. Beside it two rules that people use: a
fixed threshold, and a z-test that is looked at again and again. Run: python -m bench.judge
"""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import NormalDist

from fairlead.api.component import Judge
from fairlead.api.release import TestState
from fairlead.core.judge import block
from fairlead.core.judge.compare import NOTHING, Seen, compared
from fairlead.core.judge.dispersion import with_spread
from fairlead.core.judge.e_process import log_evidence
from fairlead.core.judge.judge import BOUND_SHARE, alpha

LOOK_S = 0.5
LOOKS = 1440
RELEASES = 2000
RUNS = 101
JUDGE = Judge()
CHANCE = alpha(JUDGE, workloads=1)

THRESHOLD, WINDOW_S, WINDOW_EVERY_S = 0.02, 30, 10
Z = NormalDist().inv_cdf(1 - JUDGE.false_alarm_percent / 100)


@dataclass(frozen=True)
class World:
    """Even traffic on the candidate (pod 0, one pod) and on stable's pods, and the ratio of it that fails."""

    rate: float
    weight_percent: int
    error_ratio: float
    pods: int = 2
    bad_ratio: float = 0.0
    """The candidate's error ratio once it is bad; 0: it never is."""
    bad_from: int = 0
    """The look at which it turns bad."""
    variance: float = 0.0
    """Relative variance of each pod's error ratio."""
    burst_s: float = 60.0
    """Time after which it is drawn anew."""
    recorded: Seen = NOTHING
    """What stable has shown before."""

    def requests(self, pod: int, looks: int) -> int:
        """Requests on a pod in so many looks."""
        share = self.weight_percent / 100 if pod == 0 else (100 - self.weight_percent) / 100 / self.pods
        return int(self.rate * LOOK_S * share * looks + 1e-9)

    def stable_requests(self, looks: int) -> int:
        return sum(self.requests(pod, looks) for pod in range(1, self.pods + 1))

    def errors(self, rng: random.Random) -> Iterator[tuple[int, list[int]]]:
        """Yield the looks that saw errors, with the pod of each error."""
        span = round(self.burst_s / LOOK_S)
        for start in range(0, LOOKS, span):
            found: list[tuple[int, int]] = []
            for pod in range(self.pods + 1):
                factor = rng.gammavariate(1 / self.variance, self.variance) if self.variance else 1.0
                for a, b, ratio in self._ratios(pod, start, min(start + span, LOOKS)):
                    before = self.requests(pod, a)
                    failing = _failing(rng, self.requests(pod, b) - before, min(1.0, ratio * factor))
                    # A request belongs to the look by whose end it was counted.
                    found.extend((self._look(pod, before + request), pod) for request in failing)
            yield from (
                (look, [pod for _, pod in some]) for look, some in groupby(sorted(found), key=lambda found: found[0])
            )

    def _ratios(self, pod: int, a: int, b: int) -> Iterator[tuple[int, int, float]]:
        if pod or not self.bad_ratio:
            yield a, b, self.error_ratio
            return
        turn = min(max(a, self.bad_from), b)
        yield a, turn, self.error_ratio
        yield turn, b, self.bad_ratio

    def _look(self, pod: int, request: int) -> int:
        look = max(1, math.floor(request * LOOKS / max(1, self.requests(pod, LOOKS))))
        while self.requests(pod, look) < request:
            look += 1
        return look


def _failing(rng: random.Random, requests: int, ratio: float) -> Iterator[int]:
    """Which of the requests fail: the waiting times between them are geometric."""
    if ratio >= 1:
        yield from range(1, requests + 1)
    elif ratio > 0:
        at, scale = 0, math.log1p(-ratio)
        while (at := at + 1 + int(math.log(1 - rng.random()) / scale)) <= requests:
            yield at


Errors = list[tuple[int, list[int]]]
Rule = Callable[[World, Errors], int | None]
"""Returns the look at which it accuses the candidate."""


def fairlead(world: World, errors: Errors) -> int | None:
    """The product's test of errors, with its share of the declared chance."""
    test = TestState(signal="errors")
    begin = 0
    parts = [[0] * (world.pods + 1)]
    failed = 0
    for look, pods in [*errors, (LOOKS, [])]:
        while look > begin + block.PART_LOOKS * len(parts):
            end = begin + block.PART_LOOKS * len(parts)
            if end < begin + block.LOOKS:
                parts.append([0] * (world.pods + 1))
                continue
            test = _weighed(test, world, parts, failed, begin, end)
            failed += sum(sum(part[1:]) for part in parts)
            test, parts, begin = _closed(test, world, parts, begin), [[0] * (world.pods + 1)], end
        for pod in pods:
            parts[-1][pod] += 1
        if 0 not in pods and look < LOOKS:
            # An error of stable's speaks for the candidate alone: it is weighed with the candidate's next.
            continue
        test = _weighed(test, world, parts, failed, begin, look)
        if log_evidence(test.log_evidence_milli) >= -math.log(CHANCE):
            return look
    return None


def _weighed(test: TestState, world: World, parts: list[list[int]], failed: int, begin: int, look: int) -> TestState:
    seen = []
    for number, errors in enumerate(parts):
        a = begin + number * block.PART_LOOKS
        b = min(a + block.PART_LOOKS, look)
        candidate = Seen(world.requests(0, b) - world.requests(0, a), errors[0])
        seen.append((candidate, Seen(world.stable_requests(b) - world.stable_requests(a), sum(errors[1:]))))
    stable = Seen(world.stable_requests(look), failed + sum(sum(part[1:]) for part in parts))
    return compared(
        test,
        seen,
        world.recorded + stable,
        weight_percent=world.weight_percent,
        odds_margin=1.0,
        miss_chance=CHANCE * BOUND_SHARE,
    )


def _closed(test: TestState, world: World, parts: list[list[int]], begin: int) -> TestState:
    end = begin + block.LOOKS
    pods = [
        (world.requests(p, end) - world.requests(p, begin), sum(part[p] for part in parts))
        for p in range(1, world.pods + 1)
    ]
    return block.next_block(with_spread(test, pods), len(parts))


def threshold(world: World, errors: Errors) -> int | None:
    """More than 2 % of the candidate's requests of the last 30 s fail; looked at every 10 s."""
    failed = [look for look, pods in errors for pod in pods if pod == 0]
    window = round(WINDOW_S / LOOK_S)
    for look in range(round(WINDOW_EVERY_S / LOOK_S), LOOKS + 1, round(WINDOW_EVERY_S / LOOK_S)):
        requests = world.requests(0, look) - world.requests(0, max(0, look - window))
        if requests and bisect_right(failed, look) - bisect_right(failed, look - window) > THRESHOLD * requests:
            return look
    return None


def repeated_z(world: World, errors: Errors) -> int | None:
    """A one-sided z-test of both error ratios so far, at the declared chance at every look."""
    candidate = 0
    stable = world.recorded.events
    for look, pods in errors:
        candidate += pods.count(0)
        stable += len(pods) - pods.count(0)
        n, m = world.requests(0, look), world.recorded.requests + world.stable_requests(look)
        pooled = (candidate + stable) / (n + m)
        deviation = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)) if n and m else 0.0
        if deviation and (candidate / n - stable / m) / deviation > Z:
            return look
    return None


RULES: tuple[Rule, ...] = (fairlead, threshold, repeated_z)


def false_alarms() -> None:
    print(f"False alarms in releases of a candidate that is as good as stable, {LOOKS} looks each (12 min).")
    print(f"20 % on the candidate, 0.5 % errors; declared: {JUDGE.false_alarm_percent} %, half of it for errors.")
    print("Bursts: the error ratio of each pod varies by a gamma factor of that variance, drawn anew every so often.\n")
    print(f"{'requests/s':>10} {'stable pods':>12}  {'bursts':<22}{'releases':>9}  {'Fairlead (95 % interval)':<26}"
          f"{'threshold':>10}{'repeated z':>12}")  # fmt: skip
    for rate, pods, variance, burst_s, releases in (
        (50, 2, 0.0, 60, RELEASES),
        (50, 2, 0.2, 10, RELEASES),
        (50, 2, 0.2, 60, RELEASES),
        (50, 4, 1.0, 60, RELEASES // 5),
        (200, 2, 0.2, 60, RELEASES // 5),
        (200, 4, 0.2, 60, RELEASES // 5),
        (200, 2, 1.0, 60, RELEASES // 10),
        (200, 4, 1.0, 60, RELEASES // 10),
    ):
        world = World(rate, 20, 0.005, pods=pods, variance=variance, burst_s=burst_s)
        rng = random.Random(repr(world))
        hits = [0, 0, 0]
        for _ in range(releases):
            errors = list(world.errors(rng))
            for i, rule in enumerate(RULES):
                hits[i] += rule(world, errors) is not None
        low, high = interval(hits[0], releases)
        name = f"variance {variance} over {burst_s} s" if variance else "none"
        ours = f"{hits[0] / releases:.2%} ({low:.2%} to {high:.2%})"
        print(f"{rate:>10} {pods:>12}  {name:<22}{releases:>9}  {ours:<26}"
              f"{hits[1] / releases:>10.1%}{hits[2] / releases:>12.1%}", flush=True)  # fmt: skip


def interval(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % interval of Wilson 1927."""
    z = NormalDist().inv_cdf(0.975)
    middle = (hits + z * z / 2) / (runs + z * z)
    half = z / (runs + z * z) * math.sqrt(hits * (runs - hits) / runs + z * z / 4)
    return max(0.0, middle - half), middle + half


def detection() -> None:
    print(f"\nSeconds from the first bad request to the accusation: median / 95th percentile of {RUNS} releases.")
    print("Stable has 2 pods and 0.1 % errors. '-': not within 12 min.\n")
    print(f"{'':<46}{'Fairlead':>16}{'threshold':>16}{'repeated z':>16}")
    late = round(275 / LOOK_S)
    for weight in (5, 20, 50):
        for rate in (20, 200):
            for bad in (0.01, 0.05, 1.0):
                row(
                    f"{weight:>3} % of {rate:>3} requests/s, {bad:>4.0%} fail",
                    World(rate, weight, 0.001, bad_ratio=bad),
                )
    for bad in (0.01, 0.05, 1.0):
        world = World(200, 20, 0.001, bad_ratio=bad, bad_from=late)
        row(f" 20 % of 200 requests/s, {bad:>4.0%} fail after 275 s", world)
    for bad in (0.01, 0.05, 1.0):
        world = World(200, 100, 0.001, bad_ratio=bad, bad_from=late, recorded=Seen(30_000, 30))
        row(f"all of 200 requests/s, {bad:>4.0%} fail after 275 s", world)


def row(name: str, world: World) -> None:
    rng = random.Random(repr(world))
    releases = [list(world.errors(rng)) for _ in range(RUNS)]
    print(f"{name:<46}{''.join(f'{times(world, rule, releases):>16}' for rule in RULES)}", flush=True)


def times(world: World, rule: Rule, releases: list[Errors]) -> str:
    looks = (rule(world, errors) for errors in releases)
    seconds = sorted(math.inf if x is None else max(0.0, (x - world.bad_from) * LOOK_S) for x in looks)
    return " / ".join("-" if math.isinf(x) else f"{x:.1f}" for x in (seconds[RUNS // 2], seconds[RUNS * 19 // 20]))


if __name__ == "__main__":
    false_alarms()
    detection()
