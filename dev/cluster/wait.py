"""Waiting for a condition, with a deadline, and not longer than those live who must bring it about."""

import time
from collections.abc import Callable, Sequence

from dev.cluster.failure import ClusterError
from dev.cluster.processes import Processes

POLL_S = 0.05


def wait_until(
    what: str, condition: Callable[[], bool], timeout_s: float, processes: Processes, needs: Sequence[str]
) -> None:
    """Returns when `condition` holds; an OSError in it means "not yet", and is told if it stays at that.

    Raises ClusterError with the end of the log when one of the daemons in `needs` dies, or at the deadline.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        reason = ""
        try:
            if condition():
                return
        except OSError as not_yet:
            reason = f" ({not_yet})"
        for name in needs:
            daemon = processes.find(name)
            if not daemon or not daemon.alive:
                raise ClusterError(
                    f"{name} ended while waiting for {what}; the end of its log:\n{processes.log_tail(name)}"
                )
        if time.monotonic() > deadline:
            raise ClusterError(f"{what} did not come within {timeout_s:.0f} s{reason}; the logs are in {processes.log}")
        time.sleep(POLL_S)
