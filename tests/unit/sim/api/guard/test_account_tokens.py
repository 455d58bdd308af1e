import random
from typing import Any

import pytest

from fairlead.sim.api.guard.account_token import ISSUER, LEEWAY_S, AccountTokens, Refused

BEGUN_S = 1_800_000_000.0
OBJECTS = {
    ("serviceaccounts", "n", "sa"): {"metadata": {"name": "sa", "uid": "u"}},
    ("pods", "n", "p"): {"metadata": {"name": "p", "uid": "v"}},
}
ACCOUNT = {"serviceaccount": {"name": "sa", "uid": "u"}}


class World:
    def __init__(self) -> None:
        self.now_s = BEGUN_S
        self.objects: dict[tuple[str, str, str], dict[str, Any]] = dict(OBJECTS)
        self.tokens = self.server(seed=1)

    def server(self, seed: int) -> AccountTokens:
        return AccountTokens(lambda *key: self.objects.get(key), lambda: self.now_s, random.Random(seed))

    def issue(self, **about: dict[str, str]) -> str:
        return self.tokens.issue("n", [ISSUER], 600, {**ACCOUNT, **about})


def test_a_token_expires_a_minute_after_its_time():
    world = World()
    token = world.issue()
    world.now_s += 600 + LEEWAY_S
    assert world.tokens.holder(token) is not None
    world.now_s += 1
    with pytest.raises(Refused, match="service account token has expired"):
        world.tokens.holder(token)


def test_a_token_of_another_server_is_refused():
    world = World()
    with pytest.raises(Refused, match="cryptographic"):
        world.server(seed=2).holder(world.issue())


def test_a_pod_that_is_ending_keeps_its_token_until_it_has_ended():
    world = World()
    token = world.issue(pod={"name": "p", "uid": "v"})
    world.objects["pods", "n", "p"] = {
        "metadata": {"name": "p", "uid": "v", "deletionTimestamp": "2027-01-15T08:00:30Z"}
    }
    assert world.tokens.holder(token) is not None
    world.now_s += 30 + LEEWAY_S + 1
    with pytest.raises(Refused, match="invalidated"):
        world.tokens.holder(token)


def test_the_same_seed_gives_the_same_token():
    assert World().issue() == World().issue()


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "a.e30.c", "a.W10.c", "é.é.é", "..", "a.bnVsbA.c"])
def test_what_is_no_token_has_no_holder(text: str):
    assert World().tokens.holder(text) is None
