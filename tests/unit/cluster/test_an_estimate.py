"""How long a build still takes, told from what was seen of it."""

import pytest

from dev.cluster.estimate import ORDINARY_BYTES_PER_CORE_S, Estimate

MEGABYTE = 1_000_000


def hundred_packages(cores: int = 2) -> Estimate:
    return Estimate({f"package{number}": MEGABYTE for number in range(100)}, cores)


def test_before_anything_was_seen_an_ordinary_speed_is_assumed():
    assert hundred_packages().remaining_s(0) == pytest.approx(100 * MEGABYTE / (2 * ORDINARY_BYTES_PER_CORE_S))


def test_more_cores_promise_less_time():
    assert hundred_packages(cores=8).remaining_s(0) < hundred_packages(cores=2).remaining_s(0)


def test_a_slow_machine_is_believed_more_and_more():
    estimate = hundred_packages()
    for number in range(50):
        estimate.saw(f"package{number}")

    # Half of it took 1,000 s: the other half will take about as long.
    assert estimate.remaining_s(elapsed_s=1000) == pytest.approx(1000, rel=0.2)


def test_a_large_package_counts_more_than_a_small_one():
    estimate = Estimate({"small": 1000, "large": 99_000}, cores=2)
    estimate.saw("large")

    assert "package 1 of 2" in estimate.describe(elapsed_s=1)
    assert estimate.remaining_s(elapsed_s=1) < 1


def test_nothing_is_left_when_all_was_seen():
    estimate = Estimate({"only": MEGABYTE}, cores=2)
    estimate.saw("only")

    assert estimate.remaining_s(elapsed_s=5) == 0


def test_a_program_that_only_has_to_be_linked_can_be_described():
    assert "package 0 of 0" in Estimate({}, cores=2).describe(elapsed_s=0)
