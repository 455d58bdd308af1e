"""Recorded traffic of kubectl, helm and the operator: every shape of a request is a case.

Each recording is replayed whole and in order on both servers, so that every request meets the state it needs. A case
is all requests of one shape in all recordings. `python -m tests.contract.api.recording` makes them anew.
"""

from collections.abc import Iterator

import pytest

from tests.cluster import control_plane
from tests.contract.api.real import Real
from tests.contract.api.recording.prepare import prepare
from tests.contract.api.recording.replay import Replay
from tests.contract.api.recording.shape import shape
from tests.contract.api.recording.taken import FOLDER, read
from tests.contract.api.simulated import Simulated

RECORDINGS = {file.name.partition(".")[0]: read(file) for file in sorted(FOLDER.glob("*.jsonl.gz"))}
SHAPES = list(dict.fromkeys(shape(request) for requests in RECORDINGS.values() for request in requests))


@pytest.fixture(scope="module")
def replayed() -> Iterator[dict[str, list[str]]]:
    """What was not alike, by shape. No other case has written to these servers."""
    with control_plane("recorded") as kubeconfig:
        servers = Real(kubeconfig), Simulated()
        prepare(Replay(*servers))
        found: dict[str, list[str]] = {of: [] for of in SHAPES}
        for name, requests in RECORDINGS.items():
            for of, differences in Replay(*servers).run(requests).items():
                found[of] += [f"in {name}: {difference}" for difference in differences]
        servers[0].close()
        yield found


@pytest.mark.parametrize("of", SHAPES)
def test_a_recorded_request_is_answered_alike(of: str, replayed: dict[str, list[str]]) -> None:
    assert not replayed[of], "\n\n".join(replayed[of])
