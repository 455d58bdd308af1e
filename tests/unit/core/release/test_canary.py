"""A canary from the first step to its end."""

from fairlead.core.release.commands import Apply, PatchRoute, PatchService, Remove
from tests.unit.core.release.shop import shop
from tests.unit.core.release.world import NO_TRAFFIC, World


def copies(revision, source_name):
    return next(o.name for o in revision.objects if o.source_name == source_name and o.kind == "Deployment")


def suffix_of(revision, source_name):
    return copies(revision, source_name).removeprefix(f"{source_name}-")


V1, V2 = shop("v1"), shop("v2")
FRONT_1, FRONT_2 = suffix_of(V1, "front"), suffix_of(V2, "front")


def test_the_first_release_brings_everything_up_and_needs_no_judgement():
    world = World(candidate=V1).until("Promoted")

    assert world.names("Service") == {"front", "cart"}
    assert world.selector("front") == FRONT_1
    assert world.weights() == {"cart": 1}
    assert world.replicas() == {copies(V1, "front"): 4, copies(V1, "cart"): 4}


def test_the_first_release_opens_no_route_before_its_pods_are_ready():
    world = World(candidate=V1, pods_become_ready=False)
    for _ in range(20):
        world.turn()

    assert world.status.waiting.reason == "WaitingForPods"
    assert world.names("HTTPRoute") == set()


def test_only_the_changed_workload_is_doubled():
    world = World(candidate=V2, stable=V1).until("Shifting", 5)

    assert world.replicas() == {copies(V1, "front"): 4, copies(V2, "front"): 1, copies(V1, "cart"): 4}
    assert world.names("Service") == {"front", "cart", f"front-{FRONT_1}", f"front-{FRONT_2}"}


def test_a_step_moves_its_weight_and_leaves_the_service_itself_alone():
    world = World(candidate=V2, stable=V1).until("Shifting", 5, "Holding")

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 95, f"front-{FRONT_2}": 5}
    assert world.weights(rule=0) == {"cart": 1}
    assert world.selector("front") == FRONT_1


def test_the_candidate_grows_with_a_stable_that_somebody_makes_larger():
    """Or it would be given, with all traffic, the pods that bore the load of the beginning."""
    world = World(candidate=V2, stable=V1).until("Shifting", 5, "Holding")
    world._change("Deployment", copies(V1, "front"))["spec"]["replicas"] = 40

    world.until("Shifting", 50, "Holding")
    assert world.replicas()[copies(V2, "front")] == 20
    world.until("Watching")
    assert world.replicas()[copies(V2, "front")] == 40


def test_the_candidate_grows_with_its_weight_before_it_gets_it():
    world = World(candidate=V2, stable=V1).until("Shifting", 50, "Holding")

    assert world.replicas()[copies(V2, "front")] == 2
    assert world.replicas()[copies(V1, "front")] == 4
    world.until("Watching")
    assert world.replicas()[copies(V2, "front")] == 4


def test_the_service_is_switched_only_when_all_traffic_has_moved():
    world = World(candidate=V2, stable=V1)
    for decision in world.turns():
        if any(isinstance(c, PatchService) for c in decision.commands):
            break

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 0, f"front-{FRONT_2}": 100}
    assert world.selector("front") == FRONT_2
    assert world.replicas()[copies(V1, "front")] == 4


def test_after_the_watch_nothing_of_the_release_is_left():
    world = World(candidate=V2, stable=V1).until("Promoted")

    assert world.names("Service") == {"front", "cart"}
    assert world.weights(rule=1) == {"front": 1}
    assert world.selector("front") == FRONT_2
    assert world.replicas() == {copies(V2, "front"): 4, copies(V1, "cart"): 4}
    assert world.status.ended_at


def test_promotion_restarts_nothing():
    world = World(candidate=V2, stable=V1).until("Shifting", 50, "Holding")
    uid = world.objects["Deployment", copies(V2, "front")]["metadata"]["uid"]
    kept = world.objects["Deployment", copies(V1, "cart")]["metadata"]["uid"]

    world.until("Promoted")

    assert world.objects["Deployment", copies(V2, "front")]["metadata"]["uid"] == uid
    assert world.objects["Deployment", copies(V1, "cart")]["metadata"]["uid"] == kept


