"""One namespace with a shop in it, an operator whose writes are numbered, and everything around them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.crash import shop
from tests.crash.api import Api, Object, until
from tests.crash.hosts import Hosts, OnThisMachine
from tests.crash.process import Running
from tests.crash.promises import Promises
from tests.crash.proxy import Proxy
from tests.crash.surroundings import Surroundings
from tests.crash.traffic import Traffic
from tests.crash.writes import Writes
from tests.loopback import leading_to

#: An undisturbed release takes about 6 s; a busy machine, and a restart in it, take longer.
WITHIN_S = 45.0
GATEWAY = "127.0.0.1"


class World:
    """What a scenario acts on."""

    def __init__(self, api: Api, namespace: str, hosts: Hosts, writes: Writes, process: Running) -> None:
        self.api = api
        self.namespace = namespace
        self.writes = writes
        self.process = process
        self.around = Surroundings(api, namespace, hosts)
        self.traffic = Traffic(self.around)
        self.promises = Promises(api, namespace)

    async def want(self, version: str) -> None:
        """Apply the Component with a version, as a user does."""
        await self.apply(shop.component(self.namespace, version))

    async def apply(self, made: Object) -> None:
        """Apply a Component."""
        there = await self.api.get("components", self.namespace, shop.NAME)
        if there is None:
            await self.api.create("components", self.namespace, made)
        else:
            await self.api.patch("components", self.namespace, shop.NAME, {"spec": made["spec"]})

    async def status(self, number: int) -> Object:
        release = await self.api.get("releases", self.namespace, f"{shop.NAME}-{number}")
        found: Object = (release or {}).get("status") or {}
        return found

    async def ended(self, number: int, stage: str) -> None:
        """Wait until a Release ended as it should, and the Component says so."""
        name = f"{shop.NAME}-{number}"

        async def told() -> bool:
            self._alive()
            component = await self.api.get("components", self.namespace, shop.NAME) or {}
            status = component.get("status") or {}
            settled = {c["type"]: c["status"] for c in status.get("conditions", ())}.get("Progressing") == "False"
            if (await self.status(number)).get("endedAt") and status.get("release") == name:
                return settled and status["observedGeneration"] == component["metadata"]["generation"]
            return False

        await until(f"{name} {stage}", told, WITHIN_S)
        found = (await self.status(number))["stage"]
        assert found == stage, f"{name} ended {found} instead of {stage}"

    async def held(self, number: int, step: int) -> None:
        """Wait until a step of a Release is held."""

        async def told() -> bool:
            self._alive()
            status = await self.status(number)
            waiting = (status.get("waiting") or {}).get("reason")
            return status.get("stage") == "Shifting" and status["step"] == step and waiting in ("Holding", "Judging")

        await until(f"step {step} of {shop.NAME}-{number} is held", told, WITHIN_S)

    async def gone(self) -> None:
        """Wait until the Component is gone."""

        async def told() -> bool:
            self._alive()
            return await self.api.get("components", self.namespace, shop.NAME) is None

        await until("the Component is gone", told, WITHIN_S)

    async def quiet(self) -> None:
        """Wait until the surroundings have followed: no pod is there that nothing asks for."""

        async def told() -> bool:
            wanted = sum(d["spec"]["replicas"] for d in self.around.deployments.values())
            named = {s for s in self.around.published if s not in self.around.services}
            return len(self.around.pods) == wanted and not named

        await until("pods and endpoints follow", told, WITHIN_S)

    def _alive(self) -> None:
        assert not self.process.ended, f"the operator ended by itself: {self.process.log[-300:]}"


@asynccontextmanager
async def world(api: Api, namespace: str, hosts: Hosts, writes: Writes, operator: Running) -> AsyncIterator[World]:
    """A world with a running operator and no Component yet. It ends with everything in it."""
    made = World(api, namespace, hosts, writes, operator)
    await api.create("namespaces", "", {"metadata": {"name": namespace}})
    port = await hosts.listen(GATEWAY, 0, made.traffic.answer)
    await api.create("gateways", namespace, shop.gateway(port))
    addresses = [{"type": "IPAddress", "value": GATEWAY}]
    await api.patch("gateways", namespace, "web", {"status": {"addresses": addresses}}, "status")
    writes.kill, writes.wrote = operator.crash, made.promises.look
    running = [asyncio.create_task(made.around.run()), asyncio.create_task(made.traffic.run())]
    try:
        await operator.start()
        yield made
        for task in running:
            if task.done():
                task.result()
    finally:
        await operator.kill()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await hosts.close(GATEWAY, port)


@asynccontextmanager
async def networked(
    api: Api, namespace: str, folder: Path, operator: Callable[[Path], Running]
) -> AsyncIterator[World]:
    """A world on an API server that is reached over the network, with a proxy before it.

    `operator` makes one that uses this kubeconfig.
    """
    writes = Writes()
    proxy = Proxy(api.transport, namespace, writes)
    process = operator(leading_to(await proxy.start(), folder / f"{namespace}.kubeconfig", namespace))
    try:
        async with world(api, namespace, OnThisMachine(), writes, process) as made:
            yield made
    finally:
        await proxy.stop()
