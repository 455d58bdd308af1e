"""One interval of one signal: the candidate against stable beside it, or against what stable has shown before."""

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.release import TestState
from fairlead.core.judge.dispersion import dispersion
from fairlead.core.judge.e_process import bet, tilted, upper_ratio

#: Stable is compared with side by side while it has at least this share of the requests. With less it says too little:
#: then what it has shown before is the measure.
FEWEST_BESIDE = 0.05


class Seen(Struct, frozen=True):
    """Requests, and those of them that count against a revision."""

    requests: int
    events: int


def compared(
    test: TestState, candidate: Seen, stable: Seen, recorded: Seen, *, odds_margin: float, miss_chance: float
) -> TestState:
    """Return the test with one more interval.

    `recorded` is what stable has shown before it, `odds_margin` the odds ratio that is still no harm, `miss_chance` the
    chance that the bound of stable's recorded ratio is allowed to be wrong.
    """
    if candidate.requests <= 0:
        return test
    bursts = dispersion(test)
    if stable.requests >= FEWEST_BESIDE * (candidate.requests + stable.requests):
        null_chance = candidate.requests / (candidate.requests + stable.requests)
        events = candidate.events + stable.events
    else:
        null_chance = upper_ratio(recorded.events / bursts, recorded.requests / bursts, miss_chance)
        events = candidate.requests
    if events == 0 or null_chance >= 1:
        return test
    state = bet(test.log_evidence_milli, test.looks, events, candidate.events, tilted(null_chance, odds_margin), bursts)
    return replace(test, log_evidence_milli=state, looks=test.looks + 1)
