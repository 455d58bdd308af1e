from tests.unit.core.judge.pods import Pod, begun


def test_what_stable_counted_before_the_release_does_not_count():
    scene = begun()

    evidence = scene.serve(candidate=10, stable=40)

    assert (evidence.stable.requests, evidence.candidate.requests) == (40, 10)


def test_a_candidate_pod_counts_from_its_birth():
    scene = begun()
    late = Pod("c2")
    late.serve(7, errors=2)
    scene.candidate.append(late)

    evidence = scene.look()

    assert (evidence.candidate.requests, evidence.candidate.errors) == (7, 2)


def test_a_stable_pod_that_is_seen_late_brings_no_past():
    scene = begun()
    scene.stable.append(Pod("s3", requests=9000, errors=90))
    scene.look()
    scene.stable[-1].serve(5)

    evidence = scene.look()

    assert (evidence.stable.requests, evidence.stable.errors) == (5, 0)


def test_a_stable_pod_whose_first_scrape_failed_brings_no_past():
    scene = begun(stable=[Pod("s1", requests=5000, failure="Timeout"), Pod("s2")])
    scene.stable[0].failure = ""

    evidence = scene.look()

    assert evidence.stable.requests == 0


def test_a_restarted_counter_counts_from_zero_and_is_never_negative():
    scene = begun()
    scene.serve(candidate=0, stable=40, stable_errors=4)
    scene.stable[0].crash()

    evidence = scene.serve(candidate=0, stable=3, stable_errors=1)

    assert (evidence.stable.requests, evidence.stable.errors) == (43, 5)


def test_a_restart_that_was_overtaken_by_new_requests_counts_them_all():
    scene = begun()
    scene.serve(candidate=0, stable=40)
    scene.stable[0].crash()

    evidence = scene.serve(candidate=0, stable=6000)

    assert evidence.stable.requests == 6040


def test_a_restart_that_is_reported_late_is_not_counted_twice():
    scene = begun()
    scene.serve(candidate=0, stable=40)
    scene.stable[0].crash(reported=False)
    scene.serve(candidate=0, stable=10)
    scene.stable[0].restarts += 1

    evidence = scene.serve(candidate=0, stable=10)

    assert evidence.stable.requests == 60


def test_what_a_vanished_pod_counted_stays_counted_and_is_not_counted_again_when_it_returns():
    scene = begun()
    scene.serve(candidate=10, stable=40)
    pod = scene.candidate.pop()
    assert scene.look().candidate.requests == 10
    scene.candidate.append(pod)
    pod.serve(5)

    assert scene.look().candidate.requests == 15


def test_a_scrape_that_failed_loses_nothing():
    scene = begun()
    scene.candidate[0].failure = "Timeout"
    scene.serve(candidate=10, stable=40)
    scene.candidate[0].failure = ""

    evidence = scene.serve(candidate=10, stable=40)

    assert evidence.candidate.requests == 20
    assert evidence.candidate.pods[0].refused_scrapes == 0


def test_requests_at_weight_zero_are_no_traffic():
    scene = begun(weight_percent=0)

    evidence = scene.serve(candidate=30, stable=40, errors=30)

    assert evidence.candidate.requests == 0
    assert evidence.verdict == "Inconclusive"


def test_background_that_was_measured_at_weight_zero_is_taken_off_both_revisions():
    scene = begun(weight_percent=0)
    for _ in range(10):
        scene.serve(candidate=1, stable=1)
    scene.weight_percent = 20
    taken = scene.evidence.stable.requests

    for _ in range(10):
        scene.candidate[0].serve(1)
        for pod in scene.stable:
            pod.serve(1)
        scene.look()

    assert scene.evidence.candidate.requests == 0
    assert scene.evidence.stable.requests <= taken
    assert scene.evidence.reason == "NoTraffic"


def test_an_error_is_never_taken_for_background():
    scene = begun(weight_percent=0)
    for _ in range(10):
        scene.serve(candidate=4, stable=1)
    scene.weight_percent = 20

    evidence = scene.serve(candidate=4, stable=40, errors=4)

    assert (evidence.candidate.requests, evidence.candidate.errors) == (4, 4)


def test_requests_of_our_own_are_taken_off():
    scene = begun()
    scene.candidate[0].serve(25)
    scene.stable[0].serve(45)

    evidence = scene.look(own_on_candidate=20, own_on_stable=20)

    assert (evidence.candidate.requests, evidence.stable.requests) == (5, 25)


def test_where_probes_cannot_be_told_apart_an_unknown_gap_lets_no_step_pass():
    scene = begun(weight_percent=0)
    for _ in range(10):
        scene.serve(candidate=1, stable=1)
    scene.weight_percent = 20
    scene.candidate[0].serve(500)

    evidence = scene.look(since_ms=0)

    assert evidence.candidate.requests == 500
    assert evidence.step_requests == 0
