"""Starts one daemon and ends: `python3 -m dev.cluster.launch RECORD LOG COMMAND...`.

The daemon belongs to nobody: it outlives whoever asked for it, who may be a test, and the kernel's first process buries
it. It writes its own record before it becomes the command: whoever dies on the way, there is no daemon without one.
"""

import os
import sys
from pathlib import Path

from dev.cluster.processes import Daemon, identify


def main() -> None:
    """Returns once the command runs. Ends with the reason as exit status when it cannot."""
    record, log, *command = sys.argv[1:]
    # Closed by the kernel at the moment when the child becomes the command.
    running, starting = os.pipe()
    if os.fork():
        os.close(starting)
        failure = os.read(running, 4096)
        sys.exit(failure.decode() or 0)
    try:
        os.setsid()
        os.chdir("/")
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for stream in (1, 2):
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), stream)
        identity = identify(os.getpid())
        assert identity, "this very process runs"
        Daemon(Path(record).stem, identity, tuple(command)).write(Path(record))
        os.execvp(command[0], command)
    except OSError as reason:
        os.write(starting, f"{command[0]}: {reason}".encode())
        os._exit(1)


if __name__ == "__main__":
    main()
