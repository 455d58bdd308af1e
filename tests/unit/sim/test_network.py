"""The network of a simulation, as an adapter sees it."""

import pytest

from fairlead.adapters.http.get import Got, NoAnswer
from fairlead.adapters.metrics.scrape import ScrapeFailed, scrape
from fairlead.adapters.traffic.ask import Question, ask
from fairlead.sim.network import Network

METRICS = b'http_requests_total{code="200",path="/a"} 9\n'


def _pod(path: str) -> Got:
    return Got(200, {"x-version": "v1"}, METRICS if path == "/metrics" else b"hello")


async def test_who_listens_is_scraped_and_asked():
    network = Network()
    port = await network.listen("10.0.0.1", 0, _pod)

    scraped = await scrape(network, f"http://10.0.0.1:{port}/metrics", frozenset())
    told = await ask(network, Question(url=f"http://10.0.0.1:{port}/", version_header="X-Version"), 3, 1.0)

    assert scraped.requests == 9
    assert told == {"v1": 3}


async def test_nobody_is_reached_who_does_not_listen_any_more():
    network = Network()
    await network.listen("10.0.0.1", 80, _pod)
    await network.close("10.0.0.1", 80)

    with pytest.raises(ScrapeFailed) as failed:
        await scrape(network, "http://10.0.0.1/metrics", frozenset())
    told = await ask(network, Question(url="http://10.0.0.1/", version_header="X-Version"), 1, 1.0)

    assert failed.value.kind == "Refused"
    assert told == {"": 1}


async def test_a_body_is_cut_at_what_was_asked_for():
    network = Network()
    await network.listen("10.0.0.1", 80, _pod)

    with pytest.raises(ScrapeFailed) as failed:
        await scrape(network, "http://10.0.0.1/metrics", frozenset(), max_bytes=5)
    got = await network("http://10.0.0.1/", {}, timeout_s=1.0, max_bytes=5)

    assert failed.value.kind == "TooLarge"
    assert (got.body, got.is_whole) == (b"hello", True)
    with pytest.raises(NoAnswer):
        await network("http://10.0.0.2/", {}, timeout_s=1.0, max_bytes=5)
