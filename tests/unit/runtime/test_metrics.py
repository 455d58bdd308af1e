"""What the runtime tells of itself."""

import pytest

from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.errors import NotFound
from fairlead.kube.resource import Resource
from fairlead.runtime.metrics import Metrics
from tests.unit.runtime.tiny_api import serving

THINGS = Resource("example.com", "v1", "things", "Thing")


async def test_requests_are_counted_by_resource_and_answer(api, rng):
    metrics = Metrics()
    api.put("a")

    async with serving(api) as config, Client(config, rng, metrics.requested) as client:
        await verbs.get(client, THINGS, "x", "a", dict)
        await verbs.list_all(client, THINGS, dict)
        with pytest.raises(NotFound):
            await verbs.get(client, THINGS, "x", "b", dict)

    for code, times in (("200", 2), ("404", 1)):
        labels = {"method": "GET", "resource": "things", "code": code}
        assert metrics.registry.get_sample_value("rest_client_requests_total", labels) == times
