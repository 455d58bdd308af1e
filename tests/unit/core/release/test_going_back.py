"""Going back, from anywhere."""

import pytest

from fairlead.api.release import Reason
from fairlead.core.component.begin import needs_release, standing
from fairlead.core.release.commands import PatchRoute, PatchService
from fairlead.core.release.turn_back import NOT_REJECTED
from tests.unit.core.release.shop import shop
from tests.unit.core.release.test_canary import FRONT_1, FRONT_2, V1, V2, copies
from tests.unit.core.release.world import FAILED, World

AT_REST_AGAIN = {copies(V1, "front"): 4, copies(V1, "cart"): 4}


def at(stage: str, weight_percent: int | None = None) -> World:
    return World(candidate=V2, stable=V1).until(stage, weight_percent, "Holding")


def assert_is_at_rest_with_stable(world: World) -> None:
    assert world.replicas() == AT_REST_AGAIN
    assert world.names("Service") == {"front", "cart"}
    assert world.selector("front") == FRONT_1
    assert world.weights(rule=1) == {"front": 1}
    assert world.names("ConfigMap") == {o.name for o in V1.objects if o.kind == "ConfigMap"}


@pytest.mark.parametrize(("stage", "weight_percent"), [("Shifting", 5), ("Shifting", 50), ("Watching", 100)])
def test_a_failed_check_brings_everything_back(stage, weight_percent):
    world = at(stage, weight_percent)
    uids = {n: world.objects["Deployment", n]["metadata"]["uid"] for n in AT_REST_AGAIN}

    world.verdict = FAILED
    world.until("RolledBack")

    assert_is_at_rest_with_stable(world)
    assert {n: world.objects["Deployment", n]["metadata"]["uid"] for n in AT_REST_AGAIN} == uids
    assert world.status.because.reason == "CheckFailed"


def test_the_first_writes_of_the_way_back_are_about_traffic():
    world = at("Watching")

    world.verdict = FAILED
    first = world.turn().commands

    assert {type(c) for c in first} == {PatchRoute, PatchService}
    assert world.weights(rule=1) == {f"front-{FRONT_1}": 100, f"front-{FRONT_2}": 0}
    assert world.selector("front") == FRONT_1


def test_the_way_back_is_stored_before_its_first_write():
    world = at("Shifting", 50)
    world.verdict = FAILED

    decision = world.decide()

    assert decision.status.stage == "Returning"
    assert decision.urgent
    assert decision.commands


def test_an_unready_stable_pod_does_not_hold_back_a_rollback():
    world = at("Shifting", 50)
    world.unready = {f"{copies(V1, 'front')}-0", f"{copies(V1, 'cart')}-0"}
    world.verdict = FAILED

    world.turn()

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 100, f"front-{FRONT_2}": 0}


def test_no_weight_goes_to_a_stable_without_any_ready_pod():
    world = at("Shifting", 50)
    world.unready = {f"{copies(V1, 'front')}-{i}" for i in range(4)}
    world.verdict = FAILED

    for _ in range(5):
        world.turn()

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 50, f"front-{FRONT_2}": 50}
    assert world.status.waiting.reason == "NoReadyEndpoints"
    world.unready = set()
    world.until("RolledBack")


def test_what_stable_can_bear_goes_back_at_once():
    v2 = shop("v2", "v2")
    world = World(candidate=v2, stable=V1).until("Shifting", 50, "Holding")
    world.unready = {f"{copies(V1, 'cart')}-{i}" for i in range(4)}
    world.verdict = FAILED

    world.turn()

    assert set(world.weights(rule=1).values()) == {100, 0}
    assert set(world.weights(rule=0).values()) == {50}


def test_a_silent_gateway_does_not_hold_back_a_rollback():
    world = at("Shifting", 50)
    world.verdict, world.gateway_answers = FAILED, False
    world.turn()
    world.turn()
    assert world.status.waiting.reason == "AskingDataPlane"

    world.stage_age_s = 11

    world.until("RolledBack")
    assert_is_at_rest_with_stable(world)


