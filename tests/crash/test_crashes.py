"""A Fairlead that dies at any write, and comes back, ends in the same place: as a process, on a real API server.

`make crash` kills it before and after every single write of every scenario. Here it dies after a few of them;
test_in_process.py tries many more, in virtual time.
"""

from pathlib import Path

import pytest

from tests.crash.api import Api
from tests.crash.run import run
from tests.crash.scenarios import BAD, GOOD, REMOVED, Scenario
from tests.crash.sweep import sweep, told
from tests.crash.writes import Crash

#: After every how many writes of a scenario the operator dies here.
EVERY = {REMOVED: 3, BAD: 10, GOOD: 14}


@pytest.mark.parametrize("scenario", EVERY, ids=lambda s: s.name)
async def test_it_ends_in_the_same_place_wherever_it_was_killed(scenario: Scenario, api: Api, tmp_path: Path):
    undisturbed, runs = await sweep(api, scenario, tmp_path, every=EVERY[scenario], sides=("after",))

    assert told(undisturbed, runs) == []
    # How many writes there are differs by one or two: what is seen in time is written once.
    missed = [r for r in runs if not r.crashed_at]
    assert len(missed) <= 1 < len(runs), "too few runs came to their crash"


async def test_it_ends_in_the_same_place_with_a_lease_that_the_dead_one_held(api: Api, tmp_path: Path):
    undisturbed = await run(api, BAD, tmp_path, lease=True)

    crashed = await run(api, BAD, tmp_path, Crash(21, "after"), lease=True)

    assert crashed.crashed_at
    assert told(undisturbed, [crashed]) == []
