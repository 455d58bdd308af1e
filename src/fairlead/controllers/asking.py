"""Asks the data plane which revision answers, and the pods themselves which answer belongs to which revision."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
from msgspec import Struct

from fairlead.adapters.traffic.ask import Question, ask
from fairlead.controllers import kinds, observe
from fairlead.controllers.cluster import Cluster
from fairlead.core.release.observation import Answers, Tally
from fairlead.core.release.pair import Split
from fairlead.core.release.situation import Situation
from fairlead.core.traffic.http_route import backend_names

TIMEOUT_S = 1.0
HTTP_PORTS = frozenset({"HTTP"})


class Asked(Struct, frozen=True):
    """A Service that is asked for: the path of its rule, and the headers that the rule matches."""

    split: Split
    route: str
    path: str
    headers: dict[str, str]


class Asking:
    """Questions through the gateways of one cluster."""

    def __init__(self, cluster: Cluster, session: aiohttp.ClientSession) -> None:
        self._cluster = cluster
        self._session = session
        self._versions: dict[tuple[str, str, str], str] = {}

    async def ask(self, s: Situation, namespace: str, serving_ports: dict[str, int], requests: int) -> Answers:
        """Ask for every Service that tells something and that a route leads to. What cannot be asked is left out."""
        header, probe_path = s.release.spec.traffic.version_header, s.release.spec.traffic.probe_path
        routes = [r for r in s.routes.values() if any(True for _ in _asked(r.name, r.rules, s.pair.asked, probe_path))]
        generations = {r.name: r.generation for r in routes}
        if not header:
            return Answers(generations=generations)
        asked = [a for r in routes for a in _asked(r.name, r.rules, s.pair.asked, probe_path)]
        tallies = await asyncio.gather(*(self._one(a, namespace, header, serving_ports, requests) for a in asked))
        found = {a.split.service: t for a, t in zip(asked, tallies, strict=True) if t is not None}
        return Answers(generations=generations, tallies=found)

    async def _one(
        self, asked: Asked, namespace: str, header: str, serving_ports: dict[str, int], requests: int
    ) -> Tally | None:
        split = asked.split
        # A first revision has none before it.
        first = not split.stable_copy
        stable = "" if first else await self._version(namespace, split.stable_copy, header, serving_ports)
        candidate = await self._version(namespace, split.candidate_copy, header, serving_ports)
        base = self._address(namespace, asked.route)
        if base is None or not candidate or (not first and stable in ("", candidate)):
            return None
        url, host = base
        headers = {**asked.headers, **({"Host": host} if host else {})}
        question = Question(url=url + asked.path, version_header=header, headers=headers)
        counts = await ask(self._session, question, requests, TIMEOUT_S)
        of_stable = 0 if first else counts[stable]
        other = counts.total() - of_stable - counts[candidate]
        return Tally(stable=of_stable, candidate=counts[candidate], other=other)

    async def _version(self, namespace: str, copy: str, header: str, serving_ports: dict[str, int]) -> str:
        """Ask a pod of the copy directly. What a copy answers never changes."""
        key = (namespace, copy, header)
        if key not in self._versions:
            found = self._cluster.pods.store.by_index("copy", f"{namespace}/{copy}")
            pod = next((p for p in map(observe.pod, found) if p.ready and p.ip), None)
            if pod is None or copy not in serving_ports:
                return ""
            host = f"[{pod.ip}]" if ":" in pod.ip else pod.ip
            question = Question(url=f"http://{host}:{serving_ports[copy]}/", version_header=header)
            answer = next(iter(await ask(self._session, question, 1, TIMEOUT_S)))
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


def _asked(
    route: str, rules: tuple[dict[str, Any], ...], splits: tuple[Split, ...], probe_path: str
) -> Iterator[Asked]:
    """Yield how each split Service is asked for: by the first rule that leads to it."""
    for split in splits:
        names = {split.service, split.stable_service, split.candidate_service}
        rule = next((r for r in rules if names & backend_names([r])), None)
        if rule is None:
            continue
        match = (rule.get("matches") or [{}])[0]
        path = match.get("path") or {}
        value = path.get("value", "/")
        if path.get("type", "PathPrefix") == "PathPrefix":
            value = value.rstrip("/") + probe_path
        headers = {h["name"]: h["value"] for h in match.get("headers") or () if h.get("type", "Exact") == "Exact"}
        yield Asked(split, route, value, headers)
