"""What must hold after every single write, whatever came before: looked at in the API server itself, as it is then."""

from typing import Any

from tests.crash.api import Api, Object, path
from tests.crash.shop import STEPS_PERCENT
from tests.crash.traffic import shares
from tests.crash.writes import Write

ALLOWED_PERCENT = frozenset({0, *STEPS_PERCENT, 100})
TRAFFIC_STAGES = frozenset({"Shifting", "Switching", "Watching", "Settling", "Promoted"})
MOVES_TRAFFIC = frozenset({"httproutes", "services", "deployments"})


class Promises:
    """The promises of one Component. `broken` tells which were not kept."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._before_percent: dict[str, int] = {}
        self.broken: list[str] = []

    async def look(self, write: Write) -> None:
        """Look after a write."""
        if not MOVES_TRAFFIC & set(write.path.split("/")):
            return
        releases = await self._api.list("releases", self._namespace)
        if not releases:
            return
        newest = max(releases, key=lambda r: int(r["metadata"]["name"].rsplit("-", 1)[1]))
        if newest["spec"]["fromRevision"]:
            await self._judge(write, newest)

    async def _judge(self, write: Write, release: Object) -> None:
        candidate = await self._copies(release["spec"]["toRevision"]) - await self._copies(
            release["spec"]["fromRevision"]
        )
        services = {o["metadata"]["name"]: o for o in await self._api.list("services", self._namespace)}
        heard = await self._heard()
        for route in await self._api.list("httproutes", self._namespace):
            for rule in route["spec"]["rules"]:
                found = dict(shares(rule))
                for name in sorted(found.keys() - heard):
                    self.broken.append(f"{write}: Service {name} has weight and no ready endpoint")
                percent = round(100 * sum(x for name, x in found.items() if _leads_to(services.get(name), candidate)))
                self._judge_share(write, release, rule["matches"][0]["path"]["value"], percent)

    def _judge_share(self, write: Write, release: Object, prefix: str, percent: int) -> None:
        status = release.get("status") or {}
        stage, stored = status.get("stage", "Preparing"), status.get("weightPercent", 0)
        before = self._before_percent.get(prefix, 0)
        self._before_percent[prefix] = percent
        if percent not in ALLOWED_PERCENT:
            self.broken.append(f"{write}: {percent} % is in no plan")
        if percent > before and (percent > stored or stage not in TRAFFIC_STAGES):
            self.broken.append(f"{write}: {percent} % on the candidate, stored is {stage} with {stored} %")

    async def _copies(self, revision: str) -> frozenset[str]:
        found: Any = await self._api.call("GET", path("revisions", self._namespace, revision))
        return frozenset(i["name"].rsplit("-", 1)[1] for i in found["spec"]["inventory"] if i["kind"] == "Deployment")

    async def _heard(self) -> set[str]:
        slices = await self._api.list("endpointslices", self._namespace)
        return {s["metadata"]["labels"]["kubernetes.io/service-name"] for s in slices if s.get("endpoints")}


def _leads_to(service: Object | None, copies: frozenset[str]) -> bool:
    selector = (service or {}).get("spec", {}).get("selector") or {}
    return selector.get("fairlead.dev/copy", "") in copies
