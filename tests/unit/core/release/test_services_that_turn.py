"""A Service that led to several workloads and now leads to one, or the other way round."""

from typing import Any

import pytest

from fairlead.core.release.commands import Apply, PatchRoute, PatchService
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.release.shop import manifests, shop
from tests.unit.core.release.test_canary import copies, suffix_of
from tests.unit.core.release.test_services_and_routes_that_differ import made, of
from tests.unit.core.release.world import FAILED, World

ONE, SEVERAL = {"app": "front"}, {"tier": "web"}


def version(front: str, selector: dict[str, str], **annotations: str) -> StoredRevision:
    parts = manifests(front, "v1", "a")
    for m in parts:
        if m["kind"] == "Deployment":
            m["spec"]["template"]["metadata"]["labels"] = {**m["spec"]["template"]["metadata"]["labels"], "tier": "web"}
    web: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "annotations": annotations},
        "spec": {"selector": selector, "ports": [{"port": 80}]},
    }
    return made([*parts, web])


def between(before: dict[str, str], after: dict[str, str], **annotations: str) -> World:
    return World(candidate=version("v2", after, **annotations), stable=version("v1", before))


def down(world: World) -> World:
    """No pod of stable is ready any more."""
    assert world.stable is not None
    world.unready = {f"{copies(world.stable, name)}-{i}" for name in ("front", "cart") for i in range(4)}
    return world


@pytest.mark.parametrize(("before", "after"), [(ONE, SEVERAL), (SEVERAL, ONE)])
def test_it_is_switched_in_one_write_that_tests_what_it_was_decided_on(before, after):
    world = between(before, after).until("Watching")

    switched = [c for c in world.log if isinstance(c, PatchService) and c.service == "web"]
    applied = {o.name for c in world.log if isinstance(c, Apply) for o in c.objects if o.kind == "Service"}
    assert len(switched) == 1
    assert switched[0].operations[0]["path"] == "/metadata/resourceVersion"
    assert "web" not in applied
    assert of(world, "Service", "web")["spec"] == of_revision(world.candidate)


def of_revision(revision: StoredRevision) -> dict[str, Any]:
    spec: dict[str, Any] = next(o for o in revision.objects if o.name == "web").manifest["spec"]
    return spec


@pytest.mark.parametrize(("before", "after"), [(ONE, SEVERAL), (SEVERAL, ONE)])
def test_the_watch_does_not_begin_before_its_endpoints_are_the_new_pods(before, after):
    world = between(before, after).until("Switching")
    world.endpoints_follow = False
    stale = world._published["web"] - {f"{copies(world.candidate, 'front')}-0"}
    for _ in range(10):
        world.turn()
        world._published["front"] = frozenset(f"{copies(world.candidate, 'front')}-{i}" for i in range(4))
        world._published["web"] = stale

    assert (world.status.stage, world.status.waiting.reason) == ("Switching", "WaitingForEndpoints")
    assert "Service web" in world.status.waiting.message
    world.endpoints_follow = True
    world.until("Promoted")


def test_one_that_leads_to_one_workload_now_publishes_no_pod_of_stable_any_more():
    world = between(SEVERAL, ONE).until("Switching")
    world.endpoints_follow = False
    for _ in range(10):
        world.turn()
        world._published["front"] = frozenset(f"{copies(world.candidate, 'front')}-{i}" for i in range(4))
        world._published["web"] = world._published["front"] | {f"{copies(world.stable, 'front')}-0"}

    assert world.status.waiting.reason == "WaitingForEndpoints"


@pytest.mark.parametrize(("before", "after"), [(ONE, SEVERAL), (SEVERAL, ONE)])
def test_it_goes_back_with_the_first_writes(before, after):
    world = between(before, after).until("Watching", reason="Holding")

    world.verdict = FAILED
    first = world.turn().commands

    assert {type(c) for c in first} == {PatchRoute, PatchService}
    assert of(world, "Service", "web")["spec"] == of_revision(world.stable)
    world.until("RolledBack")
    assert of(world, "Service", "web")["spec"] == of_revision(world.stable)


def test_it_does_not_go_back_to_pods_that_are_all_gone():
    world = down(between(ONE, SEVERAL).until("Watching", reason="Holding"))
    world.verdict = FAILED
    for _ in range(10):
        world.turn()

    assert of(world, "Service", "web")["spec"] == of_revision(world.candidate)
    assert (world.status.stage, world.status.waiting.reason) == ("Returning", "NoReadyEndpoints")
    world.unready = set()
    world.until("RolledBack")
    assert of(world, "Service", "web")["spec"] == of_revision(world.stable)


def test_what_it_has_beside_its_selector_changes_with_it():
    world = between(SEVERAL, ONE, team="new").until("Watching")

    assert of(world, "Service", "web")["metadata"]["annotations"] == {"team": "new"}
    assert of(world, "Service", "web")["spec"] == of_revision(world.candidate)


def test_without_a_route_the_candidate_stays_while_stable_cannot_take_its_traffic_back():
    stable, candidate = shop("v1", routed=False), shop("v2", routed=False)
    world = down(World(candidate=candidate, stable=stable).until("Watching", reason="Holding"))
    world.verdict = FAILED
    for _ in range(30):
        world.turn()

    assert copies(candidate, "front") in world.replicas()
    assert world.selector("front") == suffix_of(candidate, "front")
    world.unready = set()
    world.until("RolledBack")
    assert world.selector("front") == suffix_of(stable, "front")


@pytest.mark.parametrize("stage", ["Watching", "Settling"])
def test_one_that_somebody_turned_back_is_not_switched_again_to_pods_that_are_not_ready(stage):
    world = between(ONE, SEVERAL).until("Watching", reason="Holding")
    if stage == "Settling":
        world.requested = "Promote"
        world.until("Settling")
    world.unready = {f"{copies(world.candidate, 'front')}-{i}" for i in range(4)}
    world._change("Service", "front")["spec"]["selector"] = {"app": "front", "by": "hand"}

    world.turn()
    world.turn()

    assert of(world, "Service", "front")["spec"]["selector"] == {"app": "front", "by": "hand"}
    assert world.status.waiting.reason == "NoReadyEndpoints"
    world.unready = set()
    world.until("Promoted")
    assert world.selector("front") == suffix_of(world.candidate, "front")
