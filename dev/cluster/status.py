"""What of a cluster runs, for people."""

import os
from pathlib import Path

from dev.cluster.home import Home
from dev.cluster.processes import Daemon


def describe(home: Home) -> str:
    """The cluster and each daemon: its pid, whether it is up, memory and CPU time so far."""
    kind = "node" if home.is_node else "control plane"
    return "\n".join([f"{home.name} ({kind}) in {home.path}", *map(_line, home.processes.all())])


def _line(daemon: Daemon) -> str:
    pid = daemon.identity.pid
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        fields = []
    if not daemon.alive or not fields:
        return f"  {daemon.name:24} {pid:7}  DOWN"
    cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    memory_mib = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return f"  {daemon.name:24} {pid:7}  up  {memory_mib:5.0f} MiB  {cpu_s:7.1f} CPU-s"
