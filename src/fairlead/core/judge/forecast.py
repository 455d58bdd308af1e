"""How many requests a step needs before it can be believed."""

import math
from collections.abc import Callable
from functools import lru_cache

from fairlead.core.judge.compare import BESIDE_UP_TO_PERCENT
from fairlead.core.judge.e_process import ALTERNATIVES, LATE, log_likelihood, tilted

#: Requests are not enough, however many: the rise drowns in stable's own errors.
NEVER = 1 << 31
#: Chance of 80 % that a rise of the size to be seen has been seen: its quantile of the normal distribution.
POWER_QUANTILE = 0.84
#: Over so many blocks the requests may be spread.
BLOCKS = (1, 2, 4, 8, 16)
#: Without stable beside it, the candidate is measured by what stable has shown: hardly known to be better than this.
LEAST_RECORDED_RATIO = 0.002


def needed_requests(
    weight_percent: int, detectable_percent: int, alpha: float, variance: float, stable_ratio: float = 0.0
) -> int:
    """Return the requests on the candidate after which a rise by `detectable_percent` would have been seen.

    The test itself is asked: what would it say if the candidate's error ratio were stable's plus the rise, and its
    errors fell short of their mean by 0.84 of a standard deviation of the Poisson distribution, as in one case of
    five they do?
    """
    # Two digits are enough, and let the answer be remembered.
    return _needed(
        weight_percent,
        detectable_percent,
        float(f"{alpha:.2g}"),
        float(f"{variance:.2g}"),
        float(f"{stable_ratio:.2g}"),
    )


@lru_cache(maxsize=1024)
def _needed(weight_percent: int, detectable_percent: int, alpha: float, variance: float, stable_ratio: float) -> int:
    wanted = math.log(len(ALTERNATIVES) / (1 - LATE) / alpha)
    bad_ratio = min(1.0, stable_ratio + detectable_percent / 100)
    share = weight_percent / 100

    def gain(requests: int, odds_ratio: float) -> float:
        mean = requests * bad_ratio
        hits = max(0.0, mean - POWER_QUANTILE * math.sqrt(mean))
        if weight_percent > BESIDE_UP_TO_PERCENT:
            trials, null_chance = float(requests), min(max(stable_ratio, LEAST_RECORDED_RATIO), 0.99)
        else:
            trials, null_chance = hits + requests * stable_ratio * (1 - share) / share, share
        return log_likelihood(trials, hits, tilted(null_chance, odds_ratio), variance) - log_likelihood(
            trials, hits, null_chance, variance
        )

    def is_enough(requests: int) -> bool:
        return any(n * gain(requests // n, t) >= wanted for n in BLOCKS if requests >= n for t in ALTERNATIVES)

    enough = 1
    while not is_enough(enough):
        enough *= 2
        if enough >= NEVER:
            return NEVER
    return _least(is_enough, enough // 2, enough)


def _least(is_enough: Callable[[int], bool], too_few: int, enough: int) -> int:
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if is_enough(middle) else (middle, enough)
    return enough
