"""Every write of a scenario, before and after: `python -m tests.crash.sweep` runs all of them."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from shutil import rmtree

from tests.crash.api import Api
from tests.crash.control_plane import connected, control_plane, simulated
from tests.crash.process import FAIRLEAD
from tests.crash.proxy import Crash, Side
from tests.crash.run import Run, run
from tests.crash.scenarios import ALL, Scenario

AT_ONCE = 2


async def sweep(
    api: Api,
    scenario: Scenario,
    folder: Path,
    *,
    every: int = 1,
    sides: tuple[Side, ...] = ("before", "after"),
    module: tuple[str, ...] = FAIRLEAD,
    ran: Callable[[Run, list[str]], None] = lambda *_: None,
) -> tuple[Run, list[Run]]:
    """Run a scenario undisturbed, and then with a crash before and after every write, or every few of them.

    `ran` is told of each run that ended, and what was wrong with it.
    """
    undisturbed = await run(api, scenario, folder, module=module)
    ran(undisturbed, undisturbed.wrong)
    crashes = [Crash(n, side) for n in range(1, len(undisturbed.writes) + 1, every) for side in sides]
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(crash: Crash) -> Run:
        async with slots:
            made = await run(api, scenario, folder, crash, module=module)
        ran(made, made.against(undisturbed))
        return made

    return undisturbed, list(await asyncio.gather(*(one(crash) for crash in crashes)))


def told(undisturbed: Run, runs: Sequence[Run]) -> list[str]:
    """Return what was wrong in a sweep, run by run."""
    return [f"{r}: {what}" for r in (undisturbed, *runs) for what in r.against(undisturbed)]


def _print(made: Run, wrong: list[str]) -> None:
    if made.crash is None:
        for number, write in enumerate(made.writes, 1):
            print(f"{made.scenario.name} {number:3} {write}")
    for what in wrong:
        print(f"WRONG {made} (in {made.namespace}): {what}", flush=True)


async def _main(scenarios: Sequence[Scenario], api_server: Callable[[], AbstractContextManager[Path]]) -> int:
    points = failures = 0
    folder = Path(tempfile.mkdtemp(prefix="fairlead-crash-"))
    with api_server() as kubeconfig:
        async with connected(kubeconfig) as api:
            for scenario in scenarios:
                began_s = time.monotonic()
                undisturbed, runs = await sweep(api, scenario, folder, ran=_print)
                reached = sum(r.crashed_at is not None for r in runs)
                wrong = sum(bool(r.against(undisturbed)) for r in (undisturbed, *runs))
                took_s = time.monotonic() - began_s
                print(f"{scenario.name}: {reached} crash points in {took_s:.0f} s, {wrong} wrong", flush=True)
                points, failures = points + reached, failures + wrong
    print(f"{points} crash points, {failures} wrong{f'; what the operators logged: {folder}' if failures else ''}")
    if not failures:
        rmtree(folder)
    return 1 if failures else 0


def _asked() -> tuple[tuple[Scenario, ...], Callable[[], AbstractContextManager[Path]]]:
    named = {s.name: s for s in ALL}
    parser = argparse.ArgumentParser(prog="python -m tests.crash.sweep", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"{', '.join(named)}; all when none is named")
    parser.add_argument("--simulated", action="store_true", help="on the API in memory")
    arguments = parser.parse_args()
    names = arguments.scenarios
    if unknown := [name for name in names if name not in named]:
        parser.error(f"there is no scenario {unknown[0]}: it is one of {', '.join(named)}")
    return tuple(named[name] for name in names) or ALL, simulated if arguments.simulated else control_plane


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(*_asked())))
