"""How bursty a signal is: by how much the odds of two equal revisions differ within a block.

Estimated from how stable's pods, which run the same code, differ beyond chance. Few pods cannot show it; then a fixed
value is used, and said. The estimate grows out of that value as events come in.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from fairlead.api.release import TestState

FEWEST_PODS = 3
#: Relative variance of the odds where nothing is known: a standard deviation of 50 % from block to block.
ASSUMED = 0.25
#: What is assumed weighs as much as so many events, counted once for each degree of freedom, and as so many degrees of
#: freedom: many events on few pods in few blocks tell little about how they vary.
ASSUMED_EVENTS = 20.0
ASSUMED_FREEDOM = 6
LOWEST, HIGHEST = 0.02, 4.0


def with_spread(test: TestState, pods: Iterable[tuple[int, int]]) -> TestState:
    """Add a block, the requests and events of each of stable's pods, to what a test knows of the spread.

    If the rate of a pod varies with a relative variance v, the mean of Pearson's statistic is (1 + v * m) for each
    degree of freedom, with m events expected on a pod (the moment estimator of the negative binomial distribution).
    """
    counted = [(requests, events) for requests, events in pods if requests > 0]
    whole = sum(requests for requests, _ in counted)
    events = sum(k for _, k in counted)
    if len(counted) < FEWEST_PODS or not 0 < events < whole:
        return test
    ratio = events / whole
    freedom = len(counted) - 1
    statistic = sum((k - n * ratio) ** 2 / (n * ratio * (1 - ratio)) for n, k in counted)
    return replace(
        test,
        spread_milli=test.spread_milli + round(1000 * (statistic - freedom)),
        spread_expected_milli=test.spread_expected_milli + round(1000 * freedom * events / len(counted)),
        spread_freedom=test.spread_freedom + freedom,
    )


def _assumed_weight(test: TestState) -> float:
    return ASSUMED_EVENTS + ASSUMED_FREEDOM * test.spread_expected_milli / 1000 / max(1, test.spread_freedom)


def is_estimated(test: TestState) -> bool:
    """Whether what was seen outweighs what is assumed."""
    return test.spread_expected_milli / 1000 >= _assumed_weight(test)


def dispersion(test: TestState) -> float:
    """Return the relative variance of the candidate's odds against stable's within a block."""
    weight = _assumed_weight(test)
    seen = (ASSUMED * weight + test.spread_milli / 1000) / (weight + test.spread_expected_milli / 1000)
    # Stable has at least so many pods where it was estimated, the candidate at least one: their variances add up.
    between_revisions = seen * (1 + 1 / FEWEST_PODS) if is_estimated(test) else seen
    return min(HIGHEST, max(LOWEST, between_revisions))
