"""A sequential test that may be looked at all the time.

In each interval both revisions together had E errors. If the candidate is no worse, each of them is the candidate's
with a chance of at most p, its share of the requests. An alternative says that its odds are t times as high:
q = tp / (1 - p + tp). The likelihood ratio of the alternatives, mixed and multiplied over the intervals, is a test
martingale: its chance ever to pass 1/alpha is at most alpha (Ville 1939), however often it is looked at. Errors that
both revisions share, and a rate that changes over the day, cancel out, because each interval is compared with itself.

Given E and the requests, the candidate's errors are hypergeometric; the binomial used here is wider, and by Hoeffding
1963 (theorem 4) the expectation of the ratio, which is convex, is only smaller for it. For the method see Lindon and
Malek, "Anytime-valid inference for multinomial count data", and Ramdas et al., "Game-theoretic statistics and safe
anytime-valid inference".

A candidate may turn bad late, after a long time in which it gathered evidence in its favour. So a part of the prior
weight is kept back and laid on each alternative anew at every look (Shiryaev 1963): the sum of all that is ever laid is
1, so that the guarantee stays.

Evidence is kept as logarithms in thousandths, rounded down: rounding never accuses.
"""

import math

#: Odds ratios that are tried: from a small harm to a complete failure.
ALTERNATIVES = (1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
#: Prior weight kept back for a candidate that turns bad later.
LATE = 0.2
#: Half of it is laid in so many looks, half of the rest in the next double of them, and so on.
LATE_LOOKS = 100
FRESH = (math.floor(1000 * math.log(1 - LATE)),) * len(ALTERNATIVES)


def tilted(p: float, odds_ratio: float) -> float:
    """Return the chance whose odds are `odds_ratio` times those of `p`."""
    return odds_ratio * p / (1 - p + odds_ratio * p)


def gains(null_chance: float, odds_ratio: float) -> tuple[float, float]:
    """Return what an event of the candidate, and one that is not, adds to the evidence for an alternative."""
    q = tilted(null_chance, odds_ratio)
    return math.log(q / null_chance), math.log((1 - q) / (1 - null_chance))


def bet(
    log_evidence_milli: tuple[int, ...], looks: int, events: int, hits: int, null_chance: float, dispersion: float
) -> tuple[int, ...]:
    """Add an interval: of `events`, `hits` were the candidate's, where at most a share `null_chance` of them should be.

    `looks` is the number of intervals added before. `dispersion` (1 or more) tempers the evidence: where events come
    in bursts of that size, they tell that much less; a power of a ratio below 1 keeps the guarantee (Jensen).
    """
    laid = math.log(LATE * LATE_LOOKS / ((looks + LATE_LOOKS) * (looks + LATE_LOOKS + 1)))
    after = []
    for before, odds_ratio in zip(log_evidence_milli or FRESH, ALTERNATIVES, strict=True):
        hit, miss = gains(null_chance, odds_ratio)
        gain = (hits * hit + (events - hits) * miss) / dispersion
        after.append(math.floor(1000 * (_log_sum(before / 1000, laid) + gain)))
    return tuple(after)


def _log_sum(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def log_evidence(log_evidence_milli: tuple[int, ...]) -> float:
    """Return the logarithm of the mixture: what was laid so far, without what is kept back."""
    logs = [m / 1000 for m in log_evidence_milli or FRESH]
    highest = max(logs)
    return highest + math.log(sum(math.exp(x - highest) for x in logs) / len(logs))


def upper_ratio(events: float, requests: float, miss_chance: float) -> float:
    """Return a bound that the true ratio of `events` among `requests` exceeds with a chance of `miss_chance` only.

    The Poisson limit of Clopper and Pearson 1934, by Wilson and Hilferty's approximation of its chi-square quantile
    and Abramowitz and Stegun's of the normal one (26.4.17, 26.2.23). 1 where nothing is known.
    """
    t = math.sqrt(-2 * math.log(miss_chance))
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    n = events + 1
    bound = n * (1 - 1 / (9 * n) + z / (3 * math.sqrt(n))) ** 3
    return min(1.0, bound / requests) if requests > 0 else 1.0
