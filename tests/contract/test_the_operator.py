"""The operator does on the API in memory and in virtual time what it does on the real one, as a process.

The same requests, and the same objects.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import in_process
from tests.crash.control_plane import connected, control_plane
from tests.crash.end_state import differences
from tests.crash.run import Run, run
from tests.crash.scenarios import BAD, GOOD, REMOVED, Scenario


def requests(made: Run) -> set[tuple[str, str]]:
    """The writes that were done, as kinds of writes: how often a status is told depends on the hour."""
    return {(w.verb, w.path.replace(made.namespace, "NAMESPACE")) for w in made.writes if w.status < 400}


@pytest.fixture(scope="module")
def real() -> Iterator[Path]:
    with control_plane() as kubeconfig:
        yield kubeconfig


@pytest.mark.parametrize("scenario", [GOOD, BAD, REMOVED], ids=lambda s: s.name)
async def test_a_scenario_has_the_same_requests_and_the_same_end(
    scenario: Scenario, real: Path, tmp_path: Path
) -> None:
    async with connected(real) as there:
        on_the_real_one = await run(there, scenario, tmp_path)
    on_ours = await asyncio.to_thread(in_process.run, scenario)

    assert (on_the_real_one.wrong, on_ours.wrong) == ([], [])
    assert requests(on_ours) == requests(on_the_real_one)
    assert differences(on_the_real_one.end, on_ours.end) == []
