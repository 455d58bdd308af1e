"""How bursty a signal is: by how much its evidence is discounted.

Estimated from how stable's events spread over its pods, which run the same code: Pearson's statistic over its degrees
of freedom is 1 where events fall independently. It is taken over blocks of readings, or a burst that outlasts one
reading would not be seen. Few pods cannot show it; then a fixed value is used, and said. The estimate grows out of that
value as the degrees of freedom come in.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from fairlead.api.release import Evidence, PodBlock, TestState
from fairlead.core.judge.counting import Increment

FEWEST_PODS = 3
BLOCK_LOOKS = 20
#: Used where nothing is known; it weighs as much as so many degrees of freedom.
ASSUMED = 1.5
ASSUMED_FREEDOM = 10
HIGHEST = 10.0


def observed(evidence: Evidence, stable: Increment) -> Evidence:
    """Add what stable's pods did in one interval; a block that is full is added to the tests."""
    block = {b.uid: b for b in evidence.block}
    for i in stable.by_pod:
        b = block.get(i.uid) or PodBlock(uid=i.uid)
        block[i.uid] = PodBlock(
            uid=i.uid,
            requests=b.requests + i.requests,
            errors=b.errors + i.errors,
            timed=b.timed + i.timed,
            slow=b.slow + i.slow,
        )
    if evidence.block_looks + 1 < BLOCK_LOOKS:
        return replace(evidence, block=tuple(block.values()), block_looks=evidence.block_looks + 1)
    pods = {
        "errors": [(b.requests, b.errors) for b in block.values()],
        "latency": [(b.timed, b.slow) for b in block.values()],
    }
    return replace(
        evidence, block=(), block_looks=0, tests=tuple(with_block(t, pods[t.signal]) for t in evidence.tests)
    )


def with_block(test: TestState, pods: Iterable[tuple[int, int]]) -> TestState:
    """Add one block, the requests and events of each pod, to what a test knows of the spread."""
    counted = [(requests, events) for requests, events in pods if requests > 0]
    whole = sum(requests for requests, _ in counted)
    events = sum(k for _, k in counted)
    if len(counted) < FEWEST_PODS or not 0 < events < whole:
        return test
    ratio = events / whole
    statistic = sum((k - n * ratio) ** 2 / (n * ratio * (1 - ratio)) for n, k in counted)
    return replace(
        test,
        chi_square_milli=test.chi_square_milli + round(1000 * statistic),
        chi_square_freedom=test.chi_square_freedom + len(counted) - 1,
    )


def is_estimated(test: TestState) -> bool:
    """Whether what was seen outweighs what is assumed."""
    return test.chi_square_freedom >= ASSUMED_FREEDOM


def dispersion(test: TestState) -> float:
    """Return the dispersion, 1 or more."""
    known = test.chi_square_milli / 1000 + ASSUMED * ASSUMED_FREEDOM
    return min(HIGHEST, max(1.0, known / (test.chi_square_freedom + ASSUMED_FREEDOM)))
