"""How many requests, and so how much time, a step needs before it can be believed."""

import math

from msgspec import Struct

from fairlead.core.judge.e_process import ALTERNATIVES, LATE, gains

#: Requests are not enough, however many: the rise drowns in stable's own errors.
NEVER = 1 << 31
#: Chance of 80 % that a rise of the size to be seen has been seen: its quantile of the normal distribution.
POWER_QUANTILE = 0.84


class Forecast(Struct, frozen=True, kw_only=True):
    """What a step needs."""

    requests: int
    """Requests on the candidate."""
    seconds: float | None
    """Time for them at the traffic seen; None without traffic."""


def needed_requests(
    weight_percent: int, detectable_percent: int, alpha: float, dispersion: float, stable_ratio: float = 0.0
) -> int:
    """Return the requests on the candidate after which a rise by `detectable_percent` would have been seen.

    Each request on the candidate brings evidence of a certain mean and variance, if its error ratio is stable's plus
    the rise; after n requests the evidence is about normal, and the test needs log(alternatives / alpha) of it. The
    quadratic equation in sqrt(n) is solved for the alternative that is quickest (Wald 1947, chapter 3, gives the mean;
    the term of the variance makes it 80 % of the cases instead of half).
    """
    bad_ratio = min(1.0, stable_ratio + detectable_percent / 100)
    wanted = dispersion * math.log(len(ALTERNATIVES) / (1 - LATE) / alpha)
    return min(_requests(t, weight_percent, bad_ratio, stable_ratio, wanted, dispersion) for t in ALTERNATIVES)


def _requests(
    odds_ratio: float, weight_percent: int, bad_ratio: float, stable_ratio: float, wanted: float, dispersion: float
) -> int:
    # With less than a twentieth of the traffic beside it, stable's errors tell next to nothing.
    share = min(weight_percent, 95) / 100
    hit, miss = gains(share, odds_ratio)
    misses = stable_ratio * (1 - share) / share
    mean = bad_ratio * hit + misses * miss
    deviation = POWER_QUANTILE * math.sqrt(dispersion * (bad_ratio * hit**2 + misses * miss**2))
    if mean <= 0:
        return NEVER
    root = (deviation + math.sqrt(deviation**2 + 4 * mean * wanted)) / (2 * mean)
    return math.ceil(root**2)


def forecast(
    *, weight_percent: int, detectable_percent: int, alpha: float, dispersion: float, requests_per_s: float
) -> Forecast:
    """Forecast a step at a weight, given all requests per second of the workload."""
    requests = needed_requests(weight_percent, detectable_percent, alpha, dispersion)
    rate = requests_per_s * weight_percent / 100
    return Forecast(requests=requests, seconds=requests / rate if rate > 0 else None)
