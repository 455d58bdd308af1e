"""A request that reaches one rule of a route and no other."""

from typing import Any

import pytest

from fairlead.core.traffic.reach import Reach, reach


def exact(path: str, **match: Any) -> dict[str, Any]:
    return {"path": {"type": "Exact", "value": path}, **match}


def prefix(path: str, **match: Any) -> dict[str, Any]:
    return {"path": {"type": "PathPrefix", "value": path}, **match}


def regex(path: str) -> dict[str, Any]:
    return {"path": {"type": "RegularExpression", "value": path}}


def header(name: str, value: str, kind: str = "Exact") -> dict[str, Any]:
    return {"type": kind, "name": name, "value": value}


BETA, QUERY = [header("X-Beta", "yes")], [{"name": "q", "value": "1"}]


def reached(*rules: list[dict[str, Any]], of: int = 0, probe_path: str = "/version") -> Reach | None:
    return reach([{"matches": matches} for matches in rules], of, probe_path)


def test_a_rule_without_matches_is_reached_anywhere():
    assert reach([{}], 0, "/version") == Reach("/version", {})


@pytest.mark.parametrize(
    ("match", "path"),
    [
        (exact("/cart"), "/cart"),
        (prefix("/cart"), "/cart/version"),
        (prefix("/cart/"), "/cart/version"),
        (prefix("/"), "/version"),
        ({}, "/version"),
        ({"method": "GET"}, "/version"),
    ],
)
def test_a_prefix_is_asked_below_it_and_an_exact_path_as_it_is(match, path):
    assert reached([match]) == Reach(path, {})


def test_headers_that_a_match_wants_are_sent():
    assert reached([prefix("/")], [prefix("/", headers=BETA)], of=1) == Reach("/version", {"X-Beta": "yes"})


@pytest.mark.parametrize(
    "match",
    [
        regex("/c.*"),
        prefix("/", method="POST"),
        prefix("/", queryParams=QUERY),
        prefix("/", headers=[header("X-Beta", ".*", "RegularExpression")]),
    ],
)
def test_what_a_plain_request_does_not_fulfil_is_no_way(match):
    assert reached([match]) is None


def test_the_first_match_that_can_be_asked_is_taken():
    assert reached([regex("/c.*"), prefix("/a", method="POST"), prefix("/b")]) == Reach("/b/version", {})


@pytest.mark.parametrize(
    "other",
    [
        exact("/version"),
        prefix("/version"),
        prefix("/", method="GET"),
    ],
)
def test_a_rule_is_not_asked_where_a_more_specific_one_answers(other):
    assert reached([prefix("/")], [other]) is None
    assert reached([prefix("/")], [other], of=1) is not None


@pytest.mark.parametrize(
    "other", [prefix("/versions"), prefix("/vers"), exact("/version/"), prefix("/version", headers=BETA)]
)
def test_a_rule_that_does_not_answer_the_request_takes_nothing_from_it(other):
    assert reached([prefix("/")], [other]) == Reach("/version", {})


def test_of_two_equal_rules_the_first_one_answers():
    assert reached([prefix("/")], [prefix("/")]) is not None
    assert reached([prefix("/")], [prefix("/")], of=1) is None


def test_the_name_of_a_header_is_the_same_in_any_case():
    lower = [header("x-beta", "yes")]

    assert reached([prefix("/", headers=BETA)], [exact("/version", headers=lower)]) is None
