"""What runs in a cluster beside Fairlead, played for one namespace: workloads, endpoints and a gateway's acceptance.

It follows the API server itself, as kube-controller-manager, kubelet and gateway do, and so a moment behind.
"""

import asyncio
from itertools import count
from typing import Any

from tests.crash.api import Api, Object, Refused
from tests.crash.hosts import Hosts
from tests.crash.pod import Pod

GATEWAY = "web"
#: Somebody else changed or removed it meanwhile: the next look sees it.
MOVED_ON = frozenset({404, 409})


class Surroundings:
    """The state of one namespace as its pods, endpoints and gateway are."""

    def __init__(self, api: Api, namespace: str, hosts: Hosts) -> None:
        self._api = api
        self._hosts = hosts
        self._namespace = namespace
        self._numbers = count(1)
        self._changed = asyncio.Event()
        self._slices: dict[str, Object] = {}
        self._statuses: dict[str, Object] = {}
        self.deployments: dict[str, Object] = {}
        self.services: dict[str, Object] = {}
        self.routes: dict[str, Object] = {}
        self.pods: dict[str, Pod] = {}
        self.published: dict[str, tuple[str, ...]] = {}
        """The ready pods that each Service's endpoints name."""
        self.ended_pods: list[Pod] = []

    async def run(self) -> None:
        """Play until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for kind in ("deployments", "services", "httproutes"):
                    group.create_task(self._follow(kind))
                group.create_task(self._settle())
        finally:
            for pod in self.pods.values():
                await self._hosts.close(pod.ip, pod.port)

    def version_of(self, service: str) -> str:
        """The version that a Service leads to, by its selector; empty where it leads nowhere."""
        selector = self.services.get(service, {}).get("spec", {}).get("selector") or {}
        return next((p.version for p in self.pods.values() if selector.items() <= p.labels.items()), "")

    async def _follow(self, kind: str) -> None:
        known = {"deployments": self.deployments, "services": self.services, "httproutes": self.routes}[kind]
        async for found in self._api.follow(kind, self._namespace):
            known.clear()
            known.update(found)
            self._changed.set()

    async def _settle(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._settle_pods()
                await self._settle_endpoints()
                await self._settle_routes()
            except Refused as refused:
                if refused.status not in MOVED_ON:
                    raise
                self._changed.set()
                await asyncio.sleep(0.02)

    async def _settle_pods(self) -> None:
        for pod in list(self.pods.values()):
            size = self.deployments.get(pod.deployment, {}).get("spec", {}).get("replicas", 0)
            if len([p for p in self.pods.values() if p.deployment == pod.deployment]) > size:
                self.pods.pop(pod.name)
                await self._settle_endpoints()
                await self._api.delete("pods", self._namespace, pod.name)
                await self._hosts.close(pod.ip, pod.port)
                self.ended_pods.append(pod)
        for name, d in list(self.deployments.items()):
            while len([p for p in self.pods.values() if p.deployment == name]) < d["spec"]["replicas"]:
                pod = await self._start(name, d)
                self.pods[pod.name] = pod
            replicas, generation = d["spec"]["replicas"], d["metadata"]["generation"]
            status = {"replicas": replicas, "readyReplicas": replicas, "observedGeneration": generation}
            await self._tell("deployments", d, status)

    async def _start(self, deployment: str, d: Object) -> Pod:
        number = next(self._numbers)
        template = d["spec"]["template"]
        labels = template["metadata"]["labels"]
        metadata = {"name": f"{deployment}-{number}", "labels": labels}
        made = await self._api.create("pods", self._namespace, {"metadata": metadata, "spec": template["spec"]})
        container = template["spec"]["containers"][0]
        version = next(e["value"] for e in container["env"] if e["name"] == "VERSION")
        ip = self._hosts.new_address()
        port = container["ports"][0]["containerPort"]
        pod = Pod(made["metadata"]["name"], made["metadata"]["uid"], ip, port, deployment, labels, version)
        await self._hosts.listen(ip, port, pod.answer)
        ready = {"type": "Ready", "status": "True"}
        status = {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}], "conditions": [ready]}
        await self._api.patch("pods", self._namespace, pod.name, {"status": status}, "status")
        return pod

    async def _settle_endpoints(self) -> None:
        for name in [n for n in self._slices if n not in self.services]:
            self._slices.pop(name)
            self.published.pop(name, None)
            await self._api.delete("endpointslices", self._namespace, f"{name}-1")
        for name, service in list(self.services.items()):
            selector = (service["spec"].get("selector") or {}).items()
            pods = sorted((p for p in self.pods.values() if selector <= p.labels.items()), key=lambda p: p.name)
            wanted = _slice(service, pods)
            if self._slices.get(name) == wanted:
                continue
            if name in self._slices:
                patch = {"endpoints": wanted["endpoints"], "metadata": {"labels": wanted["metadata"]["labels"]}}
                await self._api.patch("endpointslices", self._namespace, f"{name}-1", patch)
            else:
                await self._api.create("endpointslices", self._namespace, wanted)
            self._slices[name] = wanted
            self.published[name] = tuple(p.name for p in pods)

    async def _settle_routes(self) -> None:
        for route in list(self.routes.values()):
            generation = route["metadata"]["generation"]
            named = {b["name"] for rule in route["spec"]["rules"] for b in rule["backendRefs"]}
            conditions = [
                _condition("Accepted", True, generation),
                _condition("ResolvedRefs", named <= self.services.keys(), generation),
            ]
            parent = {"controllerName": "tests.example/gateway", "parentRef": route["spec"]["parentRefs"][0]}
            await self._tell("httproutes", route, {"parents": [{**parent, "conditions": conditions}]})

    async def _tell(self, kind: str, o: Object, status: Object) -> None:
        name, uid = o["metadata"]["name"], o["metadata"]["uid"]
        if self._statuses.get(uid) != status:
            await self._api.patch(kind, self._namespace, name, {"status": status}, "status")
            self._statuses[uid] = status


def _slice(service: Object, pods: list[Pod]) -> Object:
    name = service["metadata"]["name"]
    labels = {**service["metadata"].get("labels", {}), "kubernetes.io/service-name": name}
    return {
        "metadata": {"name": f"{name}-1", "labels": labels},
        "addressType": "IPv4",
        "ports": [{"name": "http", "port": 80}],
        # The API server refuses loopback addresses here.
        "endpoints": [
            {
                "addresses": [f"10.{p.ip.partition('.')[2]}"],
                "conditions": {"ready": True},
                "targetRef": {"kind": "Pod", "name": p.name, "uid": p.uid},
            }
            for p in pods
        ],
    }


def _condition(type_: str, holds: bool, generation: int) -> dict[str, Any]:
    return {
        "type": type_,
        "status": "True" if holds else "False",
        "reason": type_,
        "message": "",
        "observedGeneration": generation,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
