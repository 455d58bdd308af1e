"""Which resource is meant by an apiVersion and a kind, as the API server says it."""

from contextlib import suppress

from msgspec import Struct

from fairlead.kube.client import Client
from fairlead.kube.errors import NotFound
from fairlead.kube.resource import Resource


class UnknownKind(Exception):
    """The API server does not serve this kind."""


class _Entry(Struct, rename="camel"):
    name: str
    kind: str
    namespaced: bool = False


class _Entries(Struct):
    resources: list[_Entry] = []


class Discovery:
    """Asks once per group and version, and again only for a kind that it does not know."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[tuple[str, str], Resource] = {}

    async def resource(self, api_version: str, kind: str) -> Resource:
        """Return the resource of a kind. Raises UnknownKind."""
        if (api_version, kind) not in self._known:
            await self._ask(*api_version.rpartition("/")[::2])
        try:
            return self._known[api_version, kind]
        except KeyError:
            raise UnknownKind(f"the cluster knows no {kind} in {api_version}: is its definition installed?") from None

    async def _ask(self, group: str, version: str) -> None:
        path = f"/apis/{group}/{version}" if group else f"/api/{version}"
        with suppress(NotFound):
            for e in (await self._client.request("GET", path, _Entries)).resources:
                if "/" not in e.name:
                    resource = Resource(group, version, e.name, e.kind, e.namespaced)
                    self._known[resource.api_version, e.kind] = resource
