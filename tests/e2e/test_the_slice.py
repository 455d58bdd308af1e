"""The slice on the real node: which objects exist at each moment of a release, and which pods never change."""

from tests.e2e.shop import Shop, Version


def rest(version: Version) -> dict:
    """What exists while nothing is under way."""
    front, cart = version.copy("front"), version.copy("cart")
    return {
        "deployments": {f"front-{front}": 2, f"cart-{cart}": 2},
        "selectors": {"front": front, "cart": cart},
        "backends": ({"cart": 1}, {"front": 1}),
    }


def seen(snapshot) -> dict:
    return {
        "deployments": snapshot.deployments,
        "selectors": snapshot.selectors,
        "backends": snapshot.backends,
    }


def shared(stable: str, candidate: str, service: str, weight_percent: int) -> dict:
    return {f"{service}-{stable}": 100 - weight_percent, f"{service}-{candidate}": weight_percent}


def test_a_release_from_rest_to_rest(shop: Shop, load) -> None:
    v1, v2 = shop.version("v1"), shop.version("v2")
    old, new, cart = v1.copy("front"), v2.copy("front"), v1.copy("cart")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    at_rest = shop.snapshot()
    assert seen(at_rest) == rest(v1)

    client = load(shop.namespace.host, paths="/,/cart")
    shop.apply(v2)

    shop.wait(2, "Shifting", 5)
    at_5 = shop.snapshot()
    assert at_5.deployments == {f"front-{old}": 2, f"front-{new}": 1, f"cart-{cart}": 2}
    assert at_5.selectors == {"front": old, f"front-{old}": old, f"front-{new}": new, "cart": cart}
    assert at_5.backends == ({"cart": 1}, shared(old, new, "front", 5))

    shop.wait(2, "Shifting", 50)
    at_50 = shop.snapshot()
    assert at_50.deployments == at_5.deployments
    assert at_50.selectors == at_5.selectors
    assert at_50.backends == ({"cart": 1}, shared(old, new, "front", 50))

    shop.wait(2, "Watching", 100)
    promoted = shop.snapshot()
    assert promoted.deployments == {f"front-{old}": 2, f"front-{new}": 2, f"cart-{cart}": 2}
    assert promoted.selectors == at_5.selectors | {"front": new}
    assert promoted.backends == ({"cart": 1}, shared(old, new, "front", 100))

    shop.wait(2, "Promoted")
    over = shop.snapshot()
    assert seen(over) == rest(v2)
    assert over.config_maps == at_rest.config_maps

    assert at_rest.pods[cart] == over.pods[cart], "a workload that did not change was touched"
    assert at_rest.pods[old] == promoted.pods[old], "stable's pods changed before the end of the watch"
    assert at_5.pods[new] <= at_50.pods[new] <= promoted.pods[new] == over.pods[new], "promotion restarted a pod"
    summary = client.stop()
    assert summary.lost == 0, summary


def test_a_release_that_goes_back_while_a_newer_version_arrives(shop: Shop, load) -> None:
    v1, v3, v4 = shop.version("v1"), shop.version("v3", ERROR_RATIO="0.3"), shop.version("v4", config="USD")
    old, bad = v1.copy("front"), v3.copy("front")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    at_rest = shop.snapshot()
    client = load(shop.namespace.host, paths="/,/cart")

    shop.apply(v3)
    shop.wait(2, "Shifting")
    shop.apply(v4)

    went_back = shop.wait(2, "RolledBack")
    assert went_back["status"]["because"]["reason"] in ("CheckFailed", "Superseded")
    shop.wait(3, "Shifting", 5)
    under_way = shop.snapshot()
    assert under_way.pods[old] == at_rest.pods[old]
    assert not any(bad in name for name in (*under_way.deployments, *under_way.selectors))
    assert len(under_way.config_maps) == 2
    for name in ("front", "cart"):
        before, after = v1.copy(name), v4.copy(name)
        assert under_way.selectors[name] == before
        assert shared(before, after, name, 5) in under_way.backends

    shop.wait(3, "Promoted")
    assert seen(shop.snapshot()) == rest(v4)
    assert client.stop().lost == 0


def test_a_bad_version_at_half_of_the_traffic_goes_back_to_the_same_pods(shop: Shop, load) -> None:
    v1 = shop.version("v1")
    v3 = shop.version("v3", ERROR_RATIO="0.5", ERROR_RATIO_AFTER_REQUESTS="60")
    shop.apply(v1)
    shop.wait(1, "Promoted")
    at_rest = shop.snapshot()
    client = load(shop.namespace.host, paths="/,/cart")

    shop.apply(v3)
    ended = shop.wait(2, "RolledBack")

    back = shop.snapshot()
    assert seen(back) == rest(v1)
    assert back.pods == at_rest.pods
    assert back.config_maps == at_rest.config_maps
    assert ended["status"]["because"]["reason"] == "CheckFailed"
    summary = client.stop()
    assert summary.lost == 0
    assert summary.bad > 0
