"""Server-side apply: what is merged, owned, refused and removed."""

import pytest

from fairlead.sim.api.failure import Failure
from tests.unit.sim.api.apply.kinds import LATER, NOW, World, struct, text, thing


def refused(world: World, manager: str, **spec):
    with pytest.raises(Failure) as failure:
        world.apply(manager, **spec)
    return failure.value


def test_who_applies_owns_what_it_names():
    world = World()
    world.apply(
        "one", set=["a"], map=[{"name": "x", "value": "1"}], atomic=["1"], whole={"k": "v"}, nested={"one": "1"}
    )
    assert world.fields("one") == {
        "f:spec": {
            "f:set": {'v:"a"': {}},
            "f:map": {'k:{"name":"x"}': {".": {}, "f:name": {}, "f:value": {}}},
            "f:atomic": {},
            "f:whole": {},
            "f:nested": {"f:one": {}},
        }
    }


def test_items_are_told_apart_by_all_keys_and_their_defaults():
    world = World()
    spec = world.apply("one", ports=[{"port": 80}, {"port": 80, "protocol": "UDP"}])
    assert list(world.fields("one")["f:spec"]["f:ports"]) == [
        'k:{"port":80,"protocol":"TCP"}',
        'k:{"port":80,"protocol":"UDP"}',
    ]
    assert world.apply("two", ports=[{"port": 80, "protocol": "TCP", "name": "web"}]) == {
        "ports": [{"port": 80, "protocol": "TCP", "name": "web"}, {"port": 80, "protocol": "UDP"}]
    }
    assert len(spec["ports"]) == 2


def test_two_managers_with_the_same_value_own_it_together_and_the_second_has_no_time():
    world = World()
    world.apply("one", text="x")
    world.apply("two", text="x")
    assert world.fields("one") == world.fields("two")
    assert "time" not in world.entry("two")


def test_another_value_is_refused_and_the_refusal_names_owner_and_path():
    world = World()
    world.apply("one", text="x", map=[{"name": "k", "value": "1"}])
    failure = refused(world, "two", text="y", map=[{"name": "k", "value": "2"}])
    assert failure.code == 409
    assert failure.message == (
        'Apply failed with 2 conflicts: conflicts with "one":\n- .spec.text\n- .spec.map[name="k"].value'
    )
    assert failure.details["causes"][0] == {
        "reason": "FieldManagerConflict",
        "message": 'conflict with "one"',
        "field": ".spec.text",
    }


def test_a_conflict_with_who_updated_names_the_version_and_the_subresource():
    world = World()
    world.apply("one", text="x")
    world.update("two", text="y")
    assert refused(world, "one", text="x").message == (
        'Apply failed with 1 conflict: conflict with "two" using example.com/v1: .spec.text'
    )
    world.update("three", subresource="scale", text="z")
    assert '"three" with subresource "scale" using example.com/v1' in refused(world, "one", text="x").message


def test_conflicts_are_told_by_manager():
    world = World()
    world.apply("b", text="x")
    world.now = LATER
    world.apply("a", text="x", replicas=1)
    assert refused(world, "c", text="y", replicas=2).message == (
        'Apply failed with 3 conflicts: conflicts with "a":\n- .spec.replicas\n- .spec.text\n'
        'conflicts with "b":\n- .spec.text'
    )


def test_force_takes_the_field_from_its_owner():
    world = World()
    world.apply("one", text="x", replicas=1)
    assert world.apply("two", force=True, text="y")["text"] == "y"
    assert world.fields("one") == {"f:spec": {"f:replicas": {}}}


def test_an_owner_that_loses_everything_is_forgotten():
    world = World()
    world.apply("one", text="x")
    world.apply("two", force=True, text="y")
    assert world.managers() == ["two"]


def test_what_is_no_longer_named_goes_when_nobody_else_owns_it():
    world = World()
    world.apply("one", set=["a", "b"], granular={"k": "1", "l": "1"}, map=[{"name": "x"}, {"name": "y"}])
    world.apply("two", set=["b"], granular={"l": "1"}, map=[{"name": "y"}])
    assert world.apply("one") == {"set": ["b"], "granular": {"l": "1"}, "map": [{"name": "y"}]}


def test_an_item_that_only_its_applier_owns_goes_with_what_others_own_in_it():
    world = World()
    world.apply("one", map=[{"name": "x"}, {"name": "y"}])
    world.update("two", map=[{"name": "x", "value": "1"}, {"name": "y"}])
    assert not world.apply("one")["map"]


