"""Quantities have one canonical form."""

import pytest

from fairlead.sim.api.schema.quantity import NotAQuantity, canonical, parse


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1000m", "1"),
        ("1024Ki", "1Mi"),
        ("0.5Gi", "512Mi"),
        ("1.5", "1500m"),
        ("1000000", "1M"),
        ("1e3", "1e3"),
        ("1023", "1023"),
        ("1.3Ki", "1331200m"),
        ("0", "0"),
        ("-1500m", "-1500m"),
        (".5", "500m"),
        ("0.1n", "1n"),
    ],
)
def test_a_quantity_is_written_in_its_canonical_form(written: str, expected: str) -> None:
    assert canonical(written) == expected


@pytest.mark.parametrize("text", ["", "abc", "1 Gi", "1Zi", "1..5", "--1"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(NotAQuantity):
        parse(text)


def test_quantities_compare_by_value() -> None:
    assert parse("1Gi").value > parse("1G").value
    assert parse("1000m").value == parse("1").value
