"""Commands are carried out in their order, as the Component's account, and what is refused is told."""

import pytest

from fairlead.controllers.carry_out import Hands, Obstacle
from fairlead.core.release.commands import Apply, PatchService, Remove
from fairlead.kube.errors import Conflict
from tests.unit.controllers.api import DEPLOYER, api, stored, writes

SWITCH = PatchService(service="front", operations=({"op": "test", "path": "/metadata/resourceVersion", "value": "6"},))
BRING = Apply(objects=(stored("Service", "front-a"), stored("Service", "front-b")))


async def test_commands_are_carried_out_in_their_order_as_the_account():
    async with api() as (server, cluster):
        hands = Hands(cluster, "shop", "shop")
        await hands.carry_out([BRING, SWITCH], user=DEPLOYER, way_back=False)

    assert writes(server) == [("PATCH", name, DEPLOYER) for name in ("front-a", "front-b", "front")]
    assert hands.applied == {o.key for o in BRING.objects}


async def test_a_conflict_ends_the_list():
    async with api(refused={("PATCH", DEPLOYER): 409}) as (server, cluster):
        with pytest.raises(Conflict):
            await Hands(cluster, "shop", "shop").carry_out([SWITCH, BRING], user=DEPLOYER, way_back=False)

    assert writes(server) == [("PATCH", "front", DEPLOYER)]


async def test_going_forward_a_lost_right_is_an_obstacle():
    async with api(refused={("PATCH", DEPLOYER): 403}) as (server, cluster):
        with pytest.raises(Obstacle) as told:
            await Hands(cluster, "shop", "shop").carry_out([SWITCH], user=DEPLOYER, way_back=False)

    assert told.value.reason.reason == "MissingRights"
    assert writes(server) == [("PATCH", "front", DEPLOYER)]


async def test_going_back_fairlead_moves_traffic_with_its_own_rights_where_the_account_lost_them():
    async with api(refused={("PATCH", DEPLOYER): 403}) as (server, cluster):
        await Hands(cluster, "shop", "shop").carry_out([SWITCH], user=DEPLOYER, way_back=True)

    assert writes(server) == [("PATCH", "front", DEPLOYER), ("PATCH", "front", "")]


async def test_going_back_fairlead_applies_nothing_with_its_own_rights():
    async with api(refused={("PATCH", DEPLOYER): 403}) as (server, cluster):
        with pytest.raises(Obstacle):
            await Hands(cluster, "shop", "shop").carry_out([BRING], user=DEPLOYER, way_back=True)

    assert writes(server) == [("PATCH", "front-a", DEPLOYER)]


async def test_what_is_secret_is_not_told_when_it_is_refused():
    command = Apply(objects=(stored("Secret", "key"),))
    async with api(refused={("PATCH", DEPLOYER): 422}) as (_, cluster):
        with pytest.raises(Obstacle) as told:
            await Hands(cluster, "shop", "shop").carry_out([command], user=DEPLOYER, way_back=False)

    assert told.value.reason.message.startswith("Secret key: ")
    assert "s3cret" not in told.value.reason.message


async def test_what_is_not_the_components_is_neither_replaced_nor_removed():
    theirs = {"metadata": {"name": "front-a", "labels": {"fairlead.dev/component": "cart"}, "resourceVersion": "7"}}
    async with api({"/api/v1/namespaces/shop/services/front-a": theirs}) as (server, cluster):
        hands = Hands(cluster, "shop", "shop")
        with pytest.raises(Obstacle) as told:
            await hands.carry_out([BRING], user=DEPLOYER, way_back=False)
        await hands.carry_out([Remove(objects=BRING.objects[:1])], user=DEPLOYER, way_back=False)

    assert told.value.reason.reason == "NotOurs"
    assert writes(server) == []
    assert hands.removed == {BRING.objects[0].key}