def test_what_nobody_owns_stays():
    world = World()
    world.update("one", text="x")
    world.live["metadata"].pop("managedFields")
    world.apply("two", replicas=1)
    assert world.managers() == ["two", "before-first-apply"]
    world.live["metadata"]["managedFields"].pop()
    assert world.apply("two") == {"text": "x"}


def test_the_order_is_the_appliers_and_others_stay_where_they_were():
    world = World()
    world.apply("one", set=["a", "b", "c"])
    assert world.apply("two", set=["d", "c", "a"])["set"] == ["b", "d", "c", "a"]
    assert world.apply("three", set=["b", "e"])["set"] == ["b", "d", "c", "a", "e"]


def test_an_atomic_list_has_one_owner():
    world = World()
    world.apply("one", atomic=["a"])
    assert refused(world, "two", atomic=["a", "b"]).details["causes"][0]["field"] == ".spec.atomic"


def test_maps_of_unknown_fields_are_owned_entry_by_entry_and_their_lists_as_one():
    world = World()
    world.apply("one", free={"a": {"b": 1}, "l": [1]})
    assert world.fields("one")["f:spec"]["f:free"] == {"f:a": {".": {}, "f:b": {}}, "f:l": {}}
    assert world.apply("two", free={"a": {"c": 2}})["free"] == {"a": {"b": 1, "c": 2}, "l": [1]}


def test_a_null_takes_nothing_away_from_what_has_parts():
    world = World()
    world.apply("one", granular={"k": "1"})
    assert world.apply("two", granular=None)["granular"] == {"k": "1"}


def test_true_is_not_one():
    world = World()
    world.apply("one", free={"a": True})
    assert refused(world, "two", free={"a": 1}).code == 409


@pytest.mark.parametrize(
    ("spec", "mistake"),
    [
        ({"nope": 1}, ".spec.nope: field not declared in schema"),
        ({"text": 1}, ".spec.text: expected string, got &value.valueUnstructured{Value:1}"),
        ({"replicas": "1"}, ".spec.replicas: expected numeric (int or float), got string"),
        ({"granular": []}, ".spec.granular: expected map, got &{[]}"),
        ({"set": {"a": True}}, ".spec.set: expected list, got &{map[a:true]}"),
        ({"set": ["a", "a"]}, '.spec.set: duplicate entries for key [="a"]'),
        ({"set": [None]}, ".spec.set: element 0: associative list without keys has an element that's an explicit null"),
        ({"ports": [{"port": 1}, {"port": 1}]}, '.spec.ports: duplicate entries for key [port=1,protocol="TCP"]'),
        (
            {"map": [{"value": "1"}]},
            (
                '.spec.map: element 0: associative list with keys has an element that omits all key fields ["name"] '
                "(and doesn't have default values for any key fields)"
            ),
        ),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(spec, mistake):
    failure = refused(World(), "one", **spec)
    assert failure.code == 500
    assert failure.message == f"failed to create typed patch object (/a; example.com/v1, Kind=Thing): {mistake}"


def test_nothing_changes_and_no_time_passes_when_the_same_is_applied_again():
    world = World()
    world.apply("one", text="x", set=["b", "a"])
    before = world.live
    world.now = LATER
    world.apply("one", text="x", set=["b", "a"])
    assert world.live == before


def test_the_time_of_an_applier_is_that_of_its_last_change():
    world = World()
    world.apply("one", text="x")
    world.now = LATER
    world.apply("two", replicas=1)
    assert world.entry("one")["time"] == NOW
    world.apply("one", text="y")
    assert world.entry("one")["time"] == LATER


def test_the_status_is_not_written_by_the_main_resource_and_nothing_else_by_the_status():
    world = World()
    world.apply("one", status={"replicas": 1}, text="x")
    assert world.fields("one") == {"f:spec": {"f:text": {}}}
    world.apply("one", subresource="status", status={"replicas": 1}, text="x")
    assert world.fields("one", subresource="status") == {"f:status": {"f:replicas": {}}}


def test_what_was_owned_in_parts_and_is_atomic_now_is_owned_as_a_whole():
    world = World()
    world.apply("one", nested={"one": "1"})
    atomic = struct(one=text(), two=text())
    atomic.map_type = "atomic"
    world.kind = thing(struct(nested=atomic))
    assert refused(world, "two", nested={"one": "1", "two": "2"}).details["causes"][0]["field"] == ".spec.nested"
