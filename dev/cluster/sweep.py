"""Taking away what a node leaves outside its home, whatever state it was left in.

Only what carries our mark is touched: processes that were given our socket, mounts below our home, files that name it;
and the control group, the tables and the link, if the link names our home.
"""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import rmtree
from subprocess import run

from dev.cluster import cgroup, containers, network
from dev.cluster.failure import ClusterError
from dev.cluster.home import Home

_TIMEOUT_S = 20.0

# These places are compiled into containerd, its network library and the kubelet.
_SHIM_SOCKETS = Path("/run/containerd/s")
_CNI_RESULTS = Path("/var/lib/cni/results")
_POD_LOG_LINKS = Path("/var/log/containers")
_KUBELET_SOCKET = Path("/var/lib/kubelet/device-plugins/kubelet.sock")


def end_pods(home: Home, timeout_s: float) -> None:
    """Ends those who would start a pod anew, and then every pod: to the pods it is a power cut.

    The next containerd finds its containers dead, as after one, and the next kubelet starts the pods again.
    """
    for name in ("kubelet", "containerd"):
        home.processes.stop(name, timeout_s)
    if not network.is_foreign(home):
        _repeat("the end of the pods", cgroup.kill)


def remove_traces(home: Home) -> None:
    """Removes what the daemons left in the kernel and in the file system. They must have ended."""
    _repeat("the end of containerd's shims", lambda: _end_shims(home))
    _repeat("the unmounting of what is below " + str(home.path), lambda: _unmount(home))
    if not network.is_foreign(home):
        _repeat("the end of the control groups", _remove_groups)
        network.disconnect(home)
    _remove_files(home)


def _remove_files(home: Home) -> None:
    """Removes the few files that the daemons insist on having outside the home, and their folders if nobody else's."""
    rmtree(home.path / "containerd/state", ignore_errors=True)
    # A socket does not tell whose it was, but nobody misses one on which nobody listens.
    _remove(path for path in (*_SHIM_SOCKETS.glob("*"), _KUBELET_SOCKET) if path.exists() and not _listens(path))
    _remove(path for path in _CNI_RESULTS.glob("*") if str(home.path) in path.read_text())
    _remove(
        path for path in _POD_LOG_LINKS.glob("*") if path.is_symlink() and path.readlink().is_relative_to(home.path)
    )
    for folder in (_SHIM_SOCKETS, _CNI_RESULTS, _KUBELET_SOCKET.parent):
        _remove_if_empty(folder)
        _remove_if_empty(folder.parent)
    _remove_if_empty(_POD_LOG_LINKS)


def _repeat(what: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _TIMEOUT_S
    while not done():
        if time.monotonic() > deadline:
            raise ClusterError(f"{what} did not come within {_TIMEOUT_S:.0f} s; run this again")
        time.sleep(0.05)


def _end_shims(home: Home) -> bool:
    """Ends containerd's shims of this home: they are told its socket. True when there was none."""
    mark = os.fsencode(containers.socket(home))
    none = True
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if arguments[0].endswith(b"containerd-shim-runc-v2") and mark in arguments:
                none = False
                os.kill(int(process.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return none


def _unmount(home: Home) -> bool:
    """Unmounts what is mounted below the home, the innermost first. True when nothing is."""
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    ours = sorted((mount for mount in mounts if Path(mount).is_relative_to(home.path)), key=len, reverse=True)
    if ours:
        run(["umount", *ours], capture_output=True)
    return not ours


def _remove_groups() -> bool:
    try:
        cgroup.remove()
    except OSError:
        # The kernel takes a moment to let go of processes that were killed.
        cgroup.kill()
        return False
    return True


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(path)) == 0
