"""The Debian packages that the cluster runs on. Installed when they are missing, never removed."""

import os
import shutil
import subprocess
from collections.abc import Mapping

from dev.cluster.failure import ClusterError
from dev.cluster.progress import Progress


def install(packages: Mapping[str, str]) -> None:
    """Makes sure that each program in `packages` (path or name of the program -> package) is there.

    Raises ClusterError when one is missing that cannot be installed.
    """
    missing = sorted({package for program, package in packages.items() if not shutil.which(program)})
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ClusterError(f"Missing: {' '.join(missing)}. As root: apt-get install {' '.join(missing)}")
    progress = Progress("Debian packages")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        progress.show(f"apt-get {' '.join(step)}")
        done = subprocess.run(["apt-get", "-q", *step], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise ClusterError(f"apt-get {' '.join(step)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    progress.end(", ".join(missing))
