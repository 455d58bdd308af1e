"""What the verbs promise, by the word of a real API server."""

from typing import Any

import pytest
from msgspec import Struct

from fairlead.kube import verbs
from fairlead.kube.discovery import Discovery, UnknownKind
from fairlead.kube.errors import AlreadyExists, BadRequest, Conflict, Forbidden, Invalid, NotFound
from fairlead.kube.resource import Resource

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")
SERVICES = Resource("", "v1", "services", "Service")


class Meta(Struct, rename="camel", frozen=True):
    name: str
    uid: str
    resource_version: str = ""


class ConfigMap(Struct, frozen=True):
    metadata: Meta
    data: dict[str, str] = {}


def config_map(name: str = "settings", **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


async def test_what_another_manager_owns_is_a_conflict_that_names_the_field_unless_it_is_forced(client, namespace):
    await verbs.apply(client, CONFIG_MAPS, namespace, config_map(colour="red"), ConfigMap, field_manager="them")

    with pytest.raises(Conflict, match="them") as refused:
        await verbs.apply(client, CONFIG_MAPS, namespace, config_map(colour="blue"), ConfigMap, field_manager="us")
    assert [cause.field for cause in refused.value.causes] == [".data.colour"]

    forced = await verbs.apply(
        client, CONFIG_MAPS, namespace, config_map(colour="blue"), ConfigMap, field_manager="us", force=True
    )
    assert forced.data == {"colour": "blue"}


async def test_a_dry_run_answers_and_writes_nothing(client, namespace):
    told = await verbs.apply(
        client, CONFIG_MAPS, namespace, config_map(colour="red"), ConfigMap, field_manager="us", dry_run=True
    )

    assert told.data == {"colour": "red"}
    with pytest.raises(NotFound):
        await verbs.get(client, CONFIG_MAPS, namespace, "settings", ConfigMap)


async def test_a_field_that_does_not_exist_is_refused_by_its_name(client, namespace):
    with pytest.raises(BadRequest, match="collour"):
        await verbs.apply(
            client, CONFIG_MAPS, namespace, config_map() | {"collour": "red"}, ConfigMap, field_manager="us"
        )


async def test_a_value_that_is_not_valid_is_told_with_its_field(client, namespace):
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "front"},
        "spec": {"ports": [{"port": 70000}]},
    }

    with pytest.raises(Invalid) as refused:
        await verbs.create(client, SERVICES, namespace, service, ConfigMap)

    assert "spec.ports[0].port" in [cause.field for cause in refused.value.causes]


@pytest.mark.parametrize(
    "test",
    [
        {"op": "test", "path": "/data/colour", "value": "green"},
        {"op": "test", "path": "/metadata/resourceVersion", "value": "1"},
        {"op": "test", "path": "/data/size", "value": "large"},
    ],
    ids=["value", "resourceVersion", "no such field"],
)
async def test_a_json_patch_whose_test_fails_is_a_conflict_and_changes_nothing(client, namespace, test):
    await verbs.create(client, CONFIG_MAPS, namespace, config_map(colour="red"), ConfigMap)
    change = {"op": "replace", "path": "/data/colour", "value": "blue"}

    with pytest.raises(Conflict):
        await verbs.patch_json(
            client, CONFIG_MAPS, namespace, "settings", [test, change], ConfigMap, field_manager="us"
        )

    unchanged = await verbs.get(client, CONFIG_MAPS, namespace, "settings", ConfigMap)
    assert unchanged.data == {"colour": "red"}


async def test_a_json_patch_that_makes_an_object_invalid_is_no_conflict(client, namespace):
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": {"ports": [{"port": 80}]}}
    await verbs.create(client, SERVICES, namespace, service, ConfigMap)

    with pytest.raises(Invalid) as refused:
        await verbs.patch_json(
            client,
            SERVICES,
            namespace,
            "front",
            [{"op": "replace", "path": "/spec/ports/0/port", "value": 70000}],
            ConfigMap,
            field_manager="us",
        )

    assert "spec.ports[0].port" in [cause.field for cause in refused.value.causes]


