"""The live view, and what a watch makes of what it sees."""

import msgspec
from rich.text import Text

from fairlead.api.meta import ObjectMeta
from fairlead.api.release import ArmEvidence, Evidence, Reason
from fairlead.api.revision import InventoryItem, Revision, RevisionSpec
from fairlead.cli.sides import Reading, Side, Sides, Size, sides, size
from fairlead.cli.track import track
from fairlead.cli.view import line, view
from fairlead.cli.watch import Seen
from fairlead.controllers.kinds import Deployment, DeploymentSpec, DeploymentStatus
from fairlead.kube.watch import Changed, Deleted, Listed
from tests.unit.cli import scene
from tests.unit.cli.screen import golden, shown

SIDES = Sides(
    stable=Side(pods=Size(4, 4), requests_per_s=160.2, error_ratio=0.0002, slow_ratio=0.003),
    candidate=Side(pods=Size(1, 1), requests_per_s=40.1, error_ratio=0.0, slow_ratio=0.004),
)


def test_the_live_view_in_the_middle_of_a_canary_looks_like_this():
    drawn = view(scene.component(), scene.holding(), SIDES, now=scene.NOW)

    assert shown(drawn) == golden("watch", "canary.txt")


def test_the_live_view_on_the_way_back_looks_like_this():
    drawn = view(scene.component(), scene.going_back(), Sides(), now=scene.NOW)

    assert shown(drawn) == golden("watch", "going-back.txt")


def test_figures_of_others_are_shown_with_it():
    drawn = shown(view(scene.component(), scene.holding(), SIDES, now=scene.NOW, extra=Text("lost 0 of 12,000")))

    assert "lost 0 of 12,000" in drawn


def test_a_low_screen_has_room_for_all_of_it():
    figures = Text("\n".join(["figures of others"] * 5))

    drawn = shown(view(scene.component(), scene.holding(), SIDES, now=scene.NOW, is_dense=True, extra=figures))

    assert len(drawn.splitlines()) < 24
    assert all(line.strip("│ ") for line in drawn.splitlines()), drawn


def test_a_hold_goes_on_between_two_moments_at_which_it_is_stored():
    drawn = shown(view(scene.component(), scene.holding(), SIDES, now=scene.NOW, stored_for_s=2))

    assert "39 s of 60 s" in drawn


def test_what_does_not_hold_does_not_go_on():
    release = scene.holding()
    asking = Reason(reason="AskingDataPlane", message="the gateway is asked")
    status = msgspec.structs.replace(release.status, waiting=asking)

    drawn = shown(
        view(scene.component(), msgspec.structs.replace(release, status=status), SIDES, now=scene.NOW, stored_for_s=2)
    )

    assert "37 s of 60 s" in drawn


def test_the_track_shows_what_is_behind_and_what_lies_ahead():
    stops = track(scene.holding())

    assert [s.name for s in stops if s.state == "behind"] == ["prepare", "5 %"]
    assert [s.name for s in stops if s.state == "here"] == ["20 %"]
    assert [s.name for s in stops if s.state == "ahead"] == ["50 %", "100 %", "switch Services", "watch", "settle"]


def test_a_release_that_turned_has_only_the_way_back_ahead():
    assert [s.name for s in track(scene.going_back()) if s.state == "ahead"] == ["undo"]


def test_a_first_release_has_no_steps_ahead():
    stops = track(scene.release("Preparing", before="", passages=(scene.PREPARED,)))

    assert [s.name for s in stops] == ["prepare", "switch Services", "settle"]


def test_a_release_that_ended_lies_behind():
    assert {s.state for s in track(scene.rolled_back())} == {"behind"}


def test_a_line_says_where_it_stands_and_what_holds_it():
    said = line(scene.holding(), scene.NOW)

    assert "20 % of the requests" in said
    assert "Holding" in said


def reading(at_s, stable, candidate):
    found = [
        Evidence(workload=name, stable=ArmEvidence(requests=stable), candidate=ArmEvidence(requests=r, errors=e))
        for name, (r, e) in candidate.items()
    ]
    release = scene.release("Shifting", evidence=tuple(found))
    return Reading(at_s=at_s, release=release)


