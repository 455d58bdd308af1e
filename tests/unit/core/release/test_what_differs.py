"""What a Release brings, moves and removes, from the stored forms of its two revisions."""

from fairlead.core.release.pair import Pair
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
