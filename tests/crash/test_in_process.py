"""The crash harness in one process and in virtual time: what it finds, and that it finds the same again."""

import hashlib
from functools import partial

import pytest

from fairlead.sim.api.request import Answer, Request
from tests.crash import wrong_order
from tests.crash.in_process import run
from tests.crash.run import Run
from tests.crash.scenarios import (
    ALL,
    BAD,
    FIRST,
    GOOD,
    REMOVED,
    REMOVED_MIDWAY,
    REMOVED_WITHOUT_RECORDS,
    SUPERSEDED,
    Scenario,
)
from tests.crash.sweep import sweep_in_process, told
from tests.crash.writes import Crash

#: At every how many writes of a scenario the operator dies here, before and after. `make crash` leaves out none.
EVERY = {FIRST: 5, GOOD: 10, BAD: 6, SUPERSEDED: 33, REMOVED: 2, REMOVED_MIDWAY: 12, REMOVED_WITHOUT_RECORDS: 3}


@pytest.mark.parametrize("scenario", EVERY, ids=lambda s: s.name)
def test_it_ends_in_the_same_place_wherever_it_was_killed(scenario: Scenario):
    undisturbed, runs = sweep_in_process(scenario, every=EVERY[scenario])

    assert told(undisturbed, runs) == []
    # How many writes there are differs by one or two: what is seen in time is written once.
    missed = [r for r in runs if not r.crashed_at]
    assert len(missed) <= max(1, len(runs) // 10) < len(runs), "too few runs came to their crash"


def test_it_ends_in_the_same_place_with_a_lease_that_the_dead_one_held():
    undisturbed = run(BAD, lease=True)

    crashed = run(BAD, Crash(21, "after"), lease=True)

    assert crashed.crashed_at
    assert told(undisturbed, [crashed]) == []


def _conversation(seed: int) -> list[tuple[str, ...]]:
    heard: list[tuple[str, ...]] = []

    def hear(request: Request, answer: Answer) -> None:
        digest = hashlib.sha256(request.body + answer.body).hexdigest()
        heard.append((request.method, request.path, str(request.query), str(answer.status), digest))

    run(GOOD, Crash(30, "after"), seed=seed, heard=hear)
    return heard


def test_the_same_seed_gives_the_same_run_request_by_request():
    assert _conversation(7) == _conversation(7)


def test_another_seed_gives_another_run():
    assert _conversation(7) != _conversation(8)


def test_a_weight_that_is_raised_before_it_is_stored_is_found():
    found = run(GOOD, order=wrong_order.weight_before_status)

    assert any("20 % on the candidate, stored is Preparing with 0 %" in what for what in found.wrong), found.wrong


def test_a_service_that_is_removed_before_its_route_returns_is_found():
    found = run(GOOD, order=wrong_order.service_before_route)

    assert any("has weight and no ready endpoint" in what for what in found.wrong), found.wrong


def test_a_release_that_ends_before_what_it_brought_is_removed_is_found_by_a_crash_between_them():
    tell = partial(run, BAD, order=wrong_order.end_before_removal)
    undisturbed = tell()
    removal = next(n for n, w in enumerate(undisturbed.writes, 1) if w.verb == "DELETE" and "/deployments/" in w.path)

    crashed: Run = tell(Crash(removal, "before"))

    assert undisturbed.wrong == []
    assert any("left over: deployments/front-" in what for what in crashed.wrong), crashed.wrong


def test_all_scenarios_are_swept():
    assert set(EVERY) == set(ALL)
