"""A sequential test that may be looked at all the time.

In each interval both revisions together had E errors. If the candidate is no worse, each of them is the candidate's
with a chance of at most p, its share of the requests. An alternative says that its odds are t times as high:
q = tp / (1 - p + tp). The likelihood ratio of the alternatives, mixed with equal weights and multiplied over the
intervals, is a test martingale: its chance ever to pass 1/alpha is at most alpha (Ville 1939), however often it is
looked at. Errors that both revisions share, and a rate that changes over the day, cancel out, because each interval is
compared with itself.

Given E and the requests, the candidate's errors are hypergeometric; the binomial used here is wider, and by Hoeffding
1963 (theorem 4) the expectation of the ratio, which is convex, is only smaller for it. For the method see Lindon and
Malek, "Anytime-valid inference for multinomial count data", and Ramdas et al., "Game-theoretic statistics and safe
anytime-valid inference".

Evidence is kept as logarithms in thousandths, rounded down: rounding never accuses.
"""

import math

#: Odds ratios that are tried: from a small harm to a complete failure.
ALTERNATIVES = (1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
FRESH = (0,) * len(ALTERNATIVES)


def tilted(p: float, odds_ratio: float) -> float:
    """Return the chance whose odds are `odds_ratio` times those of `p`."""
    return odds_ratio * p / (1 - p + odds_ratio * p)


def bet(
    log_evidence_milli: tuple[int, ...], events: int, hits: int, null_chance: float, dispersion: float
) -> tuple[int, ...]:
    """Add one interval: of `events`, `hits` were the candidate's, where at most `null_chance` of them should be.

    `dispersion` (1 or more) tempers the evidence: where events come in bursts of that size, they tell that much less.
    """
    if events <= 0 or not 0 < null_chance < 1:
        return log_evidence_milli
    fresh = log_evidence_milli or FRESH
    return tuple(
        before + math.floor(1000 * _log_ratio(events, hits, null_chance, odds_ratio) / dispersion)
        for before, odds_ratio in zip(fresh, ALTERNATIVES, strict=True)
    )


def _log_ratio(events: int, hits: int, p: float, odds_ratio: float) -> float:
    q = tilted(p, odds_ratio)
    return hits * math.log(q / p) + (events - hits) * math.log((1 - q) / (1 - p))


def log_evidence(log_evidence_milli: tuple[int, ...]) -> float:
    """Return the logarithm of the mixture."""
    logs = [m / 1000 for m in log_evidence_milli or FRESH]
    highest = max(logs)
    return highest + math.log(sum(math.exp(x - highest) for x in logs) / len(logs))


def upper_ratio(events: int, requests: int) -> float:
    """Return an upper bound, at 99.5 %, of the ratio of events that `requests` showed.

    The Poisson limit of Clopper and Pearson, by Wilson and Hilferty's approximation of its chi-square quantile.
    """
    z = 2.576
    n = events + 1
    bound = n * (1 - 1 / (9 * n) + z / (3 * math.sqrt(n))) ** 3
    return min(0.99, bound / max(requests, 1))
