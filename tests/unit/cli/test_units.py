"""Times, counts and shares as people read them."""

import pytest

from fairlead.cli.units import age, clock, count, duration, percent
from tests.unit.cli.scene import NOW


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "0 s"), (59.6, "1 min"), (125, "2 min 5 s"), (3600, "1 h"), (11_400, "3 h 10 min"), (187_200, "2 d 4 h"),
    ],
)  # fmt: skip
def test_a_duration_is_said_in_its_two_largest_units(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(5, "5s"), (119, "119s"), (120, "2m"), (7_200, "2h"), (172_800, "2d")])
def test_an_age_is_as_short_as_in_kubectl(seconds, text):
    assert age(seconds) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "-"), (0, 10, "0 %"), (1, 4300, "0.023 %"), (51, 1000, "5.1 %"), (1, 2, "50 %"), (996, 10_000, "10 %")],
)
def test_a_share_has_two_digits_that_tell(part, whole, text):
    assert percent(part, whole) == text


def test_thousands_are_apart():
    assert count(12_840) == "12,840"


def test_a_time_of_another_day_has_its_day():
    assert clock("2026-11-25T16:00:00Z", NOW) == "16:00:00"
    assert clock("2026-11-24T16:00:00Z", NOW) == "2026-11-24 16:00:00"
