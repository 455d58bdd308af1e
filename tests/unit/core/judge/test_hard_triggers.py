from tests.unit.core.judge.pods import Pod, begun


def test_a_pod_that_was_ready_and_is_not_any_more_has_failed():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.candidate[0].ready = False

    evidence = scene.look()

    assert (evidence.verdict, evidence.reason) == ("Failed", "ReadinessLost")
    assert "front: pod c1" in evidence.message


def test_a_pod_that_crashed_has_failed_though_it_counts_no_errors():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.candidate[0].crash()

    assert scene.look().reason == "PodRestarted"


def test_a_pod_that_is_not_ready_yet_has_not_failed():
    scene = begun(candidate=[Pod("c1", ready=False)])
    scene.candidate[0].crash()

    assert scene.look().verdict == "Inconclusive"


def test_readiness_that_wavers_before_there_is_traffic_is_no_failure():
    scene = begun(weight_percent=0)
    scene.candidate[0].ready = False

    assert scene.look().verdict == "Inconclusive"


def test_a_pod_that_refuses_scrapes_twice_in_a_row_has_failed():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.candidate[0].failure = "Refused"

    assert scene.look().verdict != "Failed"
    assert scene.look().reason == "ScrapeRefused"


def test_a_pod_that_is_slow_to_answer_a_scrape_gets_more_patience():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.candidate[0].failure = "Timeout"
    for _ in range(3):
        assert scene.look().verdict != "Failed"

    assert scene.look().reason == "ScrapeRefused"


def test_metrics_that_grow_too_large_do_not_speak_against_the_pod():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.candidate[0].failure = "TooLarge"
    for _ in range(10):
        scene.look()

    assert scene.evidence.reason == "CannotScrape"


def test_scrapes_that_fail_everywhere_are_our_own_trouble():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    for pod in (*scene.candidate, *scene.stable):
        pod.failure = "Refused"
    for _ in range(10):
        scene.look()

    assert (scene.evidence.verdict, scene.evidence.reason) == ("Error", "CannotScrape")


def test_a_stable_pod_that_fails_says_nothing_against_the_candidate():
    scene = begun()
    scene.serve(candidate=20, stable=80)
    scene.stable[0].ready = False
    scene.stable[1].crash()

    assert scene.look().verdict == "Inconclusive"


def test_a_workload_that_stable_does_not_have_passes_by_its_requests_alone():
    scene = begun(stable=[], weight_percent=100)
    scene.candidate[0].serve(5_000)

    assert scene.look().verdict == "Passed"


def test_a_workload_that_stable_does_not_have_fails_with_its_pods():
    scene = begun(stable=[], weight_percent=100)
    scene.candidate[0].ready = False

    assert scene.look().reason == "ReadinessLost"
