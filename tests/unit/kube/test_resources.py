"""Where objects live, and how that is found out."""

import pytest

from fairlead.kube.discovery import Discovery, UnknownKind
from fairlead.kube.errors import Unavailable
from fairlead.kube.resource import Resource, plural_in
from tests.unit.kube.server import asked_of, json, refusal

PODS = Resource("", "v1", "pods", "Pod")
DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment")
ROLES = Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", namespaced=False)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (PODS.path(), "/api/v1/pods"),
        (PODS.path("shop"), "/api/v1/namespaces/shop/pods"),
        (PODS.path("shop", "front", "status"), "/api/v1/namespaces/shop/pods/front/status"),
        (DEPLOYMENTS.path("shop", "front"), "/apis/apps/v1/namespaces/shop/deployments/front"),
        (ROLES.path("shop", "admin"), "/apis/rbac.authorization.k8s.io/v1/clusterroles/admin"),
    ],
)
def test_a_path_names_group_version_namespace_and_object(path, where):
    assert path == where


@pytest.mark.parametrize(
    ("path", "plural"),
    [
        (PODS.path(), "pods"),
        (PODS.path("shop"), "pods"),
        (PODS.path("shop", "front", "status"), "pods"),
        (DEPLOYMENTS.path("shop", "front"), "deployments"),
        (ROLES.path("", "admin"), "clusterroles"),
        ("/api/v1/namespaces/shop", "namespaces"),
        ("/apis/apps/v1", ""),
        ("/api/v1", ""),
    ],
)
def test_a_path_tells_which_resource_it_is_about(path, plural):
    assert plural_in(path) == plural


APPS = {
    "resources": [
        {"name": "deployments", "kind": "Deployment", "namespaced": True},
        {"name": "deployments/status", "kind": "Deployment", "namespaced": True},
        {"name": "deployments/scale", "kind": "Scale", "namespaced": True},
    ]
}


async def test_a_group_is_asked_for_once():
    async def answer(_):
        return json(APPS)

    async with asked_of(answer) as (server, client):
        discovery = Discovery(client)
        assert await discovery.resource("apps/v1", "Deployment") == DEPLOYMENTS
        assert await discovery.resource("apps/v1", "Deployment") == DEPLOYMENTS

    assert [str(a) for a in server.asked] == ["GET /apis/apps/v1"]


async def test_a_kind_that_is_installed_later_is_found_then():
    installed = False

    async def answer(_):
        return json(APPS) if installed else refusal(404)

    async with asked_of(answer) as (_, client):
        discovery = Discovery(client)
        with pytest.raises(UnknownKind, match="the cluster knows no Deployment in apps/v1"):
            await discovery.resource("apps/v1", "Deployment")
        installed = True
        assert await discovery.resource("apps/v1", "Deployment") == DEPLOYMENTS


async def test_the_kind_of_a_subresource_is_no_resource():
    async def answer(_):
        return json(APPS)

    async with asked_of(answer) as (_, client):
        with pytest.raises(UnknownKind):
            await Discovery(client).resource("apps/v1", "Scale")


async def test_a_server_that_is_away_is_not_a_kind_that_is_unknown():
    async def answer(_):
        return refusal(503)

    async with asked_of(answer) as (_, client):
        with pytest.raises(Unavailable):
            await Discovery(client).resource("v1", "Pod")
