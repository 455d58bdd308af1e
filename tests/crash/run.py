"""One run of a scenario, with or without a crash in it, and what was wrong with it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from tests.crash.api import Api
from tests.crash.end_state import EndState, differences, end_state, serving
from tests.crash.process import FAIRLEAD, Process
from tests.crash.scenarios import FIRST, Scenario
from tests.crash.shop import HOLD_S, STEPS_PERCENT
from tests.crash.world import World, networked
from tests.crash.writes import Crash, Write

_numbers = count(1)


@dataclass
class Run:
    """What came of it."""

    scenario: Scenario
    crash: Crash | None
    namespace: str = ""
    writes: list[Write] = field(default_factory=list)
    crashed_at: Write | None = None
    end: EndState = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def against(self, undisturbed: "Run") -> list[str]:
        """Return all that is wrong with this run, beside the one that nothing disturbed."""
        return self.wrong or differences(undisturbed.end, self.end)

    def __str__(self) -> str:
        where = f"write {self.crash.number}, {self.crash.side}: {self.crashed_at}" if self.crash else "undisturbed"
        return f"{self.scenario.name}, {where}"


async def run(
    api: Api,
    scenario: Scenario,
    folder: Path,
    crash: Crash | None = None,
    *,
    module: tuple[str, ...] = FAIRLEAD,
    lease: bool = False,
) -> Run:
    """Tell a scenario once, in a namespace of its own."""
    namespace = f"{scenario.name}-{next(_numbers)}"
    operator = partial(Process, module=module, lease=lease)
    return await told(Run(scenario, crash, namespace), networked(api, namespace, folder, operator))


async def told(made: Run, there: AbstractAsyncContextManager[World]) -> Run:
    """Tell a scenario in a world."""
    try:
        async with there as w:
            await _tell(made, w)
    except AssertionError as error:
        made.wrong.append(str(error))
    return made


async def _tell(made: Run, w: World) -> None:
    try:
        if made.scenario.begins_with_v1:
            await FIRST.tell(w)
            w.traffic.flows = True
        before = serving(await end_state(w.api, w.namespace))
        w.writes.count_from_here(made.crash)
        await made.scenario.tell(w)
        await w.quiet()
        made.end = await end_state(w.api, w.namespace)
        if made.scenario.leaves != "something new":
            wanted = before if made.scenario.leaves == "what was there" else {"pods": {}}
            made.wrong += [f"left over: {what}" for what in differences(wanted, serving(made.end))]
    finally:
        made.writes, made.crashed_at = list(w.writes.done), w.writes.crashed_at
        made.wrong += w.promises.broken
        made.wrong += [f"{n} requests lost: {what}" for what, n in sorted(w.traffic.lost.items())]
    made.wrong += _restarted(made.scenario, w) + _unearned(made.scenario, w)


def _restarted(scenario: Scenario, w: World) -> list[str]:
    ended = (p for p in w.around.ended_pods if p.deployment.startswith("front-") and p.version in scenario.stays)
    return [f"pod {p.name} of {p.version} was ended" for p in ended]


def _unearned(scenario: Scenario, w: World) -> list[str]:
    return [
        f"{version} was held at {percent} % for {held_s:.1f} s of {HOLD_S} s"
        for version in sorted(scenario.earns)
        for percent in STEPS_PERCENT
        # The traffic looks 20 times a second: it may see a step begin or end a moment late.
        if (held_s := w.traffic.held_s[version, percent]) < HOLD_S - 0.15
    ]
