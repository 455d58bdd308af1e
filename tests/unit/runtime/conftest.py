import random
from collections.abc import AsyncIterator

import pytest

from fairlead.kube.client import Client
from tests.unit.runtime.fake_clock import FakeClock
from tests.unit.runtime.tiny_api import TinyApi, serving


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def rng() -> random.Random:
    return random.Random(1)


@pytest.fixture
def api() -> TinyApi:
    return TinyApi()


@pytest.fixture
async def client(api: TinyApi, rng: random.Random) -> AsyncIterator[Client]:
    async with serving(api) as config, Client(config, rng) as client:
        yield client
