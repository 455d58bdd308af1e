import pytest

from fairlead.api import release
from fairlead.core.judge.dispersion import ASSUMED, dispersion, is_estimated, with_spread

FRESH = release.TestState(signal="errors")


def after(blocks: int, *pods: tuple[int, int]) -> release.TestState:
    test = FRESH
    for _ in range(blocks):
        test = with_spread(test, pods)
    return test


def test_what_is_not_known_is_assumed():
    assert dispersion(FRESH) == ASSUMED
    assert not is_estimated(FRESH)


@pytest.mark.parametrize("pods", [[(500, 9)], [(500, 9), (500, 1)]])
def test_too_few_pods_tell_nothing(pods):
    assert after(50, *pods) == FRESH


def test_a_block_without_errors_tells_nothing():
    assert after(50, (500, 0), (500, 0), (500, 0)) == FRESH


def test_pods_that_differ_as_chance_lets_them_make_the_test_sharper():
    test = after(50, (500, 4), (500, 1), (500, 2))

    assert is_estimated(test)
    assert dispersion(test) < 0.1


def test_pods_that_differ_make_it_more_careful():
    test = after(50, (500, 30), (500, 1), (500, 2))

    assert is_estimated(test)
    assert dispersion(test) > 1


def test_a_single_block_does_not_outweigh_what_is_assumed():
    test = after(1, (500, 100), (500, 100), (500, 100))

    assert not is_estimated(test)
    assert dispersion(test) > ASSUMED / 2
