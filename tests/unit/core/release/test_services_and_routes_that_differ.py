"""Services and routes that one of the revisions lacks, or that differ in more than where they lead."""

from typing import Any

from fairlead.api.release import Reason
from fairlead.core.revision.render import render
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.release.shop import Manifest, manifests
from tests.unit.core.release.test_canary import V1, V2, suffix_of
from tests.unit.core.release.test_going_back import assert_is_at_rest_with_stable
from tests.unit.core.release.world import FAILED, World


def made(parts: list[Manifest]) -> StoredRevision:
    rendered = render(parts, component="shop", namespace="shop")
    assert rendered.revision is not None, rendered.refused
    return rendered.revision


def named(parts: list[Manifest], kind: str, name: str) -> Manifest:
    return next(m for m in parts if m["kind"] == kind and m["metadata"]["name"] == name)


def with_front_renamed() -> StoredRevision:
    parts = manifests("v2", "v1", "a")
    named(parts, "Service", "front")["metadata"]["name"] = "web"
    named(parts, "HTTPRoute", "shop")["spec"]["rules"][1]["backendRefs"][0]["name"] = "web"
    return made(parts)


def with_hostname() -> StoredRevision:
    parts = manifests("v2", "v1", "a")
    named(parts, "HTTPRoute", "shop")["spec"]["hostnames"] = ["new.example.com"]
    named(parts, "Service", "front")["metadata"]["annotations"] = {"team": "new"}
    return made(parts)


def with_another_route() -> StoredRevision:
    parts = manifests("v2", "v1", "a")
    another: dict[str, Any] = {**named(parts, "HTTPRoute", "shop"), "metadata": {"name": "another"}}
    return made([*parts, another])


def of(world: World, kind: str, name: str) -> dict[str, Any]:
    return world.objects[kind, name]


def test_a_renamed_service_gets_its_traffic_before_the_watch_and_not_after_it():
    world = World(candidate=with_front_renamed(), stable=V1).until("Watching", reason="Holding")

    assert world.weights(rule=1) == {"web": 1}


def test_a_renamed_service_gets_no_traffic_before_it_has_endpoints():
    world = World(candidate=with_front_renamed(), stable=V1).until("Switching")
    world.endpoints_follow = False
    world._published["web"] = frozenset()
    for _ in range(10):
        world.turn()

    assert world.status.waiting.reason == "NoReadyEndpoints"
    assert world.weights(rule=1) == {"front": 1}


def test_a_renamed_service_is_judged_in_the_watch_and_goes_back_in_its_first_write():
    world = World(candidate=with_front_renamed(), stable=V1).until("Watching", reason="Holding")

    world.verdict = FAILED
    world.turn()

    assert world.weights(rule=1) == {"front": 1}
    world.until("RolledBack")
    assert_is_at_rest_with_stable(world)


def test_what_a_route_and_a_service_have_beside_their_traffic_changes_with_the_switch():
    world = World(candidate=with_hostname(), stable=V1).until("Watching", reason="Holding")

    assert of(world, "HTTPRoute", "shop")["spec"]["hostnames"] == ["new.example.com"]
    assert of(world, "Service", "front")["metadata"]["annotations"] == {"team": "new"}
    front = suffix_of(world.candidate, "front")
    assert world.weights(rule=1)[f"front-{front}"] == 100


def test_what_a_route_and_a_service_have_beside_their_traffic_goes_back():
    world = World(candidate=with_hostname(), stable=V1).until("Watching", reason="Holding")

    world.verdict = FAILED
    world.until("RolledBack")

    assert "hostnames" not in of(world, "HTTPRoute", "shop")["spec"]
    assert "annotations" not in of(world, "Service", "front")["metadata"]
    assert_is_at_rest_with_stable(world)


def test_a_route_that_differs_only_in_its_traffic_is_not_applied_again():
    world = World(candidate=V2, stable=V1).until("Promoted")

    applied = {o.kind for c in world.log if hasattr(c, "objects") for o in c.objects}
    assert "HTTPRoute" not in applied


def test_a_new_route_that_no_gateway_accepts_does_not_hold_the_way_back():
    world = World(candidate=with_another_route(), stable=V1)
    world.refused_routes = {"another"}
    world.until("Switching", reason="WaitingForGateway")

    world.requested = "Rollback"
    world.until("RolledBack")

    assert world.names("HTTPRoute") == {"shop"}
    assert_is_at_rest_with_stable(world)


def test_a_change_in_place_is_undone_though_it_was_made_in_the_stage_that_turned_back():
    def of_config(value: str) -> StoredRevision:
        parts = manifests("v1", "v1", "a")
        apart = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "apart"}, "data": {"value": value}}
        return made([*parts, apart])

    world = World(candidate=of_config("b"), stable=of_config("a"))
    while of(world, "ConfigMap", "apart")["data"] != {"value": "b"}:
        world.turn()
    assert world.status.stage == "Switching"
    world.requested = "Rollback"
    world.until("RolledBack")

    assert of(world, "ConfigMap", "apart")["data"] == {"value": "a"}


def test_what_the_api_server_refuses_at_the_switch_goes_back():
    world = World(candidate=V2, stable=V1).until("Switching")

    world.obstacle = Reason(reason="Invalid", message="spec.rules: too many")
    world.turn()
    world.obstacle = None
    world.until("RolledBack")

    assert world.status.because.reason == "ApplyRefused"
    assert_is_at_rest_with_stable(world)


def test_what_only_the_candidate_has_is_not_judged_before_it_can_have_traffic():
    """A route of others names its Service already: there is no weight to move, and nothing to wait for."""
    search = behind("search")
    world = World(candidate=made([*manifests("v1", "v1", "a"), *search]), stable=V1)
    rule = {"backendRefs": [{"name": "search", "port": 80}]}
    theirs = {"kind": "HTTPRoute", "metadata": {"name": "theirs"}, "spec": {"rules": [rule]}}
    world._put(theirs)

    world.until("Watching")

    assert [p.stage for p in world.status.passages] == ["Preparing", "Switching", "Watching"]
    assert world.situation().judged_workloads == {"search"}


def behind(name: str) -> list[Manifest]:
    parts = manifests("v1", "v1", "a")
    deployment, service = named(parts, "Deployment", "front"), named(parts, "Service", "front")
    deployment["metadata"]["name"] = service["metadata"]["name"] = name
    deployment["spec"]["selector"]["matchLabels"] = {"app": name}
    deployment["spec"]["template"]["metadata"]["labels"] = {"app": name}
    service["spec"]["selector"] = {"app": name}
    return [deployment, service]
