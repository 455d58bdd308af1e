"""Every write of a scenario, before and after: `python -m tests.crash.sweep` runs all of them."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from shutil import rmtree

from tests.crash import in_process
from tests.crash.api import Api
from tests.crash.control_plane import connected, control_plane
from tests.crash.process import FAIRLEAD
from tests.crash.run import Run, run
from tests.crash.scenarios import ALL, Scenario
from tests.crash.writes import Crash, Side

AT_ONCE = 2
BOTH: tuple[Side, ...] = ("before", "after")
Ran = Callable[[Run, list[str]], None]
"""Told of each run that ended, and what was wrong with it."""


def _nobody(_made: Run, _wrong: list[str]) -> None: ...


async def sweep(
    api: Api,
    scenario: Scenario,
    folder: Path,
    *,
    every: int = 1,
    sides: tuple[Side, ...] = BOTH,
    module: tuple[str, ...] = FAIRLEAD,
    ran: Ran = _nobody,
) -> tuple[Run, list[Run]]:
    """Run a scenario undisturbed, and then with a crash before and after every write, or every few of them."""
    undisturbed = await run(api, scenario, folder, module=module)
    ran(undisturbed, undisturbed.wrong)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(crash: Crash) -> Run:
        async with slots:
            made = await run(api, scenario, folder, crash, module=module)
        ran(made, made.against(undisturbed))
        return made

    return undisturbed, list(await asyncio.gather(*(one(crash) for crash in _points(undisturbed, every, sides))))


def sweep_in_process(
    scenario: Scenario,
    *,
    every: int = 1,
    order: Callable[[], AbstractContextManager[None]] = nullcontext,
    ran: Ran = _nobody,
) -> tuple[Run, list[Run]]:
    """Do the same in this process and in virtual time."""
    undisturbed = in_process.run(scenario, order=order)
    ran(undisturbed, undisturbed.wrong)
    runs = []
    for crash in _points(undisturbed, every, BOTH):
        runs.append(in_process.run(scenario, crash, order=order))
        ran(runs[-1], runs[-1].against(undisturbed))
    return undisturbed, runs


def _points(undisturbed: Run, every: int, sides: tuple[Side, ...]) -> list[Crash]:
    return [Crash(n, side) for n in range(1, len(undisturbed.writes) + 1, every) for side in sides]


def told(undisturbed: Run, runs: Sequence[Run]) -> list[str]:
    """Return what was wrong in a sweep, run by run."""
    return [f"{r}: {what}" for r in (undisturbed, *runs) for what in r.against(undisturbed)]


def _print(made: Run, wrong: list[str]) -> None:
    if made.crash is None:
        for number, write in enumerate(made.writes, 1):
            print(f"{made.scenario.name} {number:3} {write}")
    for what in wrong:
        print(f"WRONG {made} (in {made.namespace}): {what}", flush=True)


class Tally:
    """What was done, and what of it was wrong."""

    def __init__(self) -> None:
        self.runs = self.points = self.wrong = 0
        self._began_s = self._last_s = time.monotonic()

    def add(self, undisturbed: Run, runs: Sequence[Run]) -> None:
        now_s = time.monotonic()
        took_s, self._last_s = now_s - self._last_s, now_s
        reached = sum(r.crashed_at is not None for r in runs)
        wrong = sum(bool(r.against(undisturbed)) for r in (undisturbed, *runs))
        print(f"{undisturbed.scenario.name}: {reached} crash points in {took_s:.0f} s, {wrong} wrong", flush=True)
        self.runs += 1 + len(runs)
        self.points += reached
        self.wrong += wrong

    def __str__(self) -> str:
        rate = self.runs / (self._last_s - self._began_s)
        return f"{self.points} crash points, {self.runs} runs, {rate:.1f} runs/s, {self.wrong} wrong"


async def _on_a_control_plane(scenarios: Sequence[Scenario], tally: Tally) -> None:
    folder = Path(tempfile.mkdtemp(prefix="fairlead-crash-"))
    with control_plane() as kubeconfig:
        async with connected(kubeconfig) as api:
            for scenario in scenarios:
                tally.add(*await sweep(api, scenario, folder, ran=_print))
    if tally.wrong:
        print(f"what the operators logged: {folder}")
    else:
        rmtree(folder)


def _main() -> int:
    named = {s.name: s for s in ALL}
    parser = argparse.ArgumentParser(prog="python -m tests.crash.sweep", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"{', '.join(named)}; all when none is named")
    parser.add_argument("--in-process", action="store_true", help="on the API in memory, in virtual time")
    arguments = parser.parse_args()
    names = arguments.scenarios
    if unknown := [name for name in names if name not in named]:
        parser.error(f"there is no scenario {unknown[0]}: it is one of {', '.join(named)}")
    scenarios = tuple(named[name] for name in names) or ALL
    tally = Tally()
    if arguments.in_process:
        for scenario in scenarios:
            tally.add(*sweep_in_process(scenario, ran=_print))
    else:
        asyncio.run(_on_a_control_plane(scenarios, tally))
    print(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(_main())
