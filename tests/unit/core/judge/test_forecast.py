from fairlead.api.component import Judge
from fairlead.core.judge.dispersion import ASSUMED
from fairlead.core.judge.forecast import NEVER, needed_requests
from fairlead.core.judge.judge import alpha
from tests.unit.core.judge.pods import begun

CHANCE = alpha(Judge(), workloads=1)


def test_a_rise_by_five_points_needs_some_hundred_requests():
    assert 50 < needed_requests(5, 5, CHANCE, ASSUMED) < 150
    assert 100 < needed_requests(20, 5, CHANCE, ASSUMED) < 250


def test_bursts_errors_of_stable_and_more_caution_need_more_requests():
    plain = needed_requests(20, 5, CHANCE, ASSUMED)

    assert needed_requests(20, 5, CHANCE, 1.0) > plain
    assert needed_requests(20, 5, CHANCE, ASSUMED, stable_ratio=0.01) > plain
    assert needed_requests(20, 5, CHANCE / 10, ASSUMED) > plain


def test_a_rise_that_no_alternative_fits_is_never_seen():
    assert needed_requests(20, 1, CHANCE, ASSUMED, stable_ratio=0.2) == NEVER


def test_what_is_forecast_is_what_the_judge_needs():
    """Errors at the rise to be seen, a little fewer than their mean, are found with as many requests."""
    needed = needed_requests(20, 5, CHANCE, ASSUMED)
    scene = begun()
    while scene.serve(candidate=20, stable=80, errors=1).verdict != "Failed":
        pass

    assert 0.3 * needed < scene.evidence.candidate.requests <= needed
