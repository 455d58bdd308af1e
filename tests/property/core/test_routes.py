"""Routes at every weight, whatever the rules are."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairlead.core.traffic.http_route import MOST_WEIGHT, json_patch, replace_rules, split_rules, unsplit_rules

OURS = ("front", "cart")
percent = st.integers(0, 100)
exact_weights = st.integers(0, 10_000)
any_weights = st.integers(0, MOST_WEIGHT)


def rules(weight: st.SearchStrategy[int]) -> st.SearchStrategy[list[dict[str, Any]]]:
    backend = st.fixed_dictionaries(
        {"name": st.sampled_from((*OURS, "other", "another")), "port": st.integers(1, 3), "weight": weight},
        optional={"filters": st.just([{"type": "X"}])},
    )
    backends = st.lists(backend, min_size=1, max_size=5, unique_by=lambda b: (b["name"], b["port"], "filters" in b))
    return st.lists(st.fixed_dictionaries({"backendRefs": backends}), max_size=3)


def splits(w: tuple[int, int]) -> dict[str, tuple[str, str, int]]:
    return {name: (f"{name}-old", f"{name}-new", percent) for name, percent in zip(OURS, w, strict=True)}


def owner(name: str) -> str:
    return name.removesuffix("-old").removesuffix("-new")


def shares(rule: dict[str, Any]) -> dict[str, Fraction]:
    """The share of the requests that each Service gets, ours with all their revisions; empty where nobody gets any."""
    total = sum(b["weight"] for b in rule["backendRefs"])
    found: dict[str, Fraction] = {}
    for b in rule["backendRefs"] if total else ():
        found[owner(b["name"])] = found.get(owner(b["name"]), Fraction()) + Fraction(b["weight"], total)
    return found


def normal(rule: dict[str, Any]) -> dict[str, Any]:
    """What a backend of ours that is alone weighs means nothing, unless it is nothing."""
    backends = rule["backendRefs"]
    if len(backends) > 1 or backends[0]["name"] not in OURS:
        return rule
    return {**rule, "backendRefs": [{**backends[0], "weight": min(1, backends[0]["weight"])}]}


@given(rules(exact_weights), st.tuples(percent, percent))
def test_unsplit_undoes_split(before: list[dict[str, Any]], w: tuple[int, int]):
    assert unsplit_rules(split_rules(before, splits(w)), splits(w)) == [normal(r) for r in before]


@given(rules(exact_weights), st.tuples(percent, percent))
def test_nobody_loses_or_gains_a_share(before: list[dict[str, Any]], w: tuple[int, int]):
    assert [shares(r) for r in split_rules(before, splits(w))] == [shares(r) for r in before]


@given(rules(any_weights), st.tuples(percent, percent))
def test_every_weight_is_one_that_the_api_accepts(before: list[dict[str, Any]], w: tuple[int, int]):
    shared = split_rules(before, splits(w))
    back = unsplit_rules(shared, splits(w))

    assert all(0 <= b["weight"] <= MOST_WEIGHT for r in (*shared, *back) for b in r["backendRefs"])


@given(rules(any_weights), st.tuples(percent, percent))
def test_large_weights_are_rounded_by_little_and_never_to_nothing(before: list[dict[str, Any]], w: tuple[int, int]):
    for old, new in zip(before, split_rules(before, splits(w)), strict=True):
        was, now = shares(old), shares(new)
        assert was.keys() == now.keys()
        assert all((was[name] > 0) == (now[name] > 0) for name in was)
        assert all(abs(was[name] - now[name]) <= Fraction(5, 10_000) for name in was)


@given(rules(any_weights), st.tuples(percent, percent))
def test_the_candidate_gets_its_percentage_of_ours(before: list[dict[str, Any]], w: tuple[int, int]):
    for rule in split_rules(before, splits(w)):
        for name, percentage in zip(OURS, w, strict=True):
            new = sum(b["weight"] for b in rule["backendRefs"] if b["name"] == f"{name}-new")
            both = sum(b["weight"] for b in rule["backendRefs"] if owner(b["name"]) == name)
            assert new * 100 == both * percentage


@given(rules(any_weights), st.tuples(percent, percent), st.tuples(percent, percent))
def test_a_live_route_comes_to_rest_at_a_weight(
    before: list[dict[str, Any]], first: tuple[int, int], second: tuple[int, int]
):
    """A route of others is split from its live rules each time: that must not go on for ever."""
    live = split_rules(before, splits(first))

    moved = split_rules(unsplit_rules(live, splits(second)), splits(second))
    again = split_rules(unsplit_rules(moved, splits(second)), splits(second))

    assert again == moved
    assert json_patch(moved, again, "7") == replace_rules(moved, again, "7") == []
