"""Daemons are started once, outlive who started them, and nobody else is ever signalled."""

import os
import signal
from dataclasses import replace

import pytest

from dev.cluster.failure import ClusterError
from dev.cluster.processes import Daemon, Processes, identify, runs, stop
from tests.until import until

WITHIN_S = 10.0


@pytest.fixture
def processes(tmp_path):
    made = Processes(tmp_path / "run", tmp_path / "log")
    yield made
    for daemon in made.all():
        stop(daemon.identity)


def test_a_daemon_that_runs_is_not_started_again(processes):
    processes.ensure("sleeper", ["sleep", "60"])
    first = processes.find("sleeper")
    processes.ensure("sleeper", ["sleep", "60"])

    assert first.alive
    assert processes.find("sleeper") == first


def test_a_daemon_that_was_killed_is_started_again(processes):
    processes.ensure("sleeper", ["sleep", "60"])
    first = processes.find("sleeper")
    os.kill(first.identity.pid, signal.SIGKILL)
    until("it is dead", lambda: not first.alive, WITHIN_S)

    processes.ensure("sleeper", ["sleep", "60"])

    assert processes.find("sleeper").alive


def test_a_daemon_with_another_command_is_replaced(processes):
    processes.ensure("sleeper", ["sleep", "60"])
    first = processes.find("sleeper")
    processes.ensure("sleeper", ["sleep", "61"])

    assert not first.alive
    assert processes.find("sleeper").alive


def test_a_daemon_belongs_to_nobody(processes):
    processes.ensure("sleeper", ["sleep", "60"])
    pid = processes.find("sleeper").identity.pid

    assert os.getsid(pid) == pid
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_a_command_that_cannot_be_started_is_told(processes):
    with pytest.raises(ClusterError, match="no-such-program"):
        processes.ensure("nothing", ["/no-such-program"])


def test_what_a_daemon_said_is_kept(processes):
    processes.ensure("speaker", ["sh", "-c", "echo the reason; exit 1"])

    until("the reason is in its log", lambda: processes.log_tail("speaker") == "the reason", WITHIN_S)


def test_a_pid_that_went_to_somebody_else_is_not_signalled(processes):
    processes.ensure("sleeper", ["sleep", "60"])
    somebody = processes.find("sleeper").identity
    predecessor = replace(somebody, started=somebody.started - 1)
    processes.run.joinpath("old.json").unlink(missing_ok=True)
    Daemon("old", predecessor, ("sleep", "60")).write(processes.run / "old.json")

    assert not processes.find("old").alive
    processes.stop("old")

    assert runs(somebody)
    assert processes.find("old") is None


def test_a_pid_of_an_earlier_boot_is_not_signalled(processes):
    processes.ensure("sleeper", ["sleep", "60"])
    somebody = processes.find("sleeper").identity

    stop(replace(somebody, boot="another"))

    assert runs(somebody)


def test_a_daemon_that_does_not_listen_is_ended_all_the_same(processes):
    processes.ensure("stubborn", ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"])
    until("it is deaf", lambda: processes.log_tail("stubborn") == "deaf", WITHIN_S)
    identity = processes.find("stubborn").identity

    stop(identity, timeout_s=0.2)

    until("it has ended", lambda: not runs(identity), WITHIN_S)


def test_a_process_of_which_only_the_exit_status_is_left_does_not_run():
    pid = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    try:
        identity = identify(pid)
        assert identity
        assert not runs(identity)
    finally:
        os.waitpid(pid, 0)


def test_a_process_does_not_run_from_the_moment_when_it_was_killed():
    pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], {})
    identity = identify(pid)
    assert identity
    try:
        os.kill(pid, signal.SIGKILL)
        assert not runs(identity)
    finally:
        os.waitpid(pid, 0)
