"""The control group that holds the processes of all pods, and nothing else: whoever is in it is ours.

With version 1 there is one tree per controller, with version 2 a single one.
"""

import contextlib
import os
import signal
from pathlib import Path

NAME = "fairlead"

_MOUNT = Path("/sys/fs/cgroup")


def _roots() -> list[Path]:
    if _is_version_2():
        return [_MOUNT]
    return [path.parent for path in _MOUNT.glob("*/cgroup.procs")]


def _is_version_2() -> bool:
    return (_MOUNT / "cgroup.controllers").exists()


def _groups() -> list[Path]:
    """Every group of ours, the innermost first."""
    found = [path for root in _roots() for path in (root / NAME, *(root / NAME).rglob("*/")) if path.is_dir()]
    return sorted(found, key=lambda path: len(path.parts), reverse=True)


def make() -> None:
    """Makes the group, in which the kubelet makes those of the pods."""
    if _is_version_2():
        # A group has only the controllers that its parent hands down; the kubelet refuses one that lacks some.
        for controller in (_MOUNT / "cgroup.controllers").read_text().split():
            (_MOUNT / "cgroup.subtree_control").write_text(f"+{controller}")
    for root in _roots():
        (root / NAME).mkdir(exist_ok=True)


def kill() -> bool:
    """Ends every process in the group. False when one was there: it takes a moment, and may have had children."""
    found = False
    for group in _groups():
        # Groups and processes may end while we look.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for pid in (group / "cgroup.procs").read_text().split():
                found = True
                os.kill(int(pid), signal.SIGKILL)
    return not found


def remove() -> None:
    """Removes the group. It must be empty."""
    for group in _groups():
        group.rmdir()
