"""One block of one signal: the candidate against stable beside it, or against what stable has shown before."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.release import TestState
from fairlead.core.judge.dispersion import dispersion
from fairlead.core.judge.e_process import Trials, tilted, weigh
from fairlead.core.judge.upper_ratio import upper_ratio

#: Up to this weight the candidate is compared with stable beside it. Above, stable has too few requests to say much:
#: then what it has shown before is the measure.
BESIDE_UP_TO_PERCENT = 95


class Seen(Struct, frozen=True):
    """Requests, and those of them that speak against a revision."""

    requests: int
    events: int

    def __add__(self, other: "Seen") -> "Seen":
        """Return both together."""
        return Seen(self.requests + other.requests, self.events + other.events)


NOTHING = Seen(0, 0)
NO_TRIALS = Trials(0, 0, 0.5)


def compared(
    test: TestState,
    parts: Sequence[tuple[Seen, Seen]],
    recorded: Seen,
    *,
    weight_percent: int,
    odds_margin: float,
    miss_chance: float,
) -> TestState:
    """Return the test with the evidence of the block under way.

    `parts` has what candidate and stable did in each part of this block, `recorded` is all that stable has shown.
    `odds_margin` is the odds ratio that is still no harm, `miss_chance` the chance that the bound of stable's recorded
    ratio may be wrong.
    """
    bound = 1.0
    if weight_percent > BESIDE_UP_TO_PERCENT:
        bound = upper_ratio(recorded.events, recorded.requests, miss_chance)
    candidate = stable = NOTHING
    since: list[Trials] = []
    for more_candidate, more_stable in reversed(parts):
        candidate, stable = candidate + more_candidate, stable + more_stable
        if weight_percent > BESIDE_UP_TO_PERCENT:
            null_chance, trials = bound, candidate.requests
        else:
            null_chance = candidate.requests / max(1, candidate.requests + stable.requests)
            trials = candidate.events + stable.events
        if trials and 0 < null_chance < 1:
            since.append(Trials(trials, min(candidate.events, trials), tilted(null_chance, odds_margin)))
        else:
            since.append(NO_TRIALS)
    evidence = weigh(test.closed_milli, test.parts, since[::-1], dispersion(test))
    return replace(test, log_evidence_milli=evidence)
