"""One block of one signal: the candidate against stable beside it, or against what stable has shown before."""

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.release import TestState
from fairlead.core.judge.dispersion import dispersion
from fairlead.core.judge.e_process import tilted, weigh
from fairlead.core.judge.upper_ratio import upper_ratio

#: Up to this weight the candidate is compared with stable beside it. Above, stable has too few requests to say much:
#: then what it has shown before is the measure.
BESIDE_UP_TO_PERCENT = 95


class Seen(Struct, frozen=True):
    """Requests, and those of them that speak against a revision."""

    requests: int
    events: int


def compared(
    test: TestState,
    candidate: Seen,
    stable: Seen,
    recorded: Seen,
    *,
    weight_percent: int,
    odds_margin: float,
    miss_chance: float,
) -> TestState:
    """Return the test with the evidence of the block under way.

    `candidate` and `stable` are what they did in this block, `recorded` all that stable has shown. `odds_margin` is the
    odds ratio that is still no harm, `miss_chance` the chance that the bound of stable's recorded ratio may be wrong.
    """
    if weight_percent <= BESIDE_UP_TO_PERCENT:
        null_chance = candidate.requests / max(1, candidate.requests + stable.requests)
        trials = candidate.events + stable.events
    else:
        null_chance = upper_ratio(recorded.events, recorded.requests, miss_chance)
        trials = candidate.requests
    if trials == 0 or not 0 < null_chance < 1:
        return replace(test, log_evidence_milli=test.closed_milli)
    evidence = weigh(
        test.closed_milli,
        test.blocks,
        trials,
        min(candidate.events, trials),
        tilted(null_chance, odds_margin),
        dispersion(test),
    )
    return replace(test, log_evidence_milli=evidence)
