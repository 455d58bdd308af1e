"""What a Release needs and somebody takes away meanwhile."""

import pytest

from fairlead.core.release.commands import PatchRoute
from tests.unit.core.release.shop import shop
from tests.unit.core.release.test_canary import FRONT_1, FRONT_2, V1, V2, copies
from tests.unit.core.release.test_going_back import assert_is_at_rest_with_stable, at
from tests.unit.core.release.world import FAILED, NO_TRAFFIC, World


@pytest.mark.parametrize(
    "taken",
    [("Service", "front"), ("Service", f"front-{FRONT_1}"), ("Service", f"front-{FRONT_2}"), ("HTTPRoute", "shop")],
)
def test_what_traffic_goes_through_is_brought_back_and_the_release_goes_on(taken):
    world = at("Shifting", 50)

    del world.objects[taken]
    world.until("Promoted")

    assert world.names("Service") == {"front", "cart"}
    assert world.selector("front") == FRONT_2
    assert world.weights(rule=1) == {"front": 1}
    assert [p.weight_percent for p in world.status.passages if p.stage == "Shifting"] == [5, 50, 100]


@pytest.mark.parametrize("stage", ["Preparing", "Watching"])
def test_a_deployment_of_stable_is_brought_back_at_the_size_it_had(stage):
    world = World(candidate=V2, stable=V1)
    world.objects["Deployment", copies(V1, "front")]["spec"]["replicas"] = 7
    world.until(stage)

    del world.objects["Deployment", copies(V1, "front")]
    world.turn()

    assert world.replicas()[copies(V1, "front")] == 7


def test_a_way_back_brings_back_the_stable_that_was_deleted():
    world = at("Shifting", 50)
    del world.objects["Deployment", copies(V1, "front")]
    world.verdict = FAILED

    world.until("RolledBack")

    assert_is_at_rest_with_stable(world)


def test_a_route_that_was_taken_away_is_no_reason_to_promote_unjudged():
    world = World(candidate=V2, stable=V1, verdict=NO_TRAFFIC).until("Shifting", 5, "Holding")

    del world.objects["HTTPRoute", "shop"]
    for _ in range(100):
        world.turn()

    assert (world.status.stage, world.status.weight_percent) == ("Shifting", 5)


def test_a_service_that_is_gone_is_there_before_the_routes_return_to_it():
    world = at("Watching").until("Settling")

    del world.objects["Service", "front"]
    for decision in world.turns():
        if any(isinstance(c, PatchRoute) for c in decision.commands):
            assert world.selector("front") == FRONT_2

    assert world.status.stage == "Promoted"


def test_a_stable_without_any_ready_pod_does_not_keep_its_remedy_away():
    world = World(candidate=V2, stable=V1, requested="Promote")
    world.unready = {f"{copies(V1, 'front')}-{i}" for i in range(4)}

    world.until("Promoted")

    assert world.selector("front") == FRONT_2


def test_going_back_before_the_first_step_gives_the_candidate_nothing_though_stable_is_down():
    world = World(candidate=V2, stable=V1, gateway_accepts=False)
    while not world.names("HTTPRoute") or f"front-{FRONT_2}" not in world.weights(rule=1):
        world.turn()
    world.unready = {f"{copies(V1, 'front')}-{i}" for i in range(4)}
    world.requested = "Rollback"

    for _ in range(5):
        world.turn()

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 100, f"front-{FRONT_2}": 0}


def test_without_a_route_the_candidate_is_whole_before_the_service_is_switched():
    stable, candidate = shop("v1", routed=False), shop("v2", routed=False)
    world = World(candidate=candidate, stable=stable)

    for _ in world.turns():
        if world.selector("front") != FRONT_1:
            break

    assert world.replicas()[copies(candidate, "front")] == 4


def test_a_pod_that_is_lost_late_in_a_long_step_has_time_to_come_back():
    world = at("Shifting", 50)
    while world.status.held_ms < 8_000:
        world.turn(elapsed_ms=500)
    world.pass_s(world.plan.progress_deadline_seconds + 5)
    world.unready = {f"{copies(V2, 'front')}-0"}

    world.turn()
    world.turn()

    assert world.status.stage == "Shifting"
