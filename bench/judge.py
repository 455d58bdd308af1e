"""How often the judge accuses a candidate that is as good as stable, and how long it takes to see one that is not.

Simulated requests, seeded; the tests, blocks and thresholds are Fairlead's own. Beside it two rules that people use: a
fixed threshold, and a z-test that is looked at again and again. Run: python -m bench.judge
"""

import math
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import NormalDist

from fairlead.api.component import Judge
from fairlead.api.release import TestState
from fairlead.core.judge import block
from fairlead.core.judge.compare import Seen, compared
from fairlead.core.judge.dispersion import with_spread
from fairlead.core.judge.e_process import log_evidence
from fairlead.core.judge.judge import BOUND_SHARE, alpha
from fairlead.core.judge.upper_ratio import upper_ratio

LOOK_S = 0.5
LOOKS = 1440
RELEASES = 2000
RUNS = 201
JUDGE = Judge()
CHANCE = alpha(JUDGE, workloads=1)


@dataclass
class World:
    """Requests per look on both revisions, and their errors."""

    rate: float
    weight_percent: int
    error_ratio: float
    pods: int = 2
    candidate_error_ratio: float | None = None
    bad_from_look: int = 0
    variance: float = 0.0
    burst_s: float = 60.0

    def looks(self, rng: random.Random, count: int = LOOKS) -> Iterator["Look"]:
        factors = [1.0] * (self.pods + 1)
        candidate_rate = self.rate * LOOK_S * self.weight_percent / 100
        pod_rate = self.rate * LOOK_S * (100 - self.weight_percent) / 100 / self.pods
        owed = [0.0] * (self.pods + 1)
        for number in range(count):
            if self.variance and number % round(self.burst_s / LOOK_S) == 0:
                factors = [rng.gammavariate(1 / self.variance, self.variance) for _ in factors]
            requests = []
            for i, rate in enumerate((candidate_rate, *[pod_rate] * self.pods)):
                owed[i] += rate
                requests.append(int(owed[i]))
                owed[i] -= requests[i]
            bad = self.candidate_error_ratio is not None and number >= self.bad_from_look
            ratio = self.candidate_error_ratio if bad and self.candidate_error_ratio else self.error_ratio
            errors = [
                binomial(rng, n, min(1.0, f * (ratio if i == 0 else self.error_ratio)))
                for i, (n, f) in enumerate(zip(requests, factors, strict=True))
            ]
            yield Look(list(zip(requests, errors, strict=True)))


@dataclass
class Look:
    """Requests and errors of the candidate, then of each of stable's pods."""

    pods: list[tuple[int, int]]

    @property
    def candidate(self) -> tuple[int, int]:
        return self.pods[0]

    @property
    def stable(self) -> tuple[int, int]:
        return sum(n for n, _ in self.pods[1:]), sum(k for _, k in self.pods[1:])


def binomial(rng: random.Random, requests: int, ratio: float) -> int:
    if ratio >= 1:
        return requests
    if ratio <= 0 or requests == 0:
        return 0
    # Waiting times between errors are geometric: quick where errors are rare.
    errors, at, scale = 0, 0, math.log1p(-ratio)
    while (at := at + 1 + int(math.log(1 - rng.random()) / scale)) <= requests:
        errors += 1
    return errors


@dataclass
class Fairlead:
    """The product's test of errors, fed as the product feeds it."""

    weight_percent: int
    recorded: Seen = field(default_factory=lambda: Seen(0, 0))
    test: TestState = field(default_factory=lambda: TestState(signal="errors"))
    looks: int = 0
    counts: list[list[int]] = field(default_factory=list)

    def accuses(self, look: Look) -> bool:
        if self.looks % block.LOOKS == 0:
            self._close()
            self.counts = [[0, 0] for _ in look.pods]
        self.looks += 1
        for counts, (requests, errors) in zip(self.counts, look.pods, strict=True):
            counts[0] += requests
            counts[1] += errors
        stable = look.stable
        self.recorded = Seen(self.recorded.requests + stable[0], self.recorded.events + stable[1])
        if not look.candidate[1] and not stable[1] and self.looks % block.LOOKS:
            return False
        beside = self.counts[1:]
        self.test = compared(
            self.test,
            Seen(*self.counts[0]),
            Seen(sum(n for n, _ in beside), sum(k for _, k in beside)),
            self.recorded,
            weight_percent=self.weight_percent,
            odds_margin=1.0,
            miss_chance=CHANCE * BOUND_SHARE,
        )
        return log_evidence(self.test.log_evidence_milli) >= -math.log(CHANCE)

    def _close(self) -> None:
        if not self.counts:
            return
        spread = with_spread(self.test, [(n, k) for n, k in self.counts[1:]])
        self.test = block.next_block(spread)


@dataclass
class Threshold:
    """More than 2 % of the candidate's requests of the last 30 s fail; looked at every 10 s."""

    window: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=round(30 / LOOK_S)))
    looks: int = 0

    def accuses(self, look: Look) -> bool:
        self.window.append(look.candidate)
        self.looks += 1
        if self.looks % round(10 / LOOK_S):
            return False
        requests, errors = sum(n for n, _ in self.window), sum(k for _, k in self.window)
        return requests > 0 and errors > 0.02 * requests


