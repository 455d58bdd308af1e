"""Releases by the operator, with everything that plays around it in the crash tests."""

from pathlib import Path

from tests.crash.control_plane import connected
from tests.crash.run import run
from tests.crash.scenarios import BAD, GOOD, REMOVED, Scenario

#: Those whose requests have shapes of their own.
SCENARIOS = (GOOD, BAD, REMOVED)


async def session(scenario: Scenario, kubeconfig: Path, folder: Path) -> None:
    """Tell a scenario. The good one is told by an operator that holds a lease."""
    async with connected(kubeconfig) as api:
        made = await run(api, scenario, folder, lease=scenario is GOOD)
    assert made.wrong == [], made.wrong
