"""How many requests, and so how much time, a step needs before it can be believed."""

import math

from msgspec import Struct

from fairlead.core.judge.e_process import ALTERNATIVES, tilted

#: The alternative that a rise to be seen is nearest to, where stable has next to no errors.
EXPECTED_ODDS_RATIO = 30.0
#: Chance of 80 % that a rise of the size to be seen has been seen: its quantile of the normal distribution.
POWER_QUANTILE = 0.84


class Forecast(Struct, frozen=True, kw_only=True):
    """What a step needs."""

    requests: int
    """Requests on the candidate."""
    seconds: float | None
    """Time for them at the traffic seen; None without traffic."""


def needed_requests(weight_percent: int, detectable_percent: int, alpha: float, dispersion: float) -> int:
    """Return the requests on the candidate after which a rise by `detectable_percent` would have been seen.

    The test needs m errors with m * log(q/p) / dispersion = log(alternatives / alpha); so that at least m come with a
    chance of 80 %, their mean must be about m + 0.84 sqrt(m) + 1/2 (normal approximation of the Poisson distribution).
    """
    share = min(weight_percent, 99) / 100
    gain = math.log(tilted(share, EXPECTED_ODDS_RATIO) / share) if share < 0.9 else math.log(EXPECTED_ODDS_RATIO)
    errors = dispersion * math.log(len(ALTERNATIVES) / alpha) / gain
    mean = errors + POWER_QUANTILE * math.sqrt(errors) + 0.5
    return math.ceil(mean / (detectable_percent / 100))


def forecast(
    *, weight_percent: int, detectable_percent: int, alpha: float, dispersion: float, requests_per_s: float
) -> Forecast:
    """Forecast a step at a weight, given all requests per second of the workload."""
    requests = needed_requests(weight_percent, detectable_percent, alpha, dispersion)
    rate = requests_per_s * weight_percent / 100
    return Forecast(requests=requests, seconds=requests / rate if rate > 0 else None)