@dataclass
class RepeatedZ:
    """A one-sided z-test of both error ratios so far, at the same declared rate, at every look."""

    c: list[int] = field(default_factory=lambda: [0, 0])
    s: list[int] = field(default_factory=lambda: [0, 0])
    critical: float = NormalDist().inv_cdf(1 - JUDGE.false_alarm_percent / 100)

    def accuses(self, look: Look) -> bool:
        for total, (requests, errors) in ((self.c, look.candidate), (self.s, look.stable)):
            total[0] += requests
            total[1] += errors
        if not look.candidate[1] or not self.s[0]:
            return False
        pooled = (self.c[1] + self.s[1]) / (self.c[0] + self.s[0])
        deviation = math.sqrt(pooled * (1 - pooled) * (1 / self.c[0] + 1 / self.s[0]))
        return deviation > 0 and (self.c[1] / self.c[0] - self.s[1] / self.s[0]) / deviation > self.critical


Rule = Fairlead | Threshold | RepeatedZ


def accused_at(world: World, rules: list[Rule], rng: random.Random) -> list[int | None]:
    """Return the number of the look at which each rule accuses, if it does."""
    found: list[int | None] = [None] * len(rules)
    for number, look in enumerate(world.looks(rng), start=1):
        for i, rule in enumerate(rules):
            if found[i] is None and rule.accuses(look):
                found[i] = number
        if None not in found:
            break
    return found


def rules(weight_percent: int) -> list[Rule]:
    return [Fairlead(weight_percent), Threshold(), RepeatedZ()]


def false_alarms() -> None:
    print(f"False alarms in {RELEASES} releases of a candidate that is as good as stable, {LOOKS} looks each (12 min).")
    print(f"100 requests/s, 20 % on the candidate, 0.5 % errors. Declared: {JUDGE.false_alarm_percent} %.")
    print("Errors of each pod vary by a gamma factor of that variance, drawn anew every so often.\n")
    print(f"{'bursts':<24}{'pods':>5}  {'Fairlead (95 % interval)':<28}{'threshold':>10}{'repeated z':>12}")
    for variance, burst_s in ((0.0, 60.0), (0.2, 10.0), (0.2, 60.0), (1.0, 60.0)):
        for pods in (2, 4):
            rng = random.Random(f"{variance} {burst_s} {pods}")
            world = World(100, 20, 0.005, pods=pods, variance=variance, burst_s=burst_s)
            # The other rules do not need as many to be told from the declared rate.
            counts = [0, 0, 0]
            for number in range(RELEASES):
                some = rules(20) if number < RELEASES // 10 else rules(20)[:1]
                for i, look in enumerate(accused_at(world, some, rng)):
                    counts[i] += look is not None
            low, high = interval(counts[0], RELEASES)
            name = f"variance {variance} over {burst_s:.0f} s" if variance else "none"
            ours = f"{counts[0] / RELEASES:.2%} ({low:.2%} to {high:.2%})"
            others = "".join(f"{c / (RELEASES // 10):>{w}.1%}" for c, w in zip(counts[1:], (10, 12), strict=True))
            print(f"{name:<24}{pods:>5}  {ours:<28}{others}", flush=True)


def interval(hits: int, runs: int) -> tuple[float, float]:
    """The 95 % interval of Clopper and Pearson, by the product's own approximation for the upper end."""
    low = 0.0 if hits == 0 else 1 - upper_ratio_of_misses(hits, runs)
    return low, upper_ratio(hits, runs, 0.025)


def upper_ratio_of_misses(hits: int, runs: int) -> float:
    """One less the lower end: Wilson and Hilferty's approximation of the Poisson limit."""
    z = NormalDist().inv_cdf(0.975)
    return 1 - hits * (1 - 1 / (9 * hits) - z / (3 * math.sqrt(hits))) ** 3 / runs


def detection() -> None:
    print(
        f"\nSeconds from the first bad request to the accusation: median, 95 % of {RUNS} releases; stable has 2 pods,"
    )
    print(f"0.1 % errors; '-' where it was not seen in {LOOKS * LOOK_S / 60:.0f} min.\n")
    print(f"{'':<44}{'Fairlead':>16}{'threshold':>16}{'repeated z':>16}")
    for weight_percent in (5, 20, 50):
        for rate in (20, 200):
            for ratio in (0.01, 0.05, 1.0):
                world = World(rate, weight_percent, 0.001, candidate_error_ratio=ratio)
                name = f"{weight_percent:>3} % of {rate:>3} requests/s, {ratio:>4.0%} fail"
                row(name, world, lambda w=weight_percent: rules(w))
    for ratio in (0.01, 0.05, 1.0):
        looks = round(300 / LOOK_S)
        late = World(200, 20, 0.001, candidate_error_ratio=ratio, bad_from_look=looks)
        row(f" 20 % of 200, {ratio:>4.0%} fail after 5 good min", late, lambda: rules(20))
        watch = World(200, 100, 0.001, candidate_error_ratio=ratio, bad_from_look=looks)
        row(f" all of 200, {ratio:>4.0%} fail after 5 good min", watch, watched)


def watched() -> list[Rule]:
    """After promotion: stable has shown 30 errors in 30,000 requests."""
    return [Fairlead(100, recorded=Seen(30_000, 30)), Threshold(), RepeatedZ(s=[30_000, 30])]


def row(name: str, world: World, make: Callable[[], list[Rule]]) -> None:
    rng = random.Random(name)
    found = list(zip(*(accused_at(world, make(), rng) for _ in range(RUNS)), strict=True))
    print(f"{name:<44}{''.join(f'{times(x, world.bad_from_look):>16}' for x in found)}", flush=True)


def times(looks: tuple[int | None, ...], bad_from_look: int) -> str:
    after = sorted(math.inf if x is None or x <= bad_from_look else (x - bad_from_look) * LOOK_S for x in looks)
    return " / ".join(
        "-" if math.isinf(x) else f"{x:.1f}" for x in (after[RUNS // 2], after[math.ceil(0.95 * RUNS) - 1])
    )


if __name__ == "__main__":
    false_alarms()
    detection()
