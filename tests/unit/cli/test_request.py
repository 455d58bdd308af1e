"""What promote, rollback and retry are about, and what they say where there is nothing to do."""

import msgspec
import pytest

from fairlead.api.release import Reason
from fairlead.cli.failure import Failure
from fairlead.cli.request import addressed
from tests.unit.cli import scene


def refusal(wanted, *releases):
    with pytest.raises(Failure) as refused:
        addressed(scene.component(), releases, wanted, scene.NOW)
    return str(refused.value)


@pytest.mark.parametrize("wanted", ["Promote", "Rollback"])
def test_a_request_is_about_the_release_under_way(wanted):
    found = addressed(scene.component(), [scene.holding()], wanted, scene.NOW)

    assert found.metadata.name == "shop-3"


def test_a_retry_is_about_the_release_that_went_back():
    found = addressed(scene.component(), [scene.rolled_back()], "Retry", scene.NOW)

    assert found.metadata.name == "shop-3"


@pytest.mark.parametrize("wanted", ["Promote", "Rollback"])
def test_with_nothing_under_way_the_end_of_the_last_release_is_told(wanted):
    said = refusal(wanted, scene.promoted())

    assert said.startswith("nothing is under way; the last: Release shop-3 promoted shop-4be1c09a77 2 min ago")


def test_going_back_after_the_end_is_another_release():
    assert f"To have {scene.V1} again, apply its manifests" in refusal("Rollback", scene.promoted())


def test_a_release_that_goes_back_can_neither_be_promoted_nor_sent_back():
    assert "it is too late to promote" in refusal("Promote", scene.going_back())
    assert "it is too late to rollback" in refusal("Rollback", scene.going_back())


def test_nothing_is_retried_while_a_release_is_under_way():
    said = refusal("Retry", scene.holding())

    assert "there is nothing to retry while a Release is under way" in said
    assert "fairlead rollback shop -n web" in said


def test_what_was_promoted_needs_no_retry():
    assert "there is nothing to retry; the last: Release shop-3 promoted" in refusal("Retry", scene.promoted())


def test_what_was_superseded_needs_no_retry():
    superseded = msgspec.structs.replace(
        scene.rolled_back(),
        status=msgspec.structs.replace(
            scene.rolled_back().status,
            because=Reason(reason="Superseded", message=f"the Component wants {scene.V3} now"),
        ),
    )

    assert "there is nothing to retry" in refusal("Retry", superseded)


def test_a_component_that_was_never_released_says_so():
    assert "nothing was released yet" in refusal("Promote")
