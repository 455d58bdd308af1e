"""A sequential test that may be looked at all the time.

Both revisions together had E errors. If the candidate is no worse, each of them is the candidate's with a chance of at
most p, its share of the requests. An alternative says that its odds are t times as high: q = tp / (1 - p + tp). The
likelihood ratio of the alternatives, mixed and multiplied over blocks of readings, is a test martingale: its chance
ever to pass 1/alpha is at most alpha (Ville 1939), however often it is looked at. Errors that both revisions share, and
a rate that changes over the day, cancel out, because each block is compared with itself. For the method see Lindon and
Malek, "Anytime-valid inference for multinomial count data", and Ramdas et al., "Game-theoretic statistics and safe
anytime-valid inference".

Errors come in bursts, which hit one revision and not the other. So the chance is not p itself but varies from block to
block around it by a beta distribution, and the errors of a block are beta-binomial (Skellam 1948): one burst of many
errors is little evidence, the same excess in block after block is much, and a candidate that fails altogether is still
beyond any burst. Should errors not come in bursts at all, the ratio has a mean of at most 1 at the end of a block; the
best moment to stop within a block could gain 4 % at the variance that is assumed (by dynamic programming over 100
trials), which is far less than the test has to spare.

A candidate may turn bad late, after a long time in which it gathered evidence in its favour. So some of the prior
weight is kept back and laid on each alternative anew with every part of a block (Shiryaev 1963): the sum of all that is
ever laid is 1, so that the guarantee stays.

Evidence is kept as logarithms in thousandths, rounded down: rounding never accuses.
"""

import math
from collections.abc import Sequence

from msgspec import Struct

#: Odds ratios that are tried: from a small harm to a complete failure.
ALTERNATIVES = (1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
#: Prior weight kept back for a candidate that turns bad later.
LATE = 0.2
#: Half of it is laid in so many parts of blocks, and most of the rest in the next few times as many.
LATE_PARTS = 30
FRESH = (math.floor(1000 * math.log(1 - LATE)),) * len(ALTERNATIVES)
#: The beta distribution is never less regular than this: it would say nothing any more.
_LEAST_PRECISION = 0.5


def tilted(p: float, odds_ratio: float) -> float:
    """Return the chance whose odds are `odds_ratio` times those of `p`."""
    return odds_ratio * p / (1 - p + odds_ratio * p)


class Trials(Struct, frozen=True):
    """Of so many trials, so many hits speak against the candidate."""

    trials: int
    hits: int
    null_chance: float
    """The chance of a hit if the candidate is just not worse."""


def weigh(
    closed_milli: tuple[int, ...], closed_parts: int, since: Sequence[Trials], variance: float
) -> tuple[int, ...]:
    """Return the evidence with the block under way.

    `closed_milli` is the evidence of the blocks before it, of so many parts. `since` has the trials since the beginning
    of each part of this block: the whole block first. `variance` is that of the candidate's odds from block to block,
    relative to their mean.
    """
    evidence = [before / 1000 for before in closed_milli or FRESH]
    after: list[float] = []
    for part, t in enumerate(since):
        laid = math.log(LATE * LATE_PARTS) - math.log(
            (closed_parts + part + LATE_PARTS) * (closed_parts + part + LATE_PARTS + 1)
        )
        prior = [laid] * len(ALTERNATIVES) if part else [_log_sum(before, laid) for before in evidence]
        null = log_likelihood(t.trials, t.hits, t.null_chance, variance)
        terms = [
            before + log_likelihood(t.trials, t.hits, tilted(t.null_chance, odds_ratio), variance) - null
            for before, odds_ratio in zip(prior, ALTERNATIVES, strict=True)
        ]
        after = [_log_sum(a, b) for a, b in zip(after, terms, strict=True)] if after else terms
    return tuple(math.floor(1000 * x) for x in after or evidence)


def log_likelihood(trials: float, hits: float, chance: float, variance: float) -> float:
    """Return the beta-binomial likelihood of a block, without the factor that does not depend on the chance."""
    precision = max(_LEAST_PRECISION, 1 / (chance * (1 - chance) * variance) - 1)
    a = precision * chance
    b = precision - a
    return (
        (math.lgamma(hits + a) - math.lgamma(a))
        + (math.lgamma(trials - hits + b) - math.lgamma(b))
        - (math.lgamma(trials + precision) - math.lgamma(precision))
    )


def _log_sum(a: float, b: float) -> float:
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


def log_evidence(log_evidence_milli: tuple[int, ...]) -> float:
    """Return the logarithm of the mixture: what was laid so far, without what is kept back."""
    logs = [m / 1000 for m in log_evidence_milli or FRESH]
    highest = max(logs)
    return highest + math.log(sum(math.exp(x - highest) for x in logs) / len(logs))
