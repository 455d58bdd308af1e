"""Patches: what becomes of a document. The words of refusals are held by the contract suite."""

import copy

import pytest

from fairlead.sim.api.failure import Failure
from fairlead.sim.api.patches import json_patch, merge_patch, strategic
from fairlead.sim.api.schema.schema import Schema


def patched(document, *operations):
    before = copy.deepcopy(document)
    after = json_patch.apply(document, list(operations))
    assert document == before, "the document itself is not touched"
    return after


def op(name, path, *value, **more):
    return {"op": name, "path": path, **({"value": value[0]} if value else {}), **more}


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        (op("add", "/b", 2), {"a": [1, 2], "b": 2}),
        (op("add", "/a/0", 0), {"a": [0, 1, 2]}),
        (op("add", "/a/-", 3), {"a": [1, 2, 3]}),
        (op("add", "/a/-1", 3), {"a": [1, 2, 3]}),
        (op("add", "/a/2", 3), {"a": [1, 2, 3]}),
        (op("replace", "/a/-1", 3), {"a": [1, 3]}),
        (op("replace", "/new", 3), {"a": [1, 2], "new": 3}),
        (op("replace", "", {"b": 1}), {"b": 1}),
        (op("replace", "", 1), {"a": [1, 2]}),
        (op("remove", "/a/0"), {"a": [2]}),
        (op("remove", "/a"), {}),
        (op("move", "/b", **{"from": "/a"}), {"b": [1, 2]}),
        (op("copy", "/b", **{"from": "/a/1"}), {"a": [1, 2], "b": 2}),
        (op("copy", "/b", **{"from": "/none"}), {"a": [1, 2], "b": None}),
        (op("test", "/none", None), {"a": [1, 2]}),
        (op("add", "b", 1), {"a": [1, 2]}),
    ],
)
def test_json_patch_does_each_operation(operation, after):
    if operation == op("add", "b", 1):
        with pytest.raises(Failure):
            patched({"a": [1, 2]}, operation)
    else:
        assert patched({"a": [1, 2]}, operation) == after


def test_json_patch_unescapes_names():
    assert patched({}, op("add", "/a~1b~0c~01", 1)) == {"a/b~c~1": 1}


@pytest.mark.parametrize(
    "operation",
    [
        op("test", "/a", [1]),
        op("test", "/a/0", 1.0),
        op("test", "/none", 1),
        op("remove", "/none"),
        op("remove", "/a/2"),
        op("add", "/a/4", 1),
        op("add", "/a/x", 1),
        op("add", "/a/0/b", 1),
        op("add", "/none/b", 1),
        op("add", "", {}),
        op("replace", "/a/2", 1),
        op("move", "/b", **{"from": "/none"}),
        op("turn", "/a"),
        {"op": "add"},
        None,
    ],
)
def test_json_patch_refuses_what_does_not_fit_and_changes_nothing(operation):
    with pytest.raises(Failure) as failure:
        patched({"a": [1, 2]}, op("add", "/before", 1), operation)
    assert failure.value.code == 422


def test_merge_patch_merges_objects_replaces_all_else_and_removes_by_null():
    document = {"a": {"b": 1, "c": 2}, "l": [1, 2], "s": "x"}
    patch = {"a": {"b": None, "d": {"n": None, "m": 1}}, "l": [{"k": None}], "s": {"t": None}}
    assert merge_patch.apply(document, patch) == {"a": {"c": 2, "d": {"m": 1}}, "l": [{}], "s": {}}
    assert document["a"] == {"b": 1, "c": 2}


def test_merge_patch_keeps_nulls_in_a_list_that_replaces_an_object():
    assert merge_patch.apply({"a": {}}, {"a": [{"k": None}]}) == {"a": [{"k": None}]}


def struct(**properties):
    return Schema(type="object", properties=properties, go_name="Thing")


