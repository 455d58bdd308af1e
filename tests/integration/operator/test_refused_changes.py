"""Changes that cannot be released without a loss are told before anything is written."""

from tests.crash.shop import component
from tests.integration.operator.conftest import Shop

ROLE = "eks.amazonaws.com/role-arn"


async def test_an_account_that_becomes_somebody_else_begins_no_release(shop: Shop):
    def wanted(version: str, role: str):
        made = component(shop.namespace, version)
        metadata = {"name": "front", "annotations": {ROLE: role}}
        made["spec"]["source"]["inline"].append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        return made

    await shop.api.create("components", shop.namespace, wanted("v1", "reader"))
    await shop.world.ended(1, "Promoted")

    await shop.api.patch("components", shop.namespace, "shop", {"spec": wanted("v2", "writer")["spec"]})

    told = await shop.told("Refused")
    assert f"ServiceAccount front: metadata.annotations: {ROLE}=writer" in told["message"]
    assert await shop.names("releases") == ["shop-1"]
