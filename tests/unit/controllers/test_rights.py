"""What a ServiceAccount lacks is told before anything is written."""

import msgspec

from fairlead.controllers.rights import missing_rights
from tests.unit.controllers.api import DEPLOYER, api, stored


async def test_what_is_lacking_is_told_by_kind_with_its_verbs():
    refused = frozenset({("delete", "services"), ("patch", "services"), ("patch", "httproutes")})
    async with api(lacking=refused) as (_, cluster):
        lacking = await missing_rights(
            cluster.client, cluster.discovery, "shop", DEPLOYER, [stored("Secret", "key")], patches_routes=True
        )

    assert lacking == ["patch, delete services", "patch httproutes.gateway.networking.k8s.io"]


async def test_rights_are_asked_for_as_the_account_itself_and_in_its_namespace_only():
    async with api() as (server, cluster):
        lacking = await missing_rights(cluster.client, cluster.discovery, "shop", DEPLOYER, [], patches_routes=False)

    asked = [a for a in server.asked if a.path.endswith("reviews")]
    attributes = [msgspec.json.decode(a.body)["spec"]["resourceAttributes"] for a in asked]
    assert lacking == []
    assert {a.headers["Impersonate-User"] for a in asked} == {DEPLOYER}
    assert {a["namespace"] for a in attributes} == {"shop"}
    assert {a["resource"] for a in attributes} == {"services", "deployments"}
