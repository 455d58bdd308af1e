"""How high a ratio may be, given what was counted."""

import math


def upper_ratio(events: int, requests: int, miss_chance: float) -> float:
    """Return a bound that the true ratio of `events` among `requests` exceeds with a chance of `miss_chance` only.

    The Poisson limit of Clopper and Pearson 1934, by Wilson and Hilferty's approximation of its chi-square quantile
    and Hastings' of the normal one (Abramowitz and Stegun 26.4.17 and 26.2.23). 1 where nothing is known.
    """
    if requests <= 0:
        return 1.0
    t = math.sqrt(-2 * math.log(miss_chance))
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    n = events + 1
    return min(1.0, n * (1 - 1 / (9 * n) + z / (3 * math.sqrt(n))) ** 3 / requests)
