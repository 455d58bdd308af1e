"""Which Releases go, and what is known when one was deleted."""

from fairlead.api.component import ComponentStatus
from fairlead.core.component.begin import needs_release, standing
from fairlead.core.component.prune import KEPT_RELEASES, outdated
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
