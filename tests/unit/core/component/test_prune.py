"""Which Releases and Revisions go, and what is known when a Release was deleted."""

from msgspec.structs import replace

from fairlead.api.component import ComponentStatus
from fairlead.api.release import Reason, Release, Stage
from fairlead.core.component.begin import needs_release, standing
from fairlead.core.component.prune import KEPT_RELEASES, Record, outdated, unused
from tests.unit.core.component.test_conditions import FAILED, release


def names(releases):
    return [r.metadata.name for r in releases]


def test_the_newest_releases_stay_and_older_ones_go():
    releases = [release(n, f"shop-{n:010}", "Promoted") for n in range(1, KEPT_RELEASES + 3)]

    assert names(outdated(releases, standing(releases))) == ["shop-1", "shop-2"]


def test_the_release_that_brought_what_serves_stays_however_many_went_back_since():
    failed = [release(n, f"shop-{n:010}", "RolledBack", FAILED) for n in range(2, 30)]
    releases = [release(1, "shop-a", "Promoted"), *failed]

    assert "shop-1" not in names(outdated(releases, standing(releases)))
    assert "shop-2" in names(outdated(releases, standing(releases)))


def test_nothing_goes_while_a_release_is_under_way():
    releases = [*(release(n, f"shop-{n:010}", "Promoted") for n in range(1, 30)), release(30, "shop-b", "Shifting")]

    assert outdated(releases, standing(releases)) == ()


def test_what_serves_is_known_though_its_release_was_deleted():
    left = [release(1, "shop-a", "Promoted")]

    found = standing(left, ComponentStatus(stable="shop-b", releases=2))

    assert found.stable == "shop-b"
    assert found.releases == 2
    assert not needs_release(found, "shop-b")


def test_a_release_that_ended_after_the_status_was_written_tells_what_serves():
    releases = [release(1, "shop-a", "Promoted"), release(2, "shop-b", "Promoted")]

    assert standing(releases, ComponentStatus(stable="shop-a", releases=2)).stable == "shop-b"


def test_a_lost_status_loses_nothing():
    assert standing([release(1, "shop-a", "Promoted")], ComponentStatus()).stable == "shop-a"


def test_a_release_that_somebody_made_by_hand_means_nothing():
    by_hand = release("by-hand", "shop-b", "Preparing")

    found = standing([release(1, "shop-a", "Promoted"), by_hand])

    assert found.active is None
    assert found.stable == "shop-a"


def record(name: str, stored_for: str = "shop-1", *, is_left_over: bool = False) -> Record:
    return Record(name=name, stored_for=stored_for, is_left_over=is_left_over)


def way(number: int, before: str, to: str, stage: Stage, because: Reason | None = None) -> Release:
    made: Release = release(number, to, stage, because)
    return replace(made, spec=replace(made.spec, from_revision=before))


def test_a_revision_that_no_release_names_any_more_goes():
    kept = [way(2, "shop-b", "shop-c", "Promoted")]
    revisions = [record("shop-a"), record("shop-b"), record("shop-c")]

    assert unused(revisions, kept, standing(kept), "shop-c") == ("shop-a",)


def test_what_serves_and_what_is_wanted_stays_though_its_release_was_deleted():
    found = standing([], ComponentStatus(stable="shop-a", releases=3))
    revisions = [record("shop-a"), record("shop-b"), record("shop-c", "shop-3")]

    assert unused(revisions, [], found, "shop-b") == ("shop-c",)


def test_what_was_rejected_and_what_it_was_to_replace_stay_for_as_long_as_they_are_told_of():
    kept = [way(7, "shop-a", "shop-b", "RolledBack", FAILED)]

    assert unused([record("shop-a"), record("shop-b", "shop-7")], kept, standing(kept), "shop-d") == ()


def test_no_revision_goes_while_a_release_is_under_way():
    kept = [way(1, "", "shop-a", "Promoted"), way(2, "shop-a", "shop-b", "Shifting")]

    assert unused([record("shop-old")], kept, standing(kept), "shop-b") == ()


def test_a_revision_stays_that_was_stored_for_a_release_which_is_not_seen_yet():
    kept = [way(1, "", "shop-a", "Promoted")]
    revisions = [record("shop-b", "shop-2"), record("shop-c", "shop-1")]

    assert unused(revisions, kept, standing(kept), "shop-a") == ("shop-c",)


def test_a_revision_that_was_not_stored_to_the_end_goes_once_it_is_not_wanted():
    kept = [way(1, "", "shop-a", "Promoted")]

    assert unused([record("shop-b", "")], kept, standing(kept), "shop-b") == ()
    assert unused([record("shop-b", "")], kept, standing(kept), "shop-a") == ("shop-b",)


def test_what_a_component_of_the_same_name_left_goes_even_if_it_is_wanted():
    assert unused([record("shop-a", is_left_over=True)], [], standing([]), "shop-a") == ("shop-a",)
