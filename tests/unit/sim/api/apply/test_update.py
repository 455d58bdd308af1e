"""Every write that is no apply: it owns what it changed."""

from fairlead.sim.api.apply.cap import MAX_UPDATERS
from fairlead.sim.api.apply.owned import fields_of
from fairlead.sim.api.apply.shape import shape_of
from fairlead.sim.api.apply.times import keep_times
from tests.unit.sim.api.apply.kinds import KIND, LATER, NOW, World, configured, thing


def changed(world: World, **metadata):
    return world.live | {"metadata": world.live["metadata"] | metadata}


def test_who_creates_owns_everything_even_what_only_holds_others():
    world = World()
    world.update("one", configured(nested={"one": "1"}, granular={}))
    assert world.fields("one", "Update") == {
        "f:spec": {".": {}, "f:granular": {}, "f:nested": {".": {}, "f:one": {}}},
    }


def test_an_updater_takes_what_it_changes_and_keeps_what_it_had():
    world = World()
    world.update("one", text="x", replicas=1)
    world.update("two", text="y", replicas=1)
    world.now = LATER
    world.update("two", text="y", replicas=2)
    assert world.fields("one", "Update") == {"f:spec": {}}
    assert world.entry("two", "Update")["time"] == LATER
    assert world.fields("two", "Update") == {"f:spec": {"f:text": {}, "f:replicas": {}}}


def test_what_is_removed_is_nobodys_and_removing_alone_makes_nobody_a_manager():
    world = World()
    world.update("one", text="x", replicas=1)
    world.update("two", text="x")
    assert world.managers() == ["one"]
    assert world.fields("one", "Update") == {"f:spec": {".": {}, "f:text": {}}}


def test_a_change_of_order_in_a_set_changes_nothing():
    world = World()
    world.update("one", set=["a", "b"])
    world.update("two", set=["b", "a"])
    assert world.managers() == ["one"]


def test_items_that_are_there_twice_are_one_leaf():
    world = World()
    world.update("one", set=["a", "a", "b"])
    assert world.fields("one", "Update")["f:spec"]["f:set"] == {".": {}, 'v:"a"': {}, 'v:"b"': {}}
    world.update("two", set=["b", "a", "a"])
    assert world.managers() == ["one"]
    world.update("two", set=["a", "b"])
    assert world.fields("two", "Update") == {"f:spec": {"f:set": {'v:"a"': {}}}}


def test_items_of_a_map_that_are_there_twice_have_no_fields():
    spec = {"map": [{"name": "x", "value": "1"}, {"name": "x"}, {"name": "y"}]}
    assert fields_of({"spec": spec}, shape_of(KIND.schema))["f:spec"]["f:map"] == {
        'k:{"name":"x"}': {},
        'k:{"name":"y"}': {".": {}, "f:name": {}},
    }


def test_managers_are_forgotten_by_a_reset_and_stay_forgotten_until_an_apply():
    world = World()
    world.update("one", text="x")
    world.update("two", changed(world, managedFields=[{}]))
    assert world.entries() == []
    world.update("three", text="y")
    assert world.entries() == []
    world.apply("four", replicas=1)
    assert world.managers() == ["four", "before-first-apply"]


def test_an_empty_list_of_managers_is_a_reset_of_built_in_kinds_only():
    for custom, managers in ((True, ["one"]), (False, [])):
        world = World(thing())
        world.kind.custom = custom
        world.update("one", text="x")
        world.update("two", changed(world, managedFields=[]))
        assert world.managers() == managers


def test_a_client_that_leaves_the_managers_out_takes_nothing_away():
    world = World()
    world.update("one", text="x")
    new = changed(world)
    del new["metadata"]["managedFields"]
    world.update("two", new)
    assert world.managers() == ["one"]


def test_a_client_may_take_managers_away_or_write_their_fields_in_its_own_form():
    world = World()
    world.apply("one", ports=[{"port": 80}])
    entry = world.entry("one")
    entry = entry | {"fieldsV1": {"f:spec": {"f:ports": {'k:{"protocol": "TCP", "port": 80.0}': {".": {}}}}}}
    world.update("two", changed(world, managedFields=[entry]))
    assert world.fields("one") == {"f:spec": {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {}}}}


def test_nonsense_for_managers_is_ignored():
    world = World()
    world.update("one", text="x")
    world.update("two", changed(world, managedFields=[{"manager": "x"}]))
    assert world.managers() == ["one"]


def test_a_subresource_cannot_write_managers():
    world = World()
    world.update("one", text="x")
    world.update("two", changed(world, managedFields=[{}]), subresource="status")
    assert world.managers() == ["one"]


def test_the_oldest_of_too_many_updaters_become_one():
    world = World()
    for number in range(MAX_UPDATERS + 3):
        world.now = f"2026-01-01T00:00:{number:02}Z"
        world.update(f"m{number}", granular={f"k{n}": "1" for n in range(number + 1)})
    assert world.managers() == ["ancient-changes", *[f"m{n}" for n in range(4, MAX_UPDATERS + 3)]]
    ancient = world.entry("ancient-changes", "Update")
    assert ancient["time"] == "2026-01-01T00:00:03Z"
    assert set(ancient["fieldsV1"]["f:spec"]["f:granular"]) == {".", "f:k0", "f:k1", "f:k2", "f:k3"}


def test_a_write_that_changes_nothing_but_times_changes_nothing():
    world = World()
    world.update("one", text="x")
    before = world.live
    later = configured(text="x")
    later["metadata"] = before["metadata"] | {
        "managedFields": [world.entry("one", "Update") | {"time": LATER}],
    }
    keep_times(before, later)
    assert later == before
    later["spec"]["text"] = "y"
    later["metadata"]["managedFields"] = [world.entry("one", "Update") | {"time": LATER}]
    keep_times(before, later)
    assert later["metadata"]["managedFields"][0]["time"] == LATER


def test_a_manager_of_a_version_that_is_gone_is_forgotten():
    world = World()
    world.update("one", text="x")
    world.live["metadata"]["managedFields"].append(
        {**world.entry("one", "Update"), "manager": "old", "apiVersion": "example.com/v0"}
    )
    world.update("two", text="y")
    assert world.managers() == ["one", "two"]


def test_times_and_names_decide_the_order_of_managers():
    world = World()
    world.apply("b", text="x")
    world.update("a", text="x", replicas=1)
    world.now = LATER
    world.apply("a", force=True, granular={"k": "v"})
    assert [(e["manager"], e["operation"], e["time"]) for e in world.entries()] == [
        ("b", "Apply", NOW),
        ("a", "Apply", LATER),
        ("a", "Update", NOW),
    ]
