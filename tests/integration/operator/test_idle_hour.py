"""After a rollback nothing happens by itself, however long it is waited for."""

from datetime import datetime

from tests.crash.api import until
from tests.integration.operator.conftest import Shop

HOUR_S = 3600
#: As often as the Lease is renewed: it must not be lost because the hour passes faster than requests do.
STEP_S = 5


async def test_an_hour_after_a_rollback_nothing_was_tried_again_until_a_person_asks(shop: Shop):
    await shop.world.want("v1")
    await shop.world.ended(1, "Promoted")
    shop.world.traffic.flows = True
    await shop.world.want("bad")
    await shop.world.ended(2, "RolledBack")
    await shop.world.quiet()
    rejected = (await shop.get("components", "shop"))["status"]["rejected"]
    told = await until("the rollback was told", lambda: events_with(shop, "RolledBack"), 15)
    shop.world.writes.count_from_here(None)
    began_at_s = shop.operator.clock.now_s()

    for number in range(HOUR_S // STEP_S):
        await pass_step(shop, number)

    assert await renewed_at_s(shop) - began_at_s >= HOUR_S - STEP_S, "it did not lead all the time"
    assert await shop.names("releases") == ["shop-1", "shop-2"]
    assert (await shop.get("components", "shop"))["status"]["rejected"] == rejected
    assert shop.world.writes.done == []
    assert await events_with(shop, "RolledBack") == told

    await shop.api.patch("releases", shop.namespace, "shop-2", {"spec": {"requested": "Retry"}})

    await shop.world.ended(3, "RolledBack")
    assert (await shop.get("releases", "shop-3"))["spec"]["toRevision"] == rejected["revision"]


async def pass_step(shop: Shop, number: int) -> None:
    """Let time pass, let somebody change the Component in no way that matters, and wait until both were seen."""
    looks = shop.operator.looks
    renewed_s = await renewed_at_s(shop)
    shop.operator.clock.pass_s(STEP_S)
    await shop.api.patch("components", shop.namespace, "shop", {"metadata": {"labels": {"seen": str(number)}}})

    async def seen() -> bool:
        return shop.operator.looks > looks and await renewed_at_s(shop) > renewed_s

    await until("the Component was looked at, and the Lease renewed", seen, 15, every_s=0.005)


async def renewed_at_s(shop: Shop) -> float:
    lease = await shop.get("leases", "fairlead")
    return datetime.fromisoformat(lease["spec"]["renewTime"]).timestamp()


async def events_with(shop: Shop, reason: str) -> list[str]:
    """Return the names of all events, if one with this reason is among them."""
    events = await shop.api.list("events", shop.namespace)
    return sorted(e["metadata"]["name"] for e in events) if any(e["reason"] == reason for e in events) else []