def test_a_step_is_held_for_its_observed_time():
    world = World(candidate=V2, stable=V1).until("Shifting", 5, "Holding")

    for _ in range(19):
        world.turn(elapsed_ms=500)
    assert world.status.weight_percent == 5
    world.turn(elapsed_ms=500)
    assert world.status.weight_percent == 50


def test_time_in_which_nobody_looked_does_not_count():
    world = World(candidate=V2, stable=V1).until("Shifting", 5, "Holding")

    world.turn(elapsed_ms=3_600_000)

    assert world.status.held_ms == 0


def test_no_traffic_is_never_a_pass():
    world = World(candidate=V2, stable=V1, verdict=NO_TRAFFIC).until("Shifting", 5, "Holding")

    for _ in range(200):
        world.turn()

    assert (world.status.stage, world.status.weight_percent) == ("Shifting", 5)
    assert world.status.waiting.message == "no requests"


def test_a_person_can_skip_the_holds_but_not_the_order():
    world = World(candidate=V2, stable=V1, verdict=NO_TRAFFIC, requested="Promote").until("Promoted")

    weights = [p.weight_percent for p in world.status.passages if p.stage == "Shifting"]
    assert weights == [5, 50, 100]


def test_nothing_moves_while_the_gateway_has_not_accepted_the_route():
    world = World(candidate=V2, stable=V1, gateway_accepts=False)
    for _ in range(50):
        world.turn()

    assert world.status.stage == "Preparing"
    assert world.status.waiting.reason == "WaitingForGateway"


def test_nothing_moves_before_the_data_plane_was_seen_to_answer():
    world = World(candidate=V2, stable=V1, gateway_answers=False)
    for _ in range(100):
        world.turn()

    assert (world.status.stage, world.status.waiting.reason) == ("Shifting", "AskingDataPlane")


def test_no_weight_without_published_endpoints():
    world = World(candidate=V2, stable=V1, endpoints_follow=False)
    for _ in range(50):
        world.turn()

    assert world.status.waiting.reason == "WaitingForEndpoints"
    assert not any(isinstance(c, PatchRoute) for c in world.log)


def test_a_weight_that_somebody_edits_is_set_right_again():
    world = World(candidate=V2, stable=V1).until("Shifting", 5, "Holding")
    refs = world.objects["HTTPRoute", "shop"]["spec"]["rules"][1]["backendRefs"]
    refs[0]["weight"], refs[1]["weight"] = 10, 90

    world.turn()

    assert world.weights(rule=1) == {f"front-{FRONT_1}": 95, f"front-{FRONT_2}": 5}


def test_without_a_route_the_service_itself_is_switched_under_watch():
    stable, candidate = shop("v1", routed=False), shop("v2", routed=False)

    world = World(candidate=candidate, stable=stable).until("Watching")

    assert world.selector("front") == suffix_of(candidate, "front")
    assert not any(p.stage == "Shifting" for p in world.status.passages)


def test_a_change_of_configuration_alone_doubles_its_readers():
    world = World(candidate=shop("v1", config="b"), stable=V1).until("Shifting", 5)

    assert len(world.replicas()) == 4
    assert len(world.names("ConfigMap")) == 2


def test_a_change_of_size_alone_scales_and_moves_nothing():
    world = World(candidate=shop("v1", replicas=6), stable=V1).until("Promoted")

    assert set(world.replicas().values()) == {6}
    assert not any(isinstance(c, PatchRoute | PatchService | Remove) for c in world.log)
    assert not any(isinstance(c, Apply) for c in world.log)


def test_what_the_judge_said_last_stays_after_the_end():
    world = World(candidate=V2, stable=V1).until("Promoted")

    assert {e.verdict for e in world.status.evidence} == {"Passed"}


def test_a_service_that_an_orphaned_component_left_serving_moves_only_to_ready_pods():
    world = World(candidate=V2, pods_become_ready=False)
    for o in V1.objects:
        world._put(o.manifest)
    for _ in range(20):
        world.turn()

    assert world.selector("front") == FRONT_1
    world.pods_become_ready = True
    world.until("Promoted")
    assert world.selector("front") == FRONT_2


def test_the_first_release_is_not_promoted_before_users_reach_it():
    world = World(candidate=V1, gateway_answers=False)
    for _ in range(20):
        world.turn()

    assert (world.status.stage, world.status.waiting.reason) == ("Settling", "AskingDataPlane")
    world.gateway_answers = True
    world.until("Promoted")
