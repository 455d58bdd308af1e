"""Every write of a scenario, before and after: `python -m tests.crash.sweep` runs all of them."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.crash.api import Api
from tests.crash.control_plane import connected, control_plane
from tests.crash.process import FAIRLEAD
from tests.crash.proxy import Crash
from tests.crash.run import Run, run
from tests.crash.scenarios import ALL, Scenario

AT_ONCE = 2


async def sweep(
    api: Api, scenario: Scenario, folder: Path, *, every: int = 1, module: tuple[str, ...] = FAIRLEAD
) -> tuple[Run, list[Run]]:
    """Run a scenario undisturbed, and then with a crash before and after every write, or every few of them."""
    undisturbed = await run(api, scenario, folder, module=module)
    crashes = [Crash(n, side) for n in range(1, len(undisturbed.writes) + 1, every) for side in ("before", "after")]
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(crash: Crash) -> Run:
        async with slots:
            return await run(api, scenario, folder, crash, module=module)

    return undisturbed, list(await asyncio.gather(*(one(crash) for crash in crashes)))


def told(undisturbed: Run, runs: Sequence[Run]) -> list[str]:
    """Return what was wrong in a sweep, run by run."""
    wrong = [f"{undisturbed}: {what}" for what in undisturbed.wrong]
    return wrong + [f"{r}: {what}" for r in runs for what in r.against(undisturbed)]


async def _main(names: Sequence[str]) -> int:
    failures = points = 0
    with tempfile.TemporaryDirectory() as folder, control_plane() as kubeconfig:
        async with connected(kubeconfig) as api:
            for scenario in (s for s in ALL if not names or s.name in names):
                began_s = time.monotonic()
                undisturbed, runs = await sweep(api, scenario, Path(folder))
                for number, write in enumerate(undisturbed.writes, 1):
                    print(f"{scenario.name} {number:3} {write}")
                wrong = told(undisturbed, runs)
                reached = sum(r.crashed_at is not None for r in runs)
                took_s = time.monotonic() - began_s
                print(f"{scenario.name}: {reached} crash points in {took_s:.0f} s, {len(wrong)} wrong", flush=True)
                print(*wrong, sep="\n", flush=True)
                failures, points = failures + len(wrong), points + reached
    print(f"{points} crash points, {failures} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(sys.argv[1:])))