TEXT = Schema(type="string")
ITEM = struct(name=TEXT, value=TEXT, tags=Schema(type="array", items=TEXT, patch_strategy=frozenset({"merge"})))
SCHEMA = struct(
    items=Schema(type="array", items=ITEM, patch_strategy=frozenset({"merge"}), patch_merge_key="name"),
    plain=Schema(type="array", items=TEXT),
    tags=Schema(type="array", items=TEXT, patch_strategy=frozenset({"merge"})),
    way=struct(type=TEXT, one=TEXT, two=TEXT),
    whole=Schema(type="object", properties={"a": TEXT}, patch_strategy=frozenset({"replace"})),
)


def merged(document, patch):
    before = copy.deepcopy((document, patch))
    after = strategic.apply(document, patch, SCHEMA)
    assert (document, patch) == before, "neither is touched"
    return after


def named(*names):
    return [{"name": name} for name in names]


def test_items_merge_by_their_key_and_stand_in_the_order_of_the_patch():
    document = {"items": [{"name": "a", "value": "1"}, {"name": "b", "value": "1"}]}
    patch = {"items": [{"name": "c"}, {"name": "b", "tags": ["t"]}]}
    assert merged(document, patch)["items"] == [
        {"name": "c"},
        {"name": "a", "value": "1"},
        {"name": "b", "value": "1", "tags": ["t"]},
    ]


def test_lists_without_a_strategy_are_replaced():
    assert merged({"plain": ["a"], "whole": {"a": "1"}}, {"plain": ["b"], "whole": {}}) == {"plain": ["b"], "whole": {}}


def test_scalars_are_added_once_and_removed_by_a_list_of_their_own():
    assert merged({"tags": ["a", "b"]}, {"tags": ["c", "a"]})["tags"] == ["c", "a", "b"]
    assert merged({"tags": ["a", "b"]}, {"$deleteFromPrimitiveList/tags": ["a", "x"]})["tags"] == ["b"]


def test_directives_delete_and_replace():
    document = {"items": named("a", "b"), "way": {"type": "x", "one": "1"}}
    assert merged(document, {"items": [{"name": "a", "$patch": "delete"}]})["items"] == named("b")
    assert merged(document, {"items": [{"$patch": "replace"}, {"name": "c"}]})["items"] == named("c")
    assert merged(document, {"way": {"$patch": "replace", "two": "2"}})["way"] == {"two": "2"}
    assert merged(document, {"way": {"$patch": "delete"}})["way"] == {}


def test_keys_that_are_not_retained_go():
    document = {"way": {"type": "x", "one": "1"}}
    assert merged(document, {"way": {"$retainKeys": ["type"], "type": "y"}})["way"] == {"type": "y"}


def test_the_order_of_items_is_set_and_others_stay_before_what_they_preceded():
    document = {"items": named("a", "b", "c", "d")}
    patch = {"$setElementOrder/items": named("d", "b", "new"), "items": named("new")}
    assert merged(document, patch)["items"] == named("a", "c", "d", "b", "new")


@pytest.mark.parametrize(
    ("patch", "code", "message"),
    [
        ({"$setElementOrder": []}, 400, "invalid patch format of setElementOrder list"),
        ({"$deleteFromPrimitiveList": ["a"]}, 400, "invalid patch format of primitive list"),
        ({"$retainKeys": ["x"], "tags": []}, 400, "invalid patch format of retainKeys"),
        ({"items": [{"value": "1"}]}, 500, "map: map[value:1] does not contain declared merge key: name"),
        ({"items": [1]}, 500, "list element types are not identical: [[map[name:a]] [1]]"),
        ({"way": {"$patch": "turn"}}, 500, "unknown patch type: turn in map: map[$patch:turn]"),
        (
            {"$setElementOrder/tags": ["a", "b"], "tags": ["b", "a"]},
            500,
            "The order in patch list:\n[b a]\n doesn't match $setElementOrder list:\n[a b]\n",
        ),
        ({"$setElementOrder/none": ["a"]}, 500, 'unable to find api field in struct Thing for the json field "none"'),
        ([], 400, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_a_strategic_patch_that_makes_no_sense_is_refused(patch, code, message):
    document = {"items": named("a"), "way": {"type": "x"}}
    with pytest.raises(Failure) as failure:
        strategic.apply(document, patch, SCHEMA)
    assert (failure.value.code, failure.value.message) == (code, message)