def test_a_gateway_that_does_not_accept_keeps_the_candidate_alive():
    world = at("Shifting", 50)
    world.verdict, world.gateway_accepts = FAILED, False

    for _ in range(20):
        world.turn()

    assert copies(V2, "front") in world.replicas()
    assert world.weights(rule=1)[f"front-{FRONT_2}"] == 0


def test_a_person_can_go_back_from_the_watch():
    world = at("Watching")
    world.requested = "Rollback"

    world.until("RolledBack")

    assert_is_at_rest_with_stable(world)


def test_a_newer_version_supersedes_one_under_way():
    world = at("Shifting", 50)
    world.wanted = "shop-newer"

    world.until("RolledBack")

    assert world.status.because.reason == "Superseded"
    assert_is_at_rest_with_stable(world)


def test_wanting_stable_again_is_going_back():
    world = at("Shifting", 50)
    world.wanted = V1.name

    world.until("RolledBack")

    assert world.status.because.reason == "InputsReturned"


def test_pods_that_never_become_ready_end_at_the_deadline():
    world = World(candidate=V2, stable=V1, pods_become_ready=False, pod_trouble="ErrImageNeverPull: no such image")
    while world.turn().status.waiting.reason != "WaitingForPods":
        pass
    world.pass_s(world.plan.progress_deadline_seconds + 1)

    world.until("RolledBack")

    assert world.status.because.reason == "ProgressDeadlineExceeded"
    assert "ErrImageNeverPull" in world.status.because.message
    assert_is_at_rest_with_stable(world)


def test_pods_that_could_be_asked_for_only_late_have_the_whole_deadline():
    """A quota that stood in the way, or a Fairlead that was away, is not the pods' fault."""
    world = World(candidate=V2, stable=V1, pods_become_ready=False)
    world.obstacle = Reason(reason="MissingRights", message="exceeded quota")
    world.turn()
    world.obstacle = None
    world.pass_s(world.plan.progress_deadline_seconds + 1)
    for _ in range(5):
        world.turn()

    assert (world.status.stage, world.status.waiting.reason) == ("Preparing", "WaitingForPods")


def test_what_holds_a_release_is_told_with_the_time_since_when():
    world = World(candidate=V2, stable=V1, pods_become_ready=False)
    world.turn()
    world.pass_s(300)
    while world.turn().status.waiting.reason != "WaitingForPods":
        pass
    since = world.now.isoformat()
    world.pass_s(240)
    world.turn()

    assert world.status.waiting_since == since


def test_an_object_that_the_api_server_refuses_ends_the_release_before_any_traffic():
    world = World(candidate=V2, stable=V1)
    world.turn()
    world.obstacle = Reason(reason="Invalid", message="spec.replicas: must be positive")
    world.turn()
    world.obstacle = None

    world.until("RolledBack")

    assert world.status.because.reason == "ApplyRefused"


def test_a_first_version_that_fails_leaves_nothing_behind():
    world = World(candidate=V1, requested="Rollback")

    world.until("Failed")

    assert world.objects == {}


def test_a_crash_at_any_turn_ends_in_the_same_place():
    calm = at("Shifting", 50)
    calm.verdict = FAILED
    calm.until("RolledBack")

    for at_turn in range(12):
        world = at("Shifting", 50)
        world.verdict = FAILED
        for i, _ in enumerate(world.turns()):
            if i == at_turn:
                world.crash()
        assert_is_at_rest_with_stable(world)
        assert world.status.because == calm.status.because


def test_inputs_that_failed_are_not_tried_again_and_a_newer_one_is():
    world = at("Shifting", 5)
    world.verdict = FAILED
    world.until("RolledBack")
    ended = world.situation().release

    found = standing([ended])

    assert found.rejected.revision == V2.name
    assert not needs_release(found, V2.name)
    assert needs_release(found, "shop-other")


def test_what_was_superseded_may_be_tried_again_without_being_asked():
    world = at("Shifting", 5)
    world.wanted = "shop-newer"
    world.until("RolledBack")

    assert world.status.because.reason in NOT_REJECTED
    assert standing([world.situation().release]).rejected is None
