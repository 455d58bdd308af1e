"""The sweep is worth something only if it finds two writes in the wrong order."""

from pathlib import Path

from tests.crash.api import Api
from tests.crash.proxy import Crash
from tests.crash.run import run
from tests.crash.scenarios import FIRST, GOOD

MODULE = "tests.crash.wrong_order"


async def test_a_weight_that_is_raised_before_it_is_stored_is_found(api: Api, tmp_path: Path):
    found = await run(api, GOOD, tmp_path, module=(MODULE, "weight_before_status"))

    assert any("20 % on the candidate, stored is Preparing with 0 %" in what for what in found.wrong), found.wrong


async def test_a_service_that_is_removed_before_its_route_returns_is_found(api: Api, tmp_path: Path):
    found = await run(api, GOOD, tmp_path, module=(MODULE, "service_before_route"))

    assert any("requests lost: Service front-" in what for what in found.wrong), found.wrong


async def test_a_release_that_is_created_before_its_revision_is_found_by_a_crash_between_them(api: Api, tmp_path: Path):
    module = (MODULE, "release_before_revision")
    undisturbed = await run(api, FIRST, tmp_path, module=module)
    number = 1 + next(n for n, w in enumerate(undisturbed.writes) if w.path.endswith("/releases"))

    crashed = await run(api, FIRST, tmp_path, Crash(number, "after"), module=module, within_s=10)

    assert undisturbed.wrong == []
    assert any("not within" in what for what in crashed.wrong), crashed.wrong
