"""What a Release brings, moves and removes, from the stored forms of its two revisions."""

from typing import Any

from fairlead.core.release.pair import Pair
from tests.unit.core.release.world import World
from tests.unit.core.revision.parts import budget, deployment, revision, service


def gadget(version: str):
    return {"apiVersion": f"example.com/{version}", "kind": "Gadget", "metadata": {"name": "gadget"}}


def test_an_object_that_moves_to_a_new_version_of_its_api_is_changed_and_not_removed():
    pair = Pair(revision(gadget("v2")), revision(gadget("v1")))

    assert [o.api_version for o in pair.changed] == ["example.com/v2"]
    assert pair.brought == pair.left == ()


def test_a_budget_comes_and_goes_with_its_pods():
    def of(container: dict[str, str]):
        return revision(deployment("front", container=container), budget("front", "front"))

    pair = Pair(of({"image": "a"}), of({"image": "b"}))

    assert [o.kind for o in pair.brought] == ["PodDisruptionBudget", "Deployment"]
    assert [o.kind for o in pair.left] == ["Deployment", "PodDisruptionBudget"]


def test_a_budget_alone_changes_in_place():
    pair = Pair(
        revision(deployment("front"), budget("front", "front", 2)),
        revision(deployment("front"), budget("front", "front")),
    )

    assert [o.kind for o in pair.changed] == ["PodDisruptionBudget"]
    assert pair.brought == pair.left == ()


def test_services_of_revisions_have_names_that_fit():
    name = "s" * 63

    def of(image: str):
        return revision(deployment("front", container={"image": image}), service(name, {"app": "front"}))

    (split,) = Pair(of("a"), of("b")).splits

    assert split.service == name
    assert len({split.stable_service, split.candidate_service}) == 2
    assert len(split.stable_service) <= 63
    assert len(split.candidate_service) <= 63


def behind_web(name: str, image: str = "a", **spec: Any):
    return revision(deployment(name, container={"image": image}, **spec), service("web", {"app": name}))


def test_a_workload_is_compared_with_the_one_of_its_name_or_behind_its_service():
    (renamed,) = Pair(behind_web("new"), behind_web("old")).compared
    (kept,) = Pair(behind_web("front", "b"), behind_web("front", "a")).compared

    assert (renamed.candidate.source_name, renamed.stable.source_name) == ("new", "old")
    assert (kept.candidate.source_name, kept.stable.source_name) == ("front", "front")


def test_a_workload_that_is_new_is_compared_with_none():
    pair = Pair(revision(deployment("front"), deployment("search")), revision(deployment("front")))

    assert [(c.candidate.source_name, c.stable) for c in pair.compared] == [("search", None)]


def test_one_that_takes_the_place_of_another_gets_its_size():
    world = World(candidate=behind_web("new", replicas=1), stable=behind_web("old", replicas=8)).until("Watching")

    assert world.replicas()[next(o.name for o in world.candidate.objects if o.source_name == "new")] == 8
