"""The guarantee of the sequential test, where it can be computed exactly."""

import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fairlead.api.component import Judge
from fairlead.core.judge.e_process import (
    ALTERNATIVES,
    FRESH,
    LATE,
    LATE_PARTS,
    Trials,
    log_evidence,
    log_likelihood,
    tilted,
    weigh,
)
from fairlead.core.judge.forecast import NEVER, needed_requests
from fairlead.core.judge.judge import alpha

CHANCES = st.floats(0.02, 0.95)
VARIANCES = st.floats(0.02, 2.0)
#: The prior weight that is laid on the alternatives in the first part.
LAID = 1 - LATE + LATE / (LATE_PARTS + 1)


def _mean_evidence(trials: int, null_chance: float, true_chance: float, variance: float) -> float:
    """The expectation of the evidence after one block, if hits fall independently with `true_chance`."""
    return sum(
        math.comb(trials, hits)
        * true_chance**hits
        * (1 - true_chance) ** (trials - hits)
        * math.exp(log_evidence(weigh(FRESH, 0, [Trials(trials, hits, null_chance)], variance)))
        for hits in range(trials + 1)
    )


@given(st.integers(1, 60), CHANCES, VARIANCES)
@settings(max_examples=60, deadline=None)
def test_a_candidate_that_is_no_worse_has_no_evidence_to_expect(trials, chance, variance):
    assert _mean_evidence(trials, chance, chance, variance) <= LAID


@given(st.integers(1, 60), CHANCES, st.floats(0.1, 1.0), VARIANCES)
@settings(max_examples=60, deadline=None)
def test_a_candidate_that_is_better_has_even_less(trials, chance, odds, variance):
    assert _mean_evidence(trials, chance, tilted(chance, odds), variance) <= LAID


@given(st.integers(1, 60), CHANCES, VARIANCES)
@settings(max_examples=60, deadline=None)
def test_bursts_of_the_assumed_size_are_no_evidence(trials, chance, variance):
    """The chance of a hit varies from block to block by a beta distribution: the mean is exact."""
    mean = 0.0
    for hits in range(trials + 1):
        likely = math.comb(trials, hits) * math.exp(log_likelihood(trials, hits, chance, variance))
        mean += likely * math.exp(log_evidence(weigh(FRESH, 0, [Trials(trials, hits, chance)], variance)))

    assert mean <= LAID + 1e-9


@given(st.integers(1, 500), st.data(), CHANCES, VARIANCES)
def test_one_more_hit_never_speaks_for_the_candidate(trials, data, chance, variance):
    hits = data.draw(st.integers(0, trials - 1))

    def evidence(hits: int) -> float:
        return log_evidence(weigh(FRESH, 0, [Trials(trials, hits, chance)], variance))

    # Rounding down to thousandths is all that may differ.
    assert evidence(hits + 1) >= evidence(hits) - 0.002


@given(st.integers(0, 100_000))
def test_all_prior_weight_together_is_never_more_than_one(parts):
    closed = FRESH
    for part in range(min(parts, 200)):
        closed = weigh(closed, part, [Trials(0, 0, 0.5)], 0.25)

    assert log_evidence(closed) <= 0
    assert len(closed) == len(ALTERNATIVES)


@given(st.integers(1, 99), st.integers(1, 49), st.floats(0, 0.2), VARIANCES)
def test_a_smaller_rise_needs_more_requests(weight_percent, detectable_percent, stable_ratio, variance):
    chance = alpha(Judge(), 1)
    larger = needed_requests(weight_percent, detectable_percent + 1, chance, variance, stable_ratio)
    smaller = needed_requests(weight_percent, detectable_percent, chance, variance, stable_ratio)

    assume(smaller < NEVER)
    assert larger <= smaller