async def test_an_outdated_view_is_a_conflict_for_every_write_that_names_it(client, namespace):
    seen = await verbs.create(client, CONFIG_MAPS, namespace, config_map(colour="red"), ConfigMap)
    await verbs.patch_merge(
        client, CONFIG_MAPS, namespace, "settings", {"data": {"colour": "blue"}}, ConfigMap, field_manager="them"
    )
    outdated = {"resourceVersion": seen.metadata.resource_version}
    whole = config_map(colour="green")
    whole["metadata"] |= outdated
    change = {"metadata": outdated, "data": {"colour": "green"}}

    with pytest.raises(Conflict):
        await verbs.replace(client, CONFIG_MAPS, namespace, "settings", whole, ConfigMap)
    with pytest.raises(Conflict):
        await verbs.apply(client, CONFIG_MAPS, namespace, whole, ConfigMap, field_manager="us", force=True)
    with pytest.raises(Conflict):
        await verbs.patch_merge(client, CONFIG_MAPS, namespace, "settings", change, ConfigMap, field_manager="us")
    with pytest.raises(Conflict):
        await verbs.delete(client, CONFIG_MAPS, namespace, "settings", resource_version=seen.metadata.resource_version)
    with pytest.raises(Conflict):
        await verbs.delete(client, CONFIG_MAPS, namespace, "settings", uid="another-one-of-this-name")

    there = await verbs.get(client, CONFIG_MAPS, namespace, "settings", ConfigMap)
    assert there.data == {"colour": "blue"}
    await verbs.delete(
        client,
        CONFIG_MAPS,
        namespace,
        "settings",
        uid=there.metadata.uid,
        resource_version=there.metadata.resource_version,
    )


async def test_a_name_that_is_taken_is_told_apart_from_an_outdated_view(client, namespace):
    await verbs.create(client, CONFIG_MAPS, namespace, config_map(), ConfigMap)

    with pytest.raises(AlreadyExists, match="settings"):
        await verbs.create(client, CONFIG_MAPS, namespace, config_map(), ConfigMap)


async def test_a_collection_is_whole_however_many_pages_it_has(client, namespace, monkeypatch):
    monkeypatch.setattr(verbs, "PAGE_SIZE", 2)
    for number in range(5):
        await verbs.create(client, CONFIG_MAPS, namespace, config_map(f"c-{number}"), ConfigMap)

    found, version = await verbs.list_all(client, CONFIG_MAPS, ConfigMap, namespace)

    assert [c.metadata.name for c in found] == [f"c-{number}" for number in range(5)]
    assert int(version) >= max(int(c.metadata.resource_version) for c in found)


async def test_an_account_that_is_impersonated_has_its_own_rights_and_no_others(api_server, client, namespace):
    account = f"system:serviceaccount:{namespace}:shop"
    api_server.kubectl("create", "role", "writer", "-n", namespace, "--verb=create", "--resource=configmaps")
    api_server.kubectl(
        "create", "rolebinding", "writer", "-n", namespace, "--role=writer", f"--serviceaccount={namespace}:shop"
    )

    await verbs.create(client, CONFIG_MAPS, namespace, config_map(), ConfigMap, impersonate=account)

    with pytest.raises(Forbidden, match="shop"):
        await verbs.delete(client, CONFIG_MAPS, namespace, "settings", impersonate=account)


async def test_a_kind_is_found_as_the_server_names_it(client):
    discovery = Discovery(client)

    assert await discovery.resource("apps/v1", "Deployment") == Resource("apps", "v1", "deployments", "Deployment")
    assert not (await discovery.resource("v1", "Namespace")).namespaced
    with pytest.raises(UnknownKind, match=r"example\.com/v1"):
        await discovery.resource("example.com/v1", "Thing")
