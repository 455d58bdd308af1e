"""Workloads that stable does not have under their name: nothing of the same name can be compared with them."""

from copy import deepcopy

from tests.crash.api import Object
from tests.crash.shop import component
from tests.integration.operator.conftest import Shop


def manifest(wanted: Object, kind: str, name: str) -> Object:
    manifests: list[Object] = wanted["spec"]["source"]["inline"]
    return next(m for m in manifests if m["kind"] == kind and m["metadata"]["name"] == name)


async def release(shop: Shop, wanted: Object) -> None:
    shop.world.traffic.flows = True
    await shop.api.patch("components", shop.namespace, "shop", {"spec": wanted["spec"]})
    await shop.world.ended(2, "Promoted")


async def test_a_new_workload_with_a_route_is_promoted(shop: Shop):
    await shop.world.want("v1")
    await shop.world.ended(1, "Promoted")
    wanted = component(shop.namespace, "v2")
    for kind in ("Deployment", "Service"):
        added = deepcopy(manifest(wanted, kind, "front"))
        added["metadata"]["name"] = "search"
        if kind == "Deployment":
            added["spec"]["selector"]["matchLabels"] = {"app": "search"}
            added["spec"]["template"]["metadata"]["labels"] = {"app": "search"}
        else:
            added["spec"]["selector"] = {"app": "search"}
        wanted["spec"]["source"]["inline"].append(added)
    rules = manifest(wanted, "HTTPRoute", "shop")["spec"]["rules"]
    path = {"path": {"type": "PathPrefix", "value": "/search"}}
    rules.append({"matches": [path], "backendRefs": [{"name": "search", "port": 80}]})

    await release(shop, wanted)

    evidence = {e["workload"]: e for e in (await shop.world.status(2))["evidence"]}
    assert evidence["search"]["candidate"]["requests"] > 0, "its pods were not read"
    assert evidence["front"]["stable"]["requests"] > 0


async def test_a_workload_that_is_renamed_is_compared_with_the_one_that_it_replaces(shop: Shop):
    await shop.world.want("v1")
    await shop.world.ended(1, "Promoted")
    wanted = component(shop.namespace, "v2")
    manifest(wanted, "Deployment", "front")["metadata"]["name"] = "web"

    await release(shop, wanted)

    evidence = {e["workload"]: e for e in (await shop.world.status(2))["evidence"]}
    assert evidence["web"]["stable"]["requests"] > 0
    assert evidence["web"]["candidate"]["requests"] > 0
