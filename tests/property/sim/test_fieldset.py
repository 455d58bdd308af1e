"""Sets of fields behave as sets of paths."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairlead.sim.api.apply import fieldset
from fairlead.sim.api.apply.fieldset import Fields

elements = st.sampled_from(["f:a", "f:b", 'k:{"n":1}', 'k:{"n":10}', 'k:{"n":2}', 'v:"x"', "v:true", "v:1.5", "i:0"])
paths = st.lists(elements, min_size=1, max_size=3).map(tuple)
sets = st.frozensets(paths, max_size=8)


def made(some: frozenset[Any]) -> Fields:
    return fieldset.of_paths(*some)


def told(fields: Fields) -> frozenset[Any]:
    return frozenset(fieldset.paths(fields))


def is_normal(fields: Fields) -> bool:
    """Nothing is empty but a member, and nothing says twice that it is one."""
    return all(not below or (set(below) != {fieldset.SELF} and is_normal(below)) for below in fields.values())


@given(sets)
def test_a_set_is_the_set_of_its_paths(some):
    assert told(made(some)) == some
    assert all(fieldset.has(made(some), path) for path in some)


@given(sets, sets)
def test_union_intersection_and_difference_are_those_of_the_paths(one, other):
    for ours, theirs in (
        (fieldset.union, one | other),
        (fieldset.intersection, one & other),
        (fieldset.difference, one - other),
    ):
        result = ours(made(one), made(other))
        assert told(result) == theirs
        assert is_normal(result)


@given(sets, sets)
def test_what_is_taken_away_with_all_below_it_leaves_nothing_below(one, other):
    result = fieldset.without(made(one), made(other))
    assert is_normal(result)
    assert told(result) == {p for p in one if not any(p[: len(gone)] == gone for gone in other)}


@given(sets, sets)
def test_no_operation_changes_what_it_is_given(one, other):
    before = made(one), made(other)
    for operation in (fieldset.union, fieldset.intersection, fieldset.difference, fieldset.without):
        given_sets = made(one), made(other)
        operation(*given_sets)
        assert given_sets == before


@given(sets)
def test_the_canonical_form_of_a_set_is_itself(some):
    assert fieldset.canonical(made(some)) == made(some)
