"""Records traffic against a real API server, for tests/contract/api/recorded.

    python -m tests.contract.api.recording [NAME ...]

A control plane is started for it; for the recording `node` a whole node. All recordings are made anew, or those that
are named. Those of helm need it on PATH.
"""

import argparse
import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.contract.api.recording import helm, kubectl, node, operator
from tests.contract.api.recording.marks import marked
from tests.contract.api.recording.recorder import Recorded, recorder
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
    """Record one against a control plane."""
    with TemporaryDirectory(prefix="recording-") as folder:
        async with recorder(kubeconfig) as (made, through):
            await session(through, Path(folder))
    keep(name, made.recorded)


def keep(name: str, recorded: Sequence[Recorded]) -> None:
    """Keep what is worth it."""
    kept = thinned(marked(recorded))
    file = write(name, kept)
    print(f"{name}: {len(recorded)} requests, {len(kept)} kept, {file.stat().st_size // 1000} KB", flush=True)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names
    known = [*sessions(), node.NAME]
    if unknown := set(names) - set(known):
        parser.error(f"there is no recording {min(unknown)}: it is one of {', '.join(known)}")
    with control_plane() as kubeconfig:
        # The rights of the operator are there before the first recording, as they are before the first replay.
        async with connected(kubeconfig):
            pass
        for name, session in sessions().items():
            if not names or name in names:
                await record(name, session, kubeconfig)
    if not names or node.NAME in names:
        keep(node.NAME, await asyncio.to_thread(node.recorded))


if __name__ == "__main__":
    asyncio.run(_main())
