import pytest

from fairlead.api.component import Judge
from fairlead.api.release import Evidence
from fairlead.core.judge.verdict import verdict
from tests.unit.core.judge.pods import Pod, begun


def test_a_candidate_that_fails_every_request_is_sent_back_at_the_first_reading():
    evidence = begun().serve(candidate=20, stable=80, errors=20)

    assert (evidence.verdict, evidence.reason) == ("Failed", "CheckFailed")
    assert "20 of 20 requests failed on the candidate, 0 of 80 on stable" in evidence.message
    assert "at most 1 %" in evidence.message


def test_a_candidate_that_fails_one_in_twenty_is_sent_back_within_four_seconds():
    assert begun().seconds_until_failed(candidate=20, stable=80, errors=1) <= 4


def test_a_small_harm_is_seen_within_a_minute():
    scene = begun()
    for look in range(120):
        scene.serve(candidate=20, stable=80, errors=look % 5 == 0)

    assert scene.evidence.verdict == "Failed"


def test_an_excess_that_a_burst_could_explain_is_proven_by_minute_after_minute():
    scene = begun()

    for look in range(60):
        scene.serve(candidate=20, stable=80, errors=1, stable_errors=1 + (look % 3 == 0))
    assert scene.evidence.verdict != "Failed"

    for look in range(600):
        scene.serve(candidate=20, stable=80, errors=1, stable_errors=1 + (look % 3 == 0))
    assert scene.evidence.verdict == "Failed"


def test_errors_that_both_revisions_share_speak_against_none():
    scene = begun()
    for _ in range(600):
        scene.serve(candidate=20, stable=80, errors=2, stable_errors=8)

    assert scene.evidence.verdict != "Failed"


def test_one_burst_of_a_few_errors_is_no_proof():
    scene = begun()
    scene.serve(candidate=20, stable=80, errors=3)
    for _ in range(100):
        scene.serve(candidate=20, stable=80)

    assert scene.evidence.verdict == "Passed"