def test_rates_are_the_difference_of_two_readings_over_all_workloads():
    before = reading(10.0, 100, {"front": (100, 1), "cart": (0, 0)})
    after = reading(15.0, 300, {"front": (200, 6), "cart": (100, 5)})

    seen = sides([before, after])

    assert seen.stable.requests_per_s == 2 * 200 / 5
    assert seen.candidate.requests_per_s == 200 / 5
    assert seen.candidate.error_ratio == 10 / 200


def test_one_reading_tells_no_rate():
    assert sides([reading(10.0, 100, {"front": (100, 1)})]).candidate == Side()


def test_without_requests_there_is_no_error_ratio():
    before, after = reading(10.0, 100, {"front": (100, 1)}), reading(12.0, 100, {"front": (100, 1)})

    seen = sides([before, after])

    assert seen.candidate.requests_per_s == 0
    assert seen.candidate.error_ratio is None


def revision(name, *deployments):
    items = [
        InventoryItem(api_version="apps/v1", kind="Deployment", name=d, source_name=d, role="Copy", digest=d)
        for d in deployments
    ]
    spec = RevisionSpec(component="shop", inputs_digest="0", rewriting=1, inventory=tuple(items), chunks=())
    return Revision(metadata=ObjectMeta(name=name), spec=spec)


def deployment(name, ready, wanted):
    return Deployment(
        metadata=ObjectMeta(name=name),
        spec=DeploymentSpec(replicas=wanted),
        status=DeploymentStatus(ready_replicas=ready),
    )


def test_workloads_that_both_revisions_share_are_on_neither_side():
    v1, v2 = revision(scene.V1, "front-a", "cart-a"), revision(scene.V2, "front-b", "cart-a")
    deployments = {"front-a": Size(4, 4), "front-b": Size(1, 2), "cart-a": Size(3, 3)}

    assert size(v2, v1, deployments) == Size(1, 2)
    assert size(v1, v2, deployments) == Size(4, 4)


def test_a_watch_follows_pods_as_they_become_ready():
    seen = Seen(scene.component())
    seen.deployments = {}
    seen.revisions = {scene.V1: revision(scene.V1, "front-a"), scene.V2: revision(scene.V2, "front-b")}
    seen.put(Listed([scene.waiting_for_pods()], "1"))
    seen.put(Listed([deployment("front-a", 4, 4), deployment("front-b", 0, 1)], "1"))

    seen.put(Changed(deployment("front-b", 1, 1)))

    assert seen.release is not None
    assert seen.sides(seen.release) == Sides(stable=Side(pods=Size(4, 4)), candidate=Side(pods=Size(1, 1)))


def test_a_watch_that_may_not_see_pods_shows_the_rest():
    seen = Seen(scene.component())
    seen.put(Listed([scene.holding()], "1"))

    assert seen.release is not None
    assert seen.sides(seen.release).candidate.pods is None


def test_releases_of_other_components_are_not_followed():
    other = msgspec.structs.replace(
        scene.holding(), spec=msgspec.structs.replace(scene.holding().spec, component="another")
    )
    seen = Seen(scene.component())

    seen.put(Listed([other], "1"))

    assert seen.release is None


def test_a_watch_waits_for_the_release_of_what_was_just_applied():
    seen = Seen(scene.component(generation=4, seen=3))
    seen.put(Listed([scene.promoted()], "1"))
    before = seen.release

    seen.put(Changed(scene.component(generation=4, seen=4)))
    seen.put(Changed(scene.release("Preparing", number=4)))

    assert before is None
    assert seen.release is not None
    assert seen.release.metadata.name == "shop-4"


def test_a_watch_waits_for_the_release_that_the_component_names():
    component = scene.component()
    newer = msgspec.structs.replace(component, status=msgspec.structs.replace(component.status, release="shop-4"))
    seen = Seen(newer)

    seen.put(Listed([scene.promoted()], "1"))

    assert seen.release is None


def test_a_release_that_was_deleted_is_forgotten():
    seen = Seen(scene.component())
    seen.put(Listed([scene.holding()], "1"))

    seen.put(Deleted(scene.holding()))

    assert seen.release is None
