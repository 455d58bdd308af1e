"""The sweep is worth something only if it finds two writes in the wrong order."""

from pathlib import Path

from tests.crash.api import Api
from tests.crash.proxy import Crash
from tests.crash.run import run
from tests.crash.scenarios import BAD, GOOD

MODULE = "tests.crash.wrong_order"


async def test_a_weight_that_is_raised_before_it_is_stored_is_found(api: Api, tmp_path: Path):
    found = await run(api, GOOD, tmp_path, module=(MODULE, "weight_before_status"))

    assert any("20 % on the candidate, stored is Preparing with 0 %" in what for what in found.wrong), found.wrong


async def test_a_service_that_is_removed_before_its_route_returns_is_found(api: Api, tmp_path: Path):
    found = await run(api, GOOD, tmp_path, module=(MODULE, "service_before_route"))

    assert any("requests lost: Service front-" in what for what in found.wrong), found.wrong


async def test_a_release_that_ends_before_what_it_brought_is_removed_is_found_by_a_crash_between_them(
    api: Api, tmp_path: Path
):
    module = (MODULE, "end_before_removal")
    undisturbed = await run(api, BAD, tmp_path, module=module)
    removal = next(n for n, w in enumerate(undisturbed.writes, 1) if w.verb == "DELETE" and "/deployments/" in w.path)

    crashed = await run(api, BAD, tmp_path, Crash(removal, "before"), module=module)

    assert undisturbed.wrong == []
    assert any("left over: deployments/front-" in what for what in crashed.wrong), crashed.wrong
