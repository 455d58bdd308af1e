"""How bursty errors are: by how much evidence is discounted.

Estimated from how stable's errors spread over its pods, which run the same code: Pearson's statistic over its degrees
of freedom is 1 where errors fall independently. Few pods cannot show it; then a fixed, conservative value is used, and
said.
"""

from msgspec.structs import replace

from fairlead.api.release import Evidence
from fairlead.core.judge.counting import Increment

FEWEST_PODS = 3
FEWEST_DEGREES_OF_FREEDOM = 20
ASSUMED = 2.0
HIGHEST = 10.0


def observed(evidence: Evidence, stable: Increment) -> Evidence:
    """Add how stable's errors of one interval spread over its pods."""
    pods = [(requests, errors) for requests, errors in stable.by_pod if requests > 0]
    if len(pods) < FEWEST_PODS or stable.errors == 0:
        return evidence
    ratio = stable.errors / stable.requests
    statistic = sum((errors - requests * ratio) ** 2 / (requests * ratio) for requests, errors in pods)
    return replace(
        evidence,
        chi_square_milli=evidence.chi_square_milli + round(1000 * statistic),
        chi_square_freedom=evidence.chi_square_freedom + len(pods) - 1,
    )


def is_estimated(evidence: Evidence) -> bool:
    """Whether there is enough to estimate it from."""
    return evidence.chi_square_freedom >= FEWEST_DEGREES_OF_FREEDOM


def dispersion(evidence: Evidence) -> float:
    """Return the dispersion, 1 or more."""
    if not is_estimated(evidence):
        return ASSUMED
    return min(HIGHEST, max(1.0, evidence.chi_square_milli / 1000 / evidence.chi_square_freedom))
