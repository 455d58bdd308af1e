"""What a Component says of itself in every situation of its life."""

from fairlead.api.meta import ObjectMeta
from fairlead.api.release import Reason, Release, ReleaseSpec, ReleaseStatus
from fairlead.core.component.begin import Standing, standing
from fairlead.core.component.conditions import conditions


def release(number, to, stage, because=None, requested=""):
    return Release(
        metadata=ObjectMeta(name=f"shop-{number}"),
        spec=ReleaseSpec(component="shop", to_revision=to, requested=requested),
        status=ReleaseStatus(stage=stage, because=because, waiting=Reason(reason="Holding", message="another 5 s")),
    )


FAILED = Reason(reason="CheckFailed", message="5 of 100 requests failed")


def told(found: Standing, wanted: str, obstacle: Reason | None = None) -> dict[str, tuple[str, str]]:
    return {c.type: (c.status, c.reason) for c in conditions(found, wanted, obstacle, 3)}


def test_nothing_serves_before_the_first_release():
    assert told(standing([]), "shop-a") == {"Ready": ("False", "NothingServes"), "Progressing": ("False", "AtRest")}


def test_it_is_ready_when_what_is_wanted_serves():
    found = standing([release(1, "shop-a", "Promoted")])

    assert told(found, "shop-a") == {"Ready": ("True", "Serving"), "Progressing": ("False", "AtRest")}


def test_a_release_under_way_names_its_stage_and_what_holds_it():
    found = standing([release(1, "shop-a", "Promoted"), release(2, "shop-b", "Shifting")])

    progressing = next(c for c in conditions(found, "shop-b", None, 3) if c.type == "Progressing")

    assert (progressing.status, progressing.reason) == ("True", "Shifting")
    assert progressing.message == "Release shop-2: Shifting at 0 %, Holding."
    assert told(found, "shop-b")["Ready"] == ("True", "ServingOlder")


def test_inputs_that_failed_tell_why_and_the_way_out():
    found = standing([release(1, "shop-a", "Promoted"), release(2, "shop-b", "RolledBack", FAILED)])

    progressing = next(c for c in conditions(found, "shop-b", None, 3) if c.type == "Progressing")

    assert (progressing.status, progressing.reason) == ("False", "Rejected")
    assert "5 of 100 requests failed" in progressing.message
    assert "fairlead retry" in progressing.message


def test_inputs_that_a_person_asked_to_retry_are_not_rejected():
    found = standing([release(1, "shop-a", "Promoted"), release(2, "shop-b", "RolledBack", FAILED, requested="Retry")])

    assert found.rejected is None


def test_what_stands_in_the_way_is_told_with_its_own_words():
    obstacle = Reason(reason="MissingRights", message="may not create deployments.apps")

    assert told(standing([]), "shop-a", obstacle)["Progressing"] == ("False", "MissingRights")


def test_releases_are_counted_by_number_and_not_by_name():
    found = standing([release(10, "shop-b", "Promoted"), release(9, "shop-a", "Promoted")])

    assert (found.stable, found.releases) == ("shop-b", 10)


def test_an_edit_that_is_refused_is_told_while_a_release_goes_on():
    found = standing([release(1, "shop-a", "Promoted"), release(2, "shop-b", "Shifting")])

    assert told(found, "", Reason(reason="Refused", message="no"))["Progressing"] == ("True", "Refused")


def test_a_message_is_never_longer_than_the_api_server_takes():
    of_all = conditions(standing([]), "shop-a", Reason(reason="Refused", message="no " * 20_000), 3)

    assert max(len(c.message) for c in of_all) <= 32768