def test_a_candidate_that_turns_bad_late_is_still_sent_back():
    scene = begun()
    for _ in range(2400):
        scene.serve(candidate=20, stable=80, stable_errors=scene.evidence.stable.requests // 80 % 4 == 0)
    assert scene.evidence.verdict == "Passed"

    assert scene.seconds_until_failed(candidate=20, stable=80, errors=5) <= 5


def test_what_failed_stays_failed():
    scene = begun()
    scene.serve(candidate=20, stable=80, errors=20)
    message = scene.evidence.message

    for _ in range(100):
        scene.serve(candidate=20, stable=80)

    assert (scene.evidence.verdict, scene.evidence.message) == ("Failed", message)


def test_a_step_passes_once_a_rise_would_have_been_seen():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    assert scene.evidence.reason == "NotEnoughRequests"
    assert f"20 of the {scene.evidence.step_needs} requests" in scene.evidence.message

    while scene.evidence.step_requests < scene.evidence.step_needs:
        assert scene.evidence.verdict == "Inconclusive"
        scene.serve(candidate=20, stable=80)

    assert 100 < scene.evidence.step_requests < 500
    assert (scene.evidence.verdict, scene.evidence.reason) == ("Passed", "NoDifference")


def test_no_requests_on_the_candidate_is_said_and_passes_nothing():
    scene = begun()
    for _ in range(30):
        scene.serve(candidate=0, stable=80)

    assert (scene.evidence.verdict, scene.evidence.reason) == ("Inconclusive", "NoTraffic")
    assert "no requests on the candidate for 15 s" in scene.evidence.message


def test_traffic_that_stops_in_the_middle_of_a_step_is_said():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    for _ in range(24):
        scene.serve(candidate=0, stable=0)

    assert scene.evidence.reason == "NoTraffic"
    assert "12 s, after 20 of the" in scene.evidence.message


def test_without_requests_on_stable_there_is_nothing_to_compare_with():
    scene = begun()
    for _ in range(100):
        scene.serve(candidate=20, stable=0)

    assert (scene.evidence.verdict, scene.evidence.reason) == ("Inconclusive", "NoTraffic")


def test_with_all_traffic_and_no_past_of_stable_only_readiness_speaks():
    scene = begun(weight_percent=100)
    for _ in range(100):
        scene.serve(candidate=20, stable=0, errors=1)

    assert (scene.evidence.verdict, scene.evidence.reason) == ("Passed", "NothingToCompare")


def test_a_rise_that_drowns_in_stables_own_errors_is_said_instead_of_waited_for():
    scene = begun(judge=Judge(detectable_percent=1))
    for _ in range(4):
        scene.serve(candidate=20, stable=80, errors=4, stable_errors=16)

    assert scene.evidence.verdict == "Inconclusive"
    assert "cannot be told from stable's own errors" in scene.evidence.message
    assert "spec.release.judge.detectablePercent" in scene.evidence.message


@pytest.mark.parametrize("arm", ["stable", "candidate"])
def test_a_revision_that_cannot_be_scraped_is_an_error_and_passes_nothing(arm):
    scene = begun()
    for _ in range(50):
        for pod in getattr(scene, arm):
            pod.failure = "Unauthorized"
        scene.serve(candidate=20, stable=80)

    assert (scene.evidence.verdict, scene.evidence.reason) == ("Error", "CannotScrape")
    assert f"no pod of {arm} can be scraped" in scene.evidence.message


def test_one_failed_scrape_is_not_worth_a_word():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.candidate[0].failure = "Timeout"

    assert scene.look().reason == "NotEnoughRequests"


def test_a_candidate_that_exposes_nothing_before_its_first_request_is_no_trouble_yet():
    scene = begun(weight_percent=0, candidate=[Pod("c1", failure="NotMetrics")])
    for _ in range(5):
        scene.look()
    assert scene.evidence.reason == "NoTraffic"

    scene.weight_percent = 20
    scene.candidate[0].failure = ""
    assert scene.serve(candidate=20, stable=80, errors=20).verdict == "Failed"


def test_after_promotion_the_candidate_is_measured_by_what_stable_has_shown():
    scene = begun()
    for _ in range(100):
        scene.serve(candidate=20, stable=80)
    scene.weight_percent = 100
    for _ in range(100):
        scene.serve(candidate=100, stable=0)
    assert scene.evidence.verdict == "Passed"

    assert scene.seconds_until_failed(candidate=100, stable=0, errors=5) <= 3


def test_a_slower_candidate_is_sent_back():
    scene = begun()
    for _ in range(60):
        scene.serve(candidate=20, stable=80, slow=8, stable_slow=3)

    assert (scene.evidence.verdict, scene.evidence.reason) == ("Failed", "CheckFailed")
    assert "took longer than 100 ms on the candidate" in scene.evidence.message


def test_a_candidate_that_is_a_little_slower_is_not():
    """Stable's pods are so much alike that a rise of errors by as much would be seen."""
    scene = begun(stable=[Pod(f"s{n}", requests=5000) for n in range(8)])
    for look in range(1440):
        for pod in scene.stable:
            pod.serve(40, slow=1)
        scene.candidate[0].serve(40, slow=1 + (look % 5 < 2))
        scene.look()

    assert scene.evidence.candidate.slow / scene.evidence.candidate.timed > 1.3 / 40
    assert scene.evidence.verdict == "Passed"


def test_what_is_slow_is_agreed_from_stable_and_kept():
    scene = begun()
    assert scene.evidence.slow_bound_ms == 100

    for _ in range(10):
        scene.serve(candidate=0, stable=8000, stable_slow=8000)

    assert scene.evidence.slow_bound_ms == 100


def test_what_was_slow_before_it_was_agreed_does_not_count():
    scene = begun(stable=[Pod("s1", requests=100, slow=100, failure="Timeout"), Pod("s2", requests=9000)])
    assert scene.evidence.slow_bound_ms == 0
    scene.stable[0].failure = ""
    scene.look()

    evidence = scene.serve(candidate=5, stable=10, stable_slow=1)

    assert evidence.slow_bound_ms == 100
    assert (evidence.stable.timed, evidence.stable.slow) == (10, 1)


def test_the_worst_workload_decides_about_the_whole():
    passed = Evidence(workload="cart", verdict="Passed")
    failed = Evidence(workload="front", verdict="Failed", reason="CheckFailed", message="front: worse")

    assert verdict([passed, failed], frozenset({"cart", "front"})).message == "front: worse"


def test_a_workload_that_was_never_read_passes_nothing():
    passed = Evidence(workload="cart", verdict="Passed")

    assert verdict([passed], frozenset({"cart", "front"})).reason == "NoData"
