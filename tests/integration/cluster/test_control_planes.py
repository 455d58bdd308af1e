"""Control planes come up side by side, heal, and leave nothing behind."""

import json
import os
import signal

import pytest

from dev.cluster.down import take_away, take_down
from dev.cluster.home import Home, homes
from dev.cluster.processes import runs
from dev.cluster.up import bring_up_control_plane
from tests.until import until


@pytest.fixture
def home():
    home = Home(f"test-{os.getpid()}-one")
    yield home
    take_away(home)


@pytest.fixture
def other_home():
    home = Home(f"test-{os.getpid()}-two")
    yield home
    take_away(home)


def namespace_uid(server):
    return json.loads(server.get("/api/v1/namespaces/default"))["metadata"]["uid"]


def eventually_answers(ask):
    """The built-in namespaces are made in the first moments after readiness."""

    def answer():
        try:
            return ask()
        except OSError:
            return None

    return until("an answer", answer, within_s=10)


def test_two_live_side_by_side_with_objects_of_their_own(home, other_home):
    one, two = bring_up_control_plane(home), bring_up_control_plane(other_home)

    assert eventually_answers(lambda: namespace_uid(one)) != eventually_answers(lambda: namespace_uid(two))


def test_one_that_was_killed_comes_back_with_its_objects(home):
    before = bring_up_control_plane(home)
    uid = eventually_answers(lambda: namespace_uid(before))
    for daemon in home.processes.all():
        os.kill(daemon.identity.pid, signal.SIGKILL)

    after = bring_up_control_plane(home)

    assert namespace_uid(after) == uid


def test_one_that_runs_is_left_alone(home):
    bring_up_control_plane(home)
    running = home.processes.all()

    bring_up_control_plane(home)

    assert home.processes.all() == running


def test_one_that_was_taken_down_keeps_its_objects_and_no_process(home):
    before = bring_up_control_plane(home)
    uid = eventually_answers(lambda: namespace_uid(before))
    running = home.processes.all()

    take_down(home)

    assert not any(runs(daemon.identity) for daemon in running)
    assert namespace_uid(bring_up_control_plane(home)) == uid


def test_nothing_is_left_of_one_that_was_taken_away(home):
    bring_up_control_plane(home)
    running = home.processes.all()

    take_away(home)

    assert not any(runs(daemon.identity) for daemon in running)
    assert home not in homes()
    assert not home.path.exists()
