"""The sweep is worth something only if it finds two writes in the wrong order; test_in_process.py tries all of them."""

from pathlib import Path

from tests.crash.api import Api
from tests.crash.run import run
from tests.crash.scenarios import BAD
from tests.crash.writes import Crash

MODULE = "tests.crash.wrong_order"


async def test_a_release_that_ends_before_what_it_brought_is_removed_is_found_by_a_crash_between_them(
    api: Api, tmp_path: Path
):
    module = (MODULE, "end_before_removal")
    undisturbed = await run(api, BAD, tmp_path, module=module)
    removal = next(n for n, w in enumerate(undisturbed.writes, 1) if w.verb == "DELETE" and "/deployments/" in w.path)

    crashed = await run(api, BAD, tmp_path, Crash(removal, "before"), module=module)

    assert undisturbed.wrong == []
    assert any("left over: deployments/front-" in what for what in crashed.wrong), crashed.wrong
