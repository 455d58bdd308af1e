"""Asks the data plane which revision answers, and the pods themselves which answer belongs to which revision."""

import asyncio

from fairlead.adapters.http.get import Get
from fairlead.adapters.traffic.ask import Question, ask
from fairlead.api.component import Traffic
from fairlead.controllers import kinds, observe
from fairlead.controllers.cluster import Cluster
from fairlead.core.release.commands import Ask
from fairlead.core.release.observation import Answers, Tally, Way
from fairlead.core.release.situation import Situation
from fairlead.core.traffic.reach import reach

TIMEOUT_S = 1.0
HTTP_PORTS = frozenset({"HTTP"})


class Asking:
    """Questions through the gateways of one cluster."""

    def __init__(self, cluster: Cluster, get: Get) -> None:
        self._cluster = cluster
        self._get = get
        self._versions: dict[tuple[str, str, str, str], str] = {}

    async def ask(self, s: Situation, command: Ask, serving_ports: dict[str, int]) -> Answers:
        """Ask on these ways, and return what is known on all that are still as they were when it was asked."""
        tallies = await asyncio.gather(*(self._one(s, w, serving_ports, command.requests) for w in command.ways))
        now = {r.name: (r.uid, r.generation) for r in s.routes.values()}
        still = {w: t for w, t in s.answers.items() if now.get(w.route) == (w.uid, w.generation)}
        return {**still, **dict(zip(command.ways, tallies, strict=True))}

    async def _one(self, s: Situation, way: Way, serving_ports: dict[str, int], requests: int) -> Tally | None:
        namespace, traffic = s.release.metadata.namespace, s.release.spec.traffic
        header = traffic.version_header
        split = next(x for x in s.pair.asked if x.service == way.service)
        # A first revision has none before it.
        first = not split.stable_copy
        stable = "" if first else await self._version(namespace, split.stable_copy, traffic, serving_ports)
        candidate = await self._version(namespace, split.candidate_copy, traffic, serving_ports)
        base = self._address(namespace, way.route)
        request = reach(s.routes[way.route].rules, way.rule, traffic.probe_path)
        if base is None or request is None or not candidate or (not first and stable in ("", candidate)):
            return None
        url, host = base
        headers = {**request.headers, **({"Host": host} if host else {})}
        question = Question(url=url + request.path, version_header=header, headers=headers)
        counts = await ask(self._get, question, requests, TIMEOUT_S)
        of_stable = 0 if first else counts[stable]
        other = counts.total() - of_stable - counts[candidate]
        return Tally(stable=of_stable, candidate=counts[candidate], other=other)

    async def _version(self, namespace: str, copy: str, traffic: Traffic, serving_ports: dict[str, int]) -> str:
        """Ask a pod of the copy directly, by the path that is not counted as traffic. What it answers never changes."""
        key = (namespace, copy, traffic.version_header, traffic.probe_path)
        if key not in self._versions:
            found = self._cluster.pods.store.by_index("copy", f"{namespace}/{copy}")
            pod = next((p for p in map(observe.pod, found) if p.ready and p.ip), None)
            if pod is None or copy not in serving_ports:
                return ""
            host = f"[{pod.ip}]" if ":" in pod.ip else pod.ip
            question = Question(
                url=f"http://{host}:{serving_ports[copy]}{traffic.probe_path}", version_header=traffic.version_header
            )
            answer = next(iter(await ask(self._get, question, 1, TIMEOUT_S)))
            if not answer:
                return ""
            self._versions[key] = answer
        return self._versions[key]

    def _address(self, namespace: str, route_name: str) -> tuple[str, str] | None:
        """Return the URL of a gateway that the route hangs on, and the host name to ask for."""
        route = self._cluster.routes.store.get(namespace, route_name)
        for parent in route.spec.parent_refs if route else ():
            gateway = self._cluster.gateways.store.get(parent.namespace or namespace, parent.name)
            if parent.kind != "Gateway" or gateway is None or not gateway.status.addresses:
                continue
            listener = next((x for x in gateway.spec.listeners if _serves(x, parent)), None)
            if listener is not None and route is not None:
                host = route.spec.hostnames[0].replace("*", "fairlead") if route.spec.hostnames else ""
                return f"http://{gateway.status.addresses[0].value}:{listener.port}", host
        return None


def _serves(listener: kinds.Listener, parent: kinds.ParentRef) -> bool:
    return (
        listener.protocol in HTTP_PORTS
        and parent.section_name in ("", listener.name)
        and parent.port in (0, listener.port)
    )
