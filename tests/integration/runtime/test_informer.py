import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.resource import Resource
from fairlead.runtime.informer import Informer

CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap")
ROUTES = Resource("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute")


class Meta(Struct, rename="camel", frozen=True):
    name: str
    namespace: str
    uid: str
    resource_version: str


class ConfigMap(Struct, frozen=True):
    metadata: Meta
    data: dict[str, str] = {}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is told by another process
            await asyncio.sleep(0.01)


async def follow(client: Client, resource: Resource) -> tuple[Informer[ConfigMap], asyncio.Task[None]]:
    informer = Informer(client, resource, ConfigMap, random.Random(1), label_selector="team=shop")
    return informer, asyncio.create_task(informer.run())


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def config_map(name: str, colour: str) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"team": "shop"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"colour": colour}}


async def test_our_own_writes_show_at_once_and_what_others_write_soon_after(api_server, namespace, client):
    informer, task = await follow(client, CONFIG_MAPS)
    try:
        await asyncio.wait_for(informer.synced.wait(), 10)
        for turn in range(20):
            written = await verbs.apply(
                client, CONFIG_MAPS, namespace, config_map("ours", str(turn)), ConfigMap, field_manager="test"
            )
            informer.wrote(written)
            shown = informer.store.get(namespace, "ours")
            assert shown is not None
            assert shown.data["colour"] == str(turn)

        api_server.kubectl("label", "configmap", "ours", "-n", namespace, "team-")
        await until(lambda: informer.store.get(namespace, "ours") is None)
        api_server.kubectl("label", "configmap", "ours", "-n", namespace, "team=shop")
        await until(lambda: informer.store.get(namespace, "ours") is not None)
    finally:
        await stop(task)


async def test_an_object_that_was_deleted_meanwhile_does_not_come_back_by_our_late_answer(namespace, client):
    informer, task = await follow(client, CONFIG_MAPS)
    try:
        written = await verbs.create(client, CONFIG_MAPS, namespace, config_map("short", "red"), ConfigMap)
        await until(lambda: informer.store.get(namespace, "short") is not None)
        await verbs.delete(client, CONFIG_MAPS, namespace, "short", uid=written.metadata.uid)
        await until(lambda: informer.store.get(namespace, "short") is None)

        informer.wrote(written)

        assert informer.store.get(namespace, "short") is None
    finally:
        await stop(task)


async def test_a_kind_that_is_not_installed_does_not_keep_an_informer_from_being_ready(client):
    informer, task = await follow(client, ROUTES)
    began_s = time.monotonic()
    try:
        await asyncio.wait_for(informer.synced.wait(), 10)
    finally:
        await stop(task)

    assert len(informer.store) == 0
    assert time.monotonic() - began_s < 5
