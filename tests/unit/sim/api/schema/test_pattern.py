"""Regular expressions of Go mean the same in Python."""

import pytest

from fairlead.sim.api.schema.pattern import compiled


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a$", "a\n", False),
        ("^a$", "a", True),
        (r"^a\z", "a", True),
        ("^[[:alpha:]]+$", "abc", True),
        ("^[[:alpha:]]+$", "ab1", False),
        ("^((?i)january|may)$", "MAY", True),
        ("^(b|(?i)x)y$", "Xy", True),
        ("^(b|(?i)x)y$", "XY", False),
        ("^(a(?i)b|c)$", "C", True),
        ("^(a(?i)b|c)$", "ac", False),
        ("[$]", "$", True),
        ("[]a]", "]", True),
        ("(?P<n>a)(?<m>b)", "ab", True),
    ],
)
def test_a_pattern_matches_as_in_go(pattern: str, text: str, found: bool) -> None:
    assert (compiled(pattern).search(text) is not None) is found
