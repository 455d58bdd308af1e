"""What goes wrong around a release: nothing that serves is touched, and the way back is always open."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from dev.cluster.home import Home
from tests.e2e import fairlead
from tests.e2e.shop import Shop
from tests.until import until

BAD = {"ERROR_RATIO": "0.5", "ERROR_RATIO_AFTER_REQUESTS": "60"}


def test_the_operator_is_killed_again_and_again_in_one_release(shop: Shop, load) -> None:
    v1, v2 = shop.version("v1"), shop.version("v2")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    client = load(shop.namespace.host, paths="/,/cart")
    shop.apply(v2)
    shop.wait(2, "Shifting")

    pods = shop.snapshot().pods[v2.copy("front")]
    for _ in range(20):
        fairlead.kill(shop.namespace.kubectl)
        until("the operator is back", lambda: fairlead.is_ready(shop.namespace.kubectl), 60)

    shop.wait(2, "Promoted", within_s=180)
    after = shop.snapshot()
    assert pods <= after.pods[v2.copy("front")], "a pod of the candidate was restarted"
    assert client.stop().lost == 0


def test_a_stable_pod_that_cannot_be_scheduled_does_not_hold_back_the_way_back(shop: Shop, load) -> None:
    v1, bad = shop.version("v1"), shop.version("v3", **BAD)
    shop.apply(v1)
    shop.wait(1, "Promoted")
    client = load(shop.namespace.host, paths="/,/cart")
    shop.apply(bad)
    shop.wait(2, "Shifting")
    stable = f"front-{v1.copy('front')}"
    kubectl = shop.namespace.kubectl
    kubectl("cordon", "node")
    try:
        shop.namespace.patch("deployment", stable, {"spec": {"replicas": 3}})
        until("a pod that waits for a node", lambda: _waits_for_a_node(shop))
        shop.wait(2, "RolledBack")
    finally:
        kubectl("uncordon", "node")

    assert client.stop().lost == 0
    assert shop.snapshot().backends == ({"cart": 1}, {"front": 1})


def _waits_for_a_node(shop: Shop) -> bool:
    pods = shop.namespace.list("pods")
    return any(c["reason"] == "Unschedulable" for p in pods for c in p["status"].get("conditions", []) if "reason" in c)


def test_a_weight_that_is_edited_by_hand_is_set_right(shop: Shop, load) -> None:
    v1, v2 = shop.version("v1"), shop.version("v2")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    load(shop.namespace.host, rate=20, paths="/,/cart")
    shop.apply(v2)
    shop.wait(2, "Shifting", 5)
    wanted = shop.snapshot().backends
    rules = shop.namespace.get("httproute", "shop")["spec"]["rules"]
    rules[1]["backendRefs"][0]["weight"], rules[1]["backendRefs"][1]["weight"] = 1, 99

    shop.namespace.patch("httproute", "shop", {"spec": {"rules": rules}})

    until("the weight is right again", lambda: shop.snapshot().backends == wanted, 10)
    shop.namespace(
        "patch", "release.fairlead.dev", "shop-2", "--type=merge", "--patch", '{"spec":{"requested":"Rollback"}}'
    )
    shop.wait(2, "RolledBack")


def test_an_image_that_cannot_be_pulled_never_gets_traffic(shop: Shop) -> None:
    shop.apply(shop.version("v1"))
    shop.wait(1, "Promoted")
    before = shop.snapshot()
    broken = shop.version("v2")
    broken.component["spec"]["release"]["progressDeadlineSeconds"] = 10
    for manifest in broken.component["spec"]["source"]["inline"]:
        if manifest["metadata"]["name"] == "front" and manifest["kind"] == "Deployment":
            manifest["spec"]["template"]["spec"]["containers"][0]["image"] = "docker.io/fairlead/absent:1"

    shop.apply(broken)

    ended = shop.wait(2, "RolledBack")
    assert ended["status"]["because"]["reason"] == "ProgressDeadlineExceeded"
    assert "ErrImageNeverPull" in ended["status"]["because"]["message"]
    assert shop.snapshot() == before


def test_missing_rights_are_told_before_the_first_write(shop: Shop) -> None:
    shop.namespace("delete", "rolebinding", "--all")

    shop.apply(shop.version("v1"))

    told = until("the condition", lambda: shop.condition("Progressing"))
    assert told["reason"] == "MissingRights"
    assert "spec.serviceAccountName: shop-deployer may not" in told["message"]
    assert shop.release(1) == {}
    assert shop.snapshot().deployments == {}
    shop.grant()
    shop.wait(1, "Promoted", within_s=60)


def test_a_route_that_does_not_exist_is_told_before_the_first_write(shop: Shop) -> None:
    version = shop.version("v1")
    version.component["spec"]["traffic"]["httpRoutes"] = ["shp"]

    shop.apply(version)

    told = until("the condition", lambda: shop.condition("Progressing"))
    assert told["reason"] == "RouteNotFound"
    assert "spec.traffic.httpRoutes: shp" in told["message"]
    assert shop.release(1) == {}


def test_a_component_that_is_deleted_takes_its_objects_with_it(shop: Shop) -> None:
    shop.apply(shop.version("v1"))
    shop.wait(1, "Promoted")

    shop.remove()

    left = shop.snapshot()
    assert (left.deployments, left.selectors, left.backends) == ({}, {}, ())


def test_a_minute_without_the_api_server_delays_a_release_and_loses_nothing(shop: Shop, load) -> None:
    v1, v2 = shop.version("v1"), shop.version("v2")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    client = load(shop.namespace.host, paths="/,/cart")
    shop.apply(v2)
    shop.wait(2, "Shifting", 5)
    pods = shop.snapshot().pods

    with the_api_server_asleep():
        client.wait_for_requests(12_000, within_s=120)

    shop.wait(2, "Promoted", within_s=180)
    after = shop.snapshot().pods
    assert pods[v2.copy("front")] <= after[v2.copy("front")], "a pod of the candidate was restarted"
    assert client.stop().lost == 0


@contextmanager
def the_api_server_asleep() -> Iterator[None]:
    """Stop the API server's process; its connections stay open and silent, which is worse than closed ones."""
    pid = next(d.identity.pid for d in Home("local").processes.all() if "apiserver" in d.name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
