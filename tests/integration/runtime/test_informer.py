"""An informer on a real API server."""

import pytest

from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.resource import Resource
from tests.unit.runtime.informer_contract import InformerContract, Thing, following
from tests.unit.runtime.until import until


class ConfigMaps:
    """The ConfigMaps of a namespace of one's own, found by a label."""

    resource = Resource("", "v1", "configmaps", "ConfigMap")
    absent = Resource("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute")

    def __init__(self, client: Client, namespace: str) -> None:
        self.client = client
        self.namespace = namespace
        self.label_selector = f"of={namespace}"

    async def put(self, name: str, colour: str) -> Thing:
        metadata = {"name": name, "labels": {"of": self.namespace}}
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"colour": colour}}
        return await verbs.apply(
            self.client, self.resource, self.namespace, manifest, Thing, field_manager="test", force=True
        )

    async def delete(self, name: str) -> None:
        await verbs.delete(self.client, self.resource, self.namespace, name)


@pytest.fixture
def things(client: Client, namespace: str) -> ConfigMaps:
    return ConfigMaps(client, namespace)


class TestAnInformerOnARealApiServer(InformerContract):
    async def test_what_loses_its_label_is_gone_and_comes_back_with_it(self, things, api_server):
        await things.put("a", "red")
        async with following(things) as seen:
            api_server.kubectl("label", "configmap", "a", "-n", things.namespace, "of-")
            await until(lambda: seen.colours == {})

            api_server.kubectl("label", "configmap", "a", "-n", things.namespace, f"of={things.namespace}")
            await until(lambda: seen.colours == {"a": "red"})
