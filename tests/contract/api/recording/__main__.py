"""Records traffic against a real API server, for tests/contract/api/recorded.

    python -m tests.contract.api.recording [NAME ...]

A control plane is started for it. All recordings are made anew, or those that are named. Those of helm need it on PATH.
"""

import argparse
import asyncio
import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.contract.api.recording import helm, kubectl, operator
from tests.contract.api.recording.marks import marked
from tests.contract.api.recording.recorder import recorder
from tests.contract.api.recording.taken import write
from tests.contract.api.recording.thin import thinned
from tests.crash.control_plane import connected, control_plane

Session = Callable[[Path, Path], Awaitable[None]]
"""Does something with the cluster of a kubeconfig, and has a folder for itself."""


def sessions() -> dict[str, Session]:
    """Return all by their names."""
    program = shutil.which("helm")
    charts = [name for name in helm.SESSIONS if program and helm.chart(name)]
    return {
        **{f"helm-{name}": partial(helm.session, Path(str(program)), name) for name in charts},
        **{f"kubectl-{name}": partial(kubectl.session, name) for name in kubectl.NAMES},
        **{f"operator-{scenario.name}": partial(operator.session, scenario) for scenario in operator.SCENARIOS},
    }


async def record(name: str, session: Session, kubeconfig: Path) -> None:
    """Record one, and keep what is worth it."""
    with TemporaryDirectory(prefix="recording-") as folder:
        async with recorder(kubeconfig) as (made, through):
            await session(through, Path(folder))
    kept = thinned(marked(made.recorded))
    file = write(name, kept)
    print(f"{name}: {len(made.recorded)} requests, {len(kept)} kept, {file.stat().st_size // 1000} KB", flush=True)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names
    if unknown := set(names) - set(sessions()):
        parser.error(f"there is no recording {min(unknown)}: it is one of {', '.join(sessions())}")
    with control_plane() as kubeconfig:
        # The rights of the operator are there before the first recording, as they are before the first replay.
        async with connected(kubeconfig):
            pass
        for name, session in sessions().items():
            if not names or name in names:
                await record(name, session, kubeconfig)


if __name__ == "__main__":
    asyncio.run(_main())
