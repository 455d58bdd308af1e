"""What the data plane must have answered, on every way that leads to a Service."""

from typing import Any

import pytest

from fairlead.core.release.answers import WAYS_PER_ASK
from fairlead.core.release.commands import Ask
from fairlead.core.release.ways import MOST_WAYS
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.release.shop import manifests
from tests.unit.core.release.test_services_and_routes_that_differ import made, named
from tests.unit.core.release.world import FAILED, World

FRONT = {"name": "front", "port": 80}


def rule(path: str, *backends: dict[str, Any], **match: Any) -> dict[str, Any]:
    where = {"path": {"type": "PathPrefix", "value": path}, **match}
    return {"matches": [where], "backendRefs": list(backends or (FRONT,))}


def version(front: str, *more_rules: dict[str, Any], another: dict[str, Any] | None = None) -> StoredRevision:
    parts = manifests(front, "v1", "a")
    shop = named(parts, "HTTPRoute", "shop")
    shop["spec"]["rules"] += more_rules
    if another:
        spec = {**shop["spec"], "rules": [another]}
        parts.append({**shop, "metadata": {"name": "another"}, "spec": spec})
    return made(parts)


def between(*more_rules: dict[str, Any], another: dict[str, Any] | None = None) -> World:
    stable, candidate = (version(v, *more_rules, another=another) for v in ("v1", "v2"))
    return World(candidate=candidate, stable=stable)


def asks(world: World) -> list[Ask]:
    return [c for c in world.log if isinstance(c, Ask)]


def asked(world: World) -> set[tuple[str, int]]:
    return {(w.route, w.rule) for c in asks(world) for w in c.ways}


def still(world: World, turns: int = 20) -> None:
    for _ in range(turns):
        world.turn()


@pytest.mark.parametrize("late", [("shop", 1), ("shop", 2), ("another", 0)])
def test_a_step_is_reached_only_when_every_way_to_a_service_follows(late):
    world = between(rule("/help"), another=rule("/"))
    world.late_rules = {late}
    still(world)
    assert (world.status.stage, world.status.waiting.reason) == ("Shifting", "AskingDataPlane")
    assert f"spec.rules[{late[1]}] of HTTPRoute {late[0]}" in world.status.waiting.message

    world.late_rules = set()
    world.until("Promoted")


def test_all_traffic_is_back_only_when_every_way_says_so():
    world = between(rule("/help")).until("Shifting", 50, "Holding")
    before = len(asks(world))

    world.verdict = FAILED
    world.until("Undoing")

    assert {(w.route, w.rule) for c in asks(world)[before:] for w in c.ways} == {("shop", 1), ("shop", 2)}


def test_the_first_release_is_promoted_only_when_every_way_leads_to_it():
    world = World(candidate=version("v1", rule("/help")))
    world.late_rules = {("shop", 2)}
    still(world)

    assert (world.status.stage, world.status.waiting.reason) == ("Settling", "AskingDataPlane")


def test_a_way_that_told_is_not_asked_again_while_its_route_stays():
    world = between(rule("/help"))
    world.late_rules = {("shop", 2)}
    still(world)

    assert {(w.route, w.rule) for w in asks(world)[-1].ways} == {("shop", 2)}


def test_however_many_rules_there_are_the_questions_are_bounded():
    world = between(*(rule(f"/{i}") for i in range(40))).until("Shifting", 5, "Holding")

    assert max(len(c.ways) for c in asks(world)) <= WAYS_PER_ASK
    assert len(asked(world)) == MOST_WAYS


def test_a_rule_that_no_question_reaches_is_taken_on_the_word_of_its_gateway():
    world = between(rule("/form", method="POST")).until("Shifting", 5, "Holding")

    assert asked(world) == {("shop", 1)}


def test_a_rule_without_traffic_for_a_service_is_not_asked_for_it():
    world = between(rule("/off", {**FRONT, "weight": 0}, {"name": "cart", "port": 80})).until("Shifting", 5, "Holding")

    assert asked(world) == {("shop", 1)}


def test_answers_of_others_that_share_a_rule_do_not_hold_a_release():
    world = between(rule("/both", FRONT, {"name": "cart", "port": 80})).until("Promoted")

    assert ("shop", 2) in asked(world)


def test_without_a_header_that_tells_the_versions_nobody_is_asked():
    world = between()
    world.version_header = ""
    world.until("Promoted")

    assert not asks(world)


def test_what_was_answered_for_a_route_is_not_believed_of_the_next_one_of_its_name():
    """One that is deleted and created again comes to the same generation once more."""
    world = between().until("Shifting", 50, "Holding")
    route = world.objects["HTTPRoute", "shop"]

    route["metadata"]["uid"] = "another"
    world.late_rules = {("shop", 1)}
    still(world)

    assert (world.status.stage, world.status.waiting.reason) == ("Shifting", "AskingDataPlane")
