"""Digests tell content apart and nothing else; names made of them are valid."""

import re

from fairlead.core.revision.digest import digest, suffix
from tests.unit.core.release.shop import manifests
from tests.unit.core.revision.parts import config, revision


def test_the_order_of_keys_and_the_form_of_numbers_make_no_difference():
    assert digest({"a": 1, "b": {"c": [1.0, True]}}) == digest({"b": {"c": [1, True]}, "a": 1})


def test_the_order_of_a_list_and_the_type_of_a_value_do():
    assert len({digest(v) for v in ([1, 2], [2, 1], ["1", 2], [True, 2], [1.5, 2])}) == 5


def test_a_suffix_is_valid_at_the_end_of_every_name():
    assert all(re.fullmatch("[a-z0-9]{10}", suffix(digest(i))) for i in range(100))


def test_a_revision_is_named_by_its_inputs_alone():
    # These names are in clusters: another one would start a release of everything that runs.
    assert revision(*manifests("v1", "v1", "a")).name == "shop-dfc991b26b"


def test_numbers_of_any_size_have_a_digest():
    assert digest({"a": 1e30, "b": 2**70}) == digest({"b": 2**70, "a": 10.0**30})


def test_a_component_of_another_name_has_the_same_copies():
    mine, other = (revision(config("a", k="v"), component=c) for c in ("shop", "store"))

    assert mine.inputs_digest == other.inputs_digest
    assert (mine.name, other.name) == (f"shop-{mine.inputs_digest[:10]}", f"store-{mine.inputs_digest[:10]}")
