"""Compiling a pinned Go module, with progress."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile

from dev.cluster.estimate import Estimate
from dev.cluster.failure import ClusterError
from dev.cluster.progress import Progress

# What is compiled depends on the module alone: not on the user's Go settings, not on a C compiler, not on a newer Go
# that would be downloaded on the way.
ENVIRONMENT = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"}

_LISTED = "{{.Stale}}\t{{.ImportPath}}\t{{.Dir}}\t{{range .GoFiles}}{{.}}\t{{end}}"


def build(title: str, module: Path, package: str, output: Path, settings: Sequence[str]) -> None:
    """Compiles `package` of the module in the folder `module` into the static program `output`.

    `settings` are strings set by the linker, as `package.name=value`. Raises ClusterError when there is no Go, or with
    what the compiler said.
    """
    if not shutil.which("go"):
        raise ClusterError(
            "Go 1.24 or newer is needed to build the cluster, and there is no `go` in PATH: https://go.dev/dl"
        )
    progress = Progress(title)
    flags = ["-trimpath", "-buildvcs=false", "-ldflags=" + " ".join(["-s", "-w", *(f"-X {each}" for each in settings)])]
    estimate = Estimate(_source_bytes(module, package, flags, progress), os.cpu_count() or 1)
    _compile(["go", "build", "-v", *flags, "-o", str(output), package], module, estimate, progress)
    progress.end(f"{output.stat().st_size / 1e6:.0f} MB")


def _source_bytes(module: Path, package: str, flags: Sequence[str], progress: Progress) -> dict[str, int]:
    """The size of each package that is to be compiled, after the download of whatever is missing.

    What Go has in its own cache, from a build that was broken off, is not compiled again.
    """
    command = ["go", "list", "-deps", *flags, "-f", _LISTED, package]
    with TemporaryFile("w+") as listed:
        said = []
        with subprocess.Popen(
            command, cwd=module, env=ENVIRONMENT, stdout=listed, stderr=subprocess.PIPE, text=True
        ) as lister:
            assert lister.stderr
            for line in lister.stderr:
                said.append(line)
                progress.show(f"fetching its sources, {len(said)} modules")
        if lister.returncode:
            raise ClusterError(f"{module}: {''.join(said[-20:])}")
        listed.seek(0)
        sizes = {}
        for line in listed:
            stale, name, folder, *files = line.split("\t")
            if stale == "true":
                sizes[name] = sum(Path(folder, file).stat().st_size for file in files[:-1])
    return sizes


def _compile(command: Sequence[str], module: Path, estimate: Estimate, progress: Progress) -> None:
    began = time.monotonic()
    said = []
    # The compiler must leave room for whatever else the machine does.
    with subprocess.Popen(
        ["nice", *command], cwd=module, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    ) as compiler:
        assert compiler.stderr
        for line in compiler.stderr:
            if (package := line.strip()) in estimate.source_bytes:
                estimate.saw(package)
                progress.show(estimate.describe(time.monotonic() - began))
            else:
                said.append(line)
    if compiler.returncode:
        raise ClusterError(f"{' '.join(command)} failed:\n{''.join(said[-20:])}")
