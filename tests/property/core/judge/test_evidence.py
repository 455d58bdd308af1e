"""Whatever pods do, the evidence about them is whole."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fairlead.api.component import Judge
from fairlead.api.release import Evidence
from fairlead.core.judge.judge import judged
from fairlead.core.judge.reading import Counters, PodReading, Reading

#: What a pod does between two looks: requests, errors among them, slow ones among them, whether it then restarts, and
#: whether the look at it fails.
DEEDS = st.tuples(
    st.integers(0, 50), st.floats(0, 1), st.floats(0, 1), st.sampled_from([False] * 9 + [True]), st.booleans()
)
PODS = ("c1", "c2", "s1", "s2", "s3")
STORIES = st.lists(st.fixed_dictionaries(dict.fromkeys(PODS, DEEDS)), min_size=1, max_size=12)


def _readings(story: list[dict[str, Any]], *, crashes: bool, failures: bool) -> list[dict[str, PodReading]]:
    counters = {pod: [0, 0, 0, 0] for pod in PODS}
    looks = []
    for deeds in story:
        look = {}
        for pod, (requests, errors, slow, restarts, fails) in deeds.items():
            counted = counters[pod]
            counted[0] += requests
            counted[1] += round(requests * errors)
            counted[2] += round(requests * slow)
            if restarts and crashes:
                counted[:3] = [0, 0, 0]
                counted[3] += 1
            buckets = {0.1: counted[0] - counted[2], 1.0: counted[0], float("inf"): counted[0]}
            read = Counters(requests=counted[0], errors=counted[1], buckets=buckets)
            look[pod] = PodReading(
                pod=pod, uid=pod, restarts=counted[3], counters=None if fails and failures else read, failure="down"
            )
        looks.append(look)
    return looks


def _folded(
    looks: list[dict[str, PodReading]], evidence: Evidence | None = None, *, backwards: bool = False
) -> list[Evidence]:
    evidence = evidence or Evidence(workload="front")
    found = []
    for look in looks:
        pods = sorted(look.values(), key=lambda r: r.pod, reverse=backwards)
        reading = Reading(
            stable=tuple(r for r in pods if r.pod.startswith("s")),
            candidate=tuple(r for r in pods if r.pod.startswith("c")),
            since_ms=500,
        )
        evidence = judged(evidence, reading, Judge(), weight_percent=20, workloads=1)
        found.append(evidence)
    return found


def _totals(evidence: Evidence) -> tuple[tuple[int, int], ...]:
    return tuple((arm.requests, arm.errors) for arm in (evidence.stable, evidence.candidate))


@given(STORIES)
def test_counts_only_grow_and_errors_are_among_the_requests(story):
    before = Evidence(workload="front")
    for after in _folded(_readings(story, crashes=True, failures=True)):
        for arm, was in ((after.stable, before.stable), (after.candidate, before.candidate)):
            assert arm.requests >= was.requests
            assert 0 <= arm.errors - was.errors <= arm.requests - was.requests
            assert 0 <= arm.slow - was.slow <= arm.timed - was.timed
        before = after


@given(STORIES)
def test_the_order_of_the_pods_does_not_matter(story):
    looks = _readings(story, crashes=True, failures=True)

    assert _folded(looks) == _folded(looks, backwards=True)


@given(STORIES, st.data())
def test_a_crash_in_between_changes_no_total(story, data):
    """A Fairlead that dies has stored some earlier evidence, and misses looks until it is back."""
    looks = _readings(story, crashes=False, failures=False)
    through = _folded(looks)
    stored_at = data.draw(st.integers(0, len(looks) - 1))
    back_at = data.draw(st.integers(stored_at, len(looks) - 1))

    resumed = _folded(looks[back_at:], through[stored_at])

    assert _totals(resumed[-1]) == _totals(through[-1])


@given(STORIES)
def test_scrapes_that_fail_only_delay(story):
    whole = _readings(story, crashes=False, failures=False)
    torn = _readings(story, crashes=False, failures=True)
    # The first look marks stable's past, the last adds up what is still out.
    torn = [whole[0], *torn[1:], whole[-1]]

    assert _totals(_folded(torn)[-1]) == _totals(_folded(whole)[-1])


@given(st.integers(1, 8), st.integers(0, 1))
@settings(max_examples=30)
def test_one_long_interval_decides_as_many_short_ones_do(times, errors_of_ten):
    """Evidence of a block is that of its counts, however often it was looked at."""
    deeds = {"c1": (10, errors_of_ten / 10, 0.0, False, False), "s1": (40, 0.0, 0.0, False, False)}
    idle = (0, 0.0, 0.0, False, False)
    first = dict.fromkeys(PODS, idle)
    looks = _readings([first, *[{**first, **deeds}] * times], crashes=False, failures=False)

    many = _folded(looks)[-1]
    one = _folded([looks[0], looks[-1]])[-1]

    assert many.tests[0].log_evidence_milli == one.tests[0].log_evidence_milli
    assert many.verdict == one.verdict
