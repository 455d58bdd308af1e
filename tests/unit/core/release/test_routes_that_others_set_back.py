"""Routes that a tool sets back as often as the Release writes them."""

import pytest

from fairlead.core.release.checkpoint import must_store
from fairlead.core.release.commands import PatchRoute
from fairlead.core.release.reverts import FIGHT_REVERTS, FIRST_PAUSE_MIN
from tests.unit.core.release.test_canary import FRONT_1, FRONT_2, V1, V2
from tests.unit.core.release.test_going_back import assert_is_at_rest_with_stable, at
from tests.unit.core.release.world import World

PAUSE_MS = FIRST_PAUSE_MIN * 60_000


def writes(world: World) -> int:
    return sum(isinstance(c, PatchRoute) for c in world.log)


def set_back_by_a_tool(world: World) -> World:
    """From now on a tool gives the route back what Git says."""
    stored = next(o for o in V1.objects if o.kind == "HTTPRoute")
    world.tool_rules["shop"] = stored.manifest["spec"]["rules"]
    return world


def fought(world: World) -> World:
    """The world once the Release has noticed the tool."""
    for _ in range(50):
        world.turn(elapsed_ms=0)
    assert world.status.waiting
    assert world.status.waiting.reason == "RouteFought"
    return world


def test_a_tool_that_sets_a_route_back_is_not_fought():
    world = fought(set_back_by_a_tool(World(candidate=V2, stable=V1)))

    assert world.status.stage == "Preparing"
    assert writes(world) == FIGHT_REVERTS
    assert world.weights(rule=1) == {"front": 1}


@pytest.mark.parametrize(("stage", "weight_percent"), [("Shifting", 50), ("Watching", 100)])
def test_a_tool_is_noticed_at_any_weight(stage, weight_percent):
    world = at(stage, weight_percent)
    before = writes(world)

    fought(set_back_by_a_tool(world))

    assert (world.status.stage, world.status.weight_percent) == (stage, weight_percent)
    assert writes(world) - before <= FIGHT_REVERTS


def test_people_are_told_which_route_which_tool_and_which_rule_is_missing():
    told = fought(set_back_by_a_tool(World(candidate=V2, stable=V1))).status.waiting.message

    assert "HTTPRoute shop was set back 3 times by argocd-controller" in told
    assert "spec.ignoreDifferences" in told
    assert ".spec.rules[].backendRefs" in told


def test_time_in_which_the_route_was_set_back_is_no_hold():
    world = fought(set_back_by_a_tool(at("Shifting", 5)))
    held_ms = world.status.held_ms

    world.turn(elapsed_ms=1000)

    assert world.status.held_ms == held_ms


def test_once_the_tool_leaves_the_route_alone_the_release_goes_on():
    world = fought(set_back_by_a_tool(at("Shifting", 5)))

    world.tool_rules.clear()
    world.turn(elapsed_ms=PAUSE_MS)
    world.until("Promoted")

    assert [p.weight_percent for p in world.status.passages if p.stage == "Shifting"] == [5, 50, 100]


def test_each_try_in_vain_doubles_the_pause():
    world = fought(set_back_by_a_tool(World(candidate=V2, stable=V1)))
    before = writes(world)

    for pause_ms in (PAUSE_MS, 2 * PAUSE_MS, 4 * PAUSE_MS):
        world.turn(elapsed_ms=pause_ms - 1)
        assert world.status.waiting.reason == "RouteFought"
        world.turn(elapsed_ms=1)
        world.turn(elapsed_ms=0)

    assert writes(world) - before == 3


def test_a_crash_forgets_no_revert():
    world = set_back_by_a_tool(World(candidate=V2, stable=V1))

    for _ in range(50):
        world.turn()
        world.crash()

    assert writes(world) == FIGHT_REVERTS


def test_going_back_is_not_held():
    world = fought(set_back_by_a_tool(at("Shifting", 50)))
    world.requested = "Rollback"

    world.until("RolledBack")

    assert_is_at_rest_with_stable(world)


def test_going_back_writes_however_often_the_route_was_set_back():
    world = fought(set_back_by_a_tool(at("Shifting", 50)))
    world.tool_rules.clear()
    refs = [{"name": f"front-{FRONT_1}", "weight": 1}, {"name": f"front-{FRONT_2}", "weight": 99}]
    world._change("HTTPRoute", "shop")["spec"]["rules"][1]["backendRefs"] = refs
    world.requested = "Rollback"

    world.turn()

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 100, f"front-{FRONT_2}": 0}


def test_a_write_that_met_a_conflict_is_no_revert():
    """Somebody else wrote between what was seen and what was to be written, each time: nothing was taken back."""
    world = World(candidate=V2, stable=V1)
    while not any(isinstance(c, PatchRoute) for c in world.next_commands()):
        world.turn()

    for _ in range(FIGHT_REVERTS + 1):
        world.status = world.decide().status
        world._change("HTTPRoute", "shop")

    assert world.status.waiting.reason == "ShiftingTraffic"


def test_a_write_of_the_way_back_that_is_made_again_waits_for_no_status():
    world = at("Shifting", 50)
    world.requested = "Rollback"
    world.turn()
    refs = [{"name": f"front-{FRONT_1}", "weight": 1}, {"name": f"front-{FRONT_2}", "weight": 99}]
    world._change("HTTPRoute", "shop")["spec"]["rules"][1]["backendRefs"] = refs

    again = world.decide()

    assert [type(c) for c in again.commands] == [PatchRoute]
    assert not must_store(world.status, again.status, since_stored_s=0)


def test_a_tool_that_deletes_a_route_and_creates_it_again_is_noticed_as_well():
    """Each time the generations begin anew: they alone would never tell."""
    world = at("Shifting", 5)
    before = writes(world)
    stored = next(o for o in V1.objects if o.kind == "HTTPRoute")

    for i in range(50):
        world.turn(elapsed_ms=0)
        world._put(stored.manifest)
        world.objects["HTTPRoute", "shop"]["metadata"] |= {"uid": f"new-{i}", "generation": 1}

    assert world.status.waiting
    assert world.status.waiting.reason == "RouteFought"
    assert 0 < writes(world) - before <= FIGHT_REVERTS


def test_a_route_that_is_created_again_once_is_written_again():
    world = at("Shifting", 5)
    weights = world.weights(rule=1)
    stored = next(o for o in V1.objects if o.kind == "HTTPRoute")
    del world.objects["HTTPRoute", "shop"]
    world._put(stored.manifest)

    world.until("Shifting", 5, "Holding")

    assert world.weights(rule=1) == weights
