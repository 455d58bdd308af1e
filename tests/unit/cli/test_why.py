"""`fairlead why` is read at three in the morning: these are the very screens.

A screen that changed on purpose is written anew from what the failing test shows.
"""

import msgspec
import pytest

from fairlead.api.component import Component
from fairlead.api.release import Reason, Release
from fairlead.cli.output import Format, printed
from fairlead.cli.why import why
from fairlead.cli.why_page import why_page
from tests.unit.cli import scene
from tests.unit.cli.screen import golden, shown

SERVES_V2 = f"{scene.V2} serves and is what is wanted"
STAYS_AT_V1 = f"{scene.V1} serves; wanted is {scene.V2}"

MOMENTS: dict[str, tuple[Component, list[Release]]] = {
    "at-rest": (scene.component(ready=SERVES_V2), [scene.promoted()]),
    "holding": (scene.component(), [scene.holding()]),
    "image-cannot-be-pulled": (scene.component(), [scene.waiting_for_pods()]),
    "no-traffic": (scene.component(), [scene.without_traffic()]),
    "going-back": (scene.component(), [scene.going_back()]),
    "rolled-back": (scene.component(progressing=scene.REJECTED, ready=STAYS_AT_V1), [scene.rolled_back()]),
    "missing-rights": (
        scene.component(progressing=scene.MISSING_RIGHTS, ready=f"{scene.V2} serves; wanted is {scene.V3}"),
        [scene.promoted()],
    ),
    "not-looked-at": (scene.component(seen=0, generation=1), []),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_screen_reads_like_this(moment):
    component, releases = MOMENTS[moment]

    assert shown(why_page(why(component, releases, scene.NOW), scene.NOW)) == golden("why", f"{moment}.txt")


@pytest.mark.parametrize("moment", MOMENTS)
def test_everything_fits_on_one_screen(moment):
    assert len(golden("why", f"{moment}.txt").splitlines()) <= 30


@pytest.mark.parametrize(
    ("moment", "word"),
    [
        ("at-rest", "promoted"),
        ("rolled-back", "9 of 211 requests failed"),
        ("going-back", "9 of 211 requests failed"),
        ("image-cannot-be-pulled", "brings"),
    ],
)
def test_the_first_sentence_says_it_all(moment, word):
    component, releases = MOMENTS[moment]

    assert word in why(component, releases, scene.NOW).sentence


def test_a_release_that_a_person_pushed_through_says_so():
    pushed = msgspec.structs.replace(
        scene.promoted(), spec=msgspec.structs.replace(scene.promoted().spec, requested="Promote")
    )

    answer = why(scene.component(), [pushed], scene.NOW)

    assert "a person asked" in answer.sentence
    assert "no worse" not in answer.sentence


def test_a_first_release_that_failed_has_nothing_to_go_back_to():
    failed = scene.release(
        "Failed", before="", because=Reason(reason="ProgressDeadlineExceeded", message="not ready within 600 s"),
        ended_at=scene.at(31, 0),
    )  # fmt: skip

    answer = why(scene.component(), [failed], scene.NOW)

    assert "with nothing to go back to" in answer.sentence
    assert any("fairlead retry shop -n web" in way.how for way in answer.can_change)


def test_metrics_that_cannot_be_read_are_what_has_to_change():
    unread = msgspec.structs.replace(scene.without_traffic().status.evidence[0], reason="CannotScrape")
    blind = msgspec.structs.replace(
        scene.without_traffic(), status=msgspec.structs.replace(scene.without_traffic().status, evidence=(unread,))
    )

    answer = why(scene.component(), [blind], scene.NOW)

    assert answer.can_change[0].who == "the metrics"


def test_what_cannot_be_stopped_offers_no_command():
    answer = why(scene.component(), [scene.going_back()], scene.NOW)

    assert not any("fairlead" in way.how for way in answer.can_change)


def test_a_newer_form_that_was_not_looked_at_comes_before_the_last_release():
    answer = why(scene.component(generation=4, seen=3), [scene.rolled_back()], scene.NOW)

    assert answer.sentence == "Fairlead has not looked at the newest form of shop yet."


def test_programs_get_the_same_answer():
    answer = why(scene.component(), [scene.holding()], scene.NOW)

    plain = msgspec.json.decode(printed(answer, Format.JSON))

    assert plain["release"] == "shop-3"
    assert plain["stage"] == "Shifting"
    assert plain["holds"]["reason"] == "Holding"
    assert {way["who"] for way in plain["canChange"]} == {"time", "you"}
    assert [e["workload"] for e in plain["evidence"]] == ["cart", "front"]
    assert [p["name"] for p in plain["passages"]] == ["prepare", "5 %", "20 %"]
