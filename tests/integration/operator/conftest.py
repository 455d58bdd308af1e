"""A shop on a real API server with everything around it, and the operator in the process of the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fairlead.kube.config import load
from fairlead.kube.https import Https
from tests.crash.api import Api, Object, until
from tests.crash.control_plane import define
from tests.crash.world import World, networked
from tests.integration.conftest import ApiServer
from tests.integration.operator.here import OperatorHere


@pytest.fixture(scope="session")
def installed(api_server: ApiServer) -> ApiServer:
    """The API server, once it knows the resources."""
    define(api_server.kubectl)
    return api_server


@pytest.fixture
async def shop(installed: ApiServer, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator["Shop"]:
    """It has a namespace of its own, whose ServiceAccounts may do everything."""
    kubectl = installed.kubectl
    namespace = request.node.name.removeprefix("test_").replace("_", "-")[:40].rstrip("-")
    group = f"--group=system:serviceaccounts:{namespace}"
    kubectl("create", "clusterrolebinding", namespace, "--clusterrole=cluster-admin", group)
    account = f"--as=system:serviceaccount:{namespace}:shop-deployer"
    transport = Https(load(installed.kubeconfig))

    async def may() -> bool:
        return kubectl.run("auth", "can-i", "create", "services", "-n", namespace, account).stdout == "yes\n"

    try:
        await until("the rights of the namespace are known", may, 10)
        async with networked(Api(transport), namespace, tmp_path, OperatorHere) as made:
            yield Shop(made)
    finally:
        await transport.close()


class Shop:
    """A world as these tests act on it."""

    def __init__(self, made: World) -> None:
        self.world = made
        self.api = made.api
        self.namespace = made.namespace
        assert isinstance(made.process, OperatorHere)
        self.operator = made.process

    async def names(self, kind: str) -> list[str]:
        return sorted(o["metadata"]["name"] for o in await self.api.list(kind, self.namespace))

    async def get(self, kind: str, name: str) -> Object:
        found = await self.api.get(kind, self.namespace, name)
        assert found is not None, f"{kind} {name} is not there"
        return found

    async def stable(self) -> str:
        status: Object = (await self.get("components", "shop"))["status"]
        return str(status["stable"])

    async def is_gone(self, kind: str, name: str) -> None:
        """Wait until something is gone."""

        async def told() -> bool:
            return await self.api.get(kind, self.namespace, name) is None

        await until(f"{kind} {name} is gone", told, 15)

    async def told(self, reason: str) -> Object:
        """Wait until the Component says why it goes on, or does not; return that condition."""

        async def told() -> Object | None:
            component = await self.api.get("components", self.namespace, "shop") or {}
            conditions: list[Object] = (component.get("status") or {}).get("conditions", [])
            return next((c for c in conditions if c["type"] == "Progressing" and c["reason"] == reason), None)

        found: Object = await until(f"the Component says {reason}", told, 15)
        return found
