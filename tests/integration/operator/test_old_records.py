"""Revisions that nothing names go, and those in use stay, whoever wants to remove them.

Nobody collects garbage here: that Secrets go with their Revision is seen by whom they name as their owner.
"""

from fairlead.core.revision.render import render
from tests.crash.api import Object
from tests.crash.shop import component
from tests.integration.operator.conftest import Shop


def record(name: str, **metadata: object) -> Object:
    spec = {"component": "shop", "inputsDigest": "0" * 64, "rewriting": 1, "inventory": [], "chunks": [f"{name}.0"]}
    kind = {"apiVersion": "fairlead.dev/v1alpha1", "kind": "Revision"}
    return {**kind, "metadata": {"name": name, "finalizers": ["fairlead.dev/revision"], **metadata}, "spec": spec}


async def serving(shop: Shop) -> str:
    """Bring v1 up, and return its Revision."""
    await shop.world.want("v1")
    await shop.world.ended(1, "Promoted")
    return await shop.stable()


def revision_of_v1(shop: Shop) -> str:
    """Return the name of the Revision that v1 will have."""
    manifests = component(shop.namespace, "v1")["spec"]["source"]["inline"]
    revision = render(manifests, component="shop", namespace=shop.namespace).revision
    assert revision is not None
    return revision.name


async def test_a_revision_that_no_release_names_goes_and_its_secrets_with_it(shop: Shop):
    stable = await serving(shop)
    old = record("shop-old", annotations={"fairlead.dev/release": "shop-1"})
    await shop.api.create("revisions", shop.namespace, old)

    await shop.is_gone("revisions", "shop-old")

    assert await shop.names("revisions") == [stable]
    uid = (await shop.get("revisions", stable))["metadata"]["uid"]
    secrets = await shop.api.list("secrets", shop.namespace)
    owners = {s["metadata"]["name"]: [r["uid"] for r in s["metadata"]["ownerReferences"]] for s in secrets}
    assert owners == {f"{stable}.0": [uid]}


async def test_a_revision_in_use_outlives_its_deletion_until_it_is_not_used(shop: Shop):
    first = await serving(shop)
    await shop.api.delete("revisions", shop.namespace, first)
    shop.world.traffic.flows = True
    await shop.world.want("v2")

    await shop.world.ended(2, "Promoted")

    assert await shop.names("revisions") == sorted([first, await shop.stable()]), "the way back is kept"
    for name in ("shop-1", "shop-2"):
        await shop.api.delete("releases", shop.namespace, name)
    await shop.is_gone("revisions", first)
    assert await shop.names("revisions") == [await shop.stable()]


async def test_what_goes_with_an_older_revision_of_the_same_name_is_waited_for(shop: Shop):
    await shop.operator.kill()
    revision = revision_of_v1(shop)
    owner = {"apiVersion": "fairlead.dev/v1alpha1", "kind": "Revision", "name": revision, "uid": "gone"}
    secret = {"metadata": {"name": f"{revision}.0", "ownerReferences": [owner]}, "data": {"manifests": ""}}
    await shop.api.create("secrets", shop.namespace, secret)
    await shop.world.want("v1")
    await shop.operator.start()

    told = await shop.told("LeftOver")
    assert f"Secret {revision}.0 from before is being removed" in told["message"]
    assert await shop.names("releases") == []

    await shop.api.delete("secrets", shop.namespace, f"{revision}.0")
    await shop.world.ended(1, "Promoted")
    assert await shop.stable() == revision


async def test_a_secret_of_somebody_else_in_the_place_of_a_part_is_named(shop: Shop):
    await shop.operator.kill()
    revision = revision_of_v1(shop)
    await shop.api.create("secrets", shop.namespace, {"metadata": {"name": f"{revision}.0"}, "data": {}})
    await shop.world.want("v1")
    await shop.operator.start()

    told = await shop.told("NotOurs")

    assert f"Secret {revision}.0 is there already and is no part of Revision {revision}" in told["message"]


async def test_a_revision_that_another_version_did_not_store_to_the_end_is_begun_anew(shop: Shop):
    await shop.operator.kill()
    revision = revision_of_v1(shop)
    await shop.api.create("revisions", shop.namespace, record(revision, finalizers=[]))
    await shop.world.want("v1")
    await shop.operator.start()

    await shop.world.ended(1, "Promoted")

    assert (await shop.get("revisions", revision))["spec"]["inventory"]


async def test_revisions_are_let_go_with_their_component(shop: Shop):
    stable = await serving(shop)
    await shop.api.delete("components", shop.namespace, "shop")
    await shop.world.gone()

    assert "finalizers" not in (await shop.get("revisions", stable))["metadata"]


async def test_a_revision_of_a_component_that_is_gone_is_not_held(shop: Shop):
    await shop.operator.kill()
    await shop.api.create("revisions", shop.namespace, record("shop-left"))
    await shop.api.delete("revisions", shop.namespace, "shop-left")
    await shop.operator.start()

    await shop.is_gone("revisions", "shop-left")


async def test_a_revision_whose_secret_was_deleted_is_stored_again_from_its_manifests(shop: Shop):
    stable = await serving(shop)
    await shop.api.delete("secrets", shop.namespace, f"{stable}.0")
    await shop.world.want("v2")
    told = await shop.told("RevisionMissing")
    assert "apply the Component with its manifests" in told["message"]

    await shop.world.want("v1")
    await shop.told("AtRest")
    assert await shop.names("secrets") == [f"{stable}.0"]

    shop.world.traffic.flows = True
    await shop.world.want("v2")
    await shop.world.ended(2, "Promoted")
