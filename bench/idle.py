"""What 1,000 idle Components of four objects each cost: CPU, memory, API requests, and CPU per watch event.

On a control plane of its own, with no node: Deployments ask for no pods, so that only the operator works.

    python -m bench.idle [--components 1000] [--seconds 300]

Beside it stand the figures of Argo Rollouts 1.9.1 and Flagger 1.36.1 on such a machine, over 300 s: 0.60 CPU-s, 167 MB,
0.52 requests/s; 36.2 CPU-s, 115 MB, 125 requests/s.
"""

import argparse
import asyncio
import random
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from bench.process import Operator
from dev.cluster import programs
from dev.cluster.down import take_away
from dev.cluster.home import Home
from dev.cluster.up import bring_up_control_plane
from fairlead.controllers.cluster import COMPONENTS, DEPLOYMENTS, RELEASES
from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.config import load
from fairlead.kube.resource import Resource

NAMESPACE = "bench"
ARGO_CPU_S, ARGO_MB, ARGO_REQUESTS_PER_S = 0.60, 167.0, 0.52
EVENTS = 5000


class _Status(Struct, frozen=True):
    stage: str = ""


class _Release(Struct):
    status: _Status = _Status()


class _Any(Struct):
    pass


def component(i: int) -> dict[str, Any]:
    """A Component of a ConfigMap, a Deployment, a Service and a ServiceAccount."""
    name = f"app-{i:04}"
    labels = {"app": name}
    pod = {"containers": [{"name": "app", "image": "app:1", "envFrom": [{"configMapRef": {"name": name}}]}]}
    deployment = {
        "replicas": 0,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    specs: list[tuple[str, str, dict[str, Any]]] = [
        ("v1", "ConfigMap", {"data": {"key": name}}),
        ("apps/v1", "Deployment", {"spec": deployment}),
        ("v1", "Service", {"spec": {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}}),
        ("v1", "ServiceAccount", {"automountServiceAccountToken": False}),
    ]
    inline = [{"apiVersion": v, "kind": k, "metadata": {"name": name}, **rest} for v, k, rest in specs]
    return {
        "apiVersion": "fairlead.dev/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"serviceAccountName": "releaser", "source": {"inline": inline}},
    }


RIGHTS: list[tuple[Resource, dict[str, Any]]] = [
    (
        Resource("", "v1", "namespaces", "Namespace", namespaced=False),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
    ),
    (
        Resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "releaser", "namespace": NAMESPACE},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "releaser", "namespace": NAMESPACE}],
        },
    ),
]


async def promoted(client: Client) -> int:
    """Count the Releases that were promoted."""
    releases, _ = await verbs.list_all(client, RELEASES, _Release, NAMESPACE)
    return sum(r.status.stage == "Promoted" for r in releases)


async def prepare(client: Client, components: int) -> float:
    """Create the Components and wait until all are up; return the seconds that took."""
    for resource, manifest in RIGHTS:
        await verbs.create(client, resource, NAMESPACE if resource.namespaced else "", manifest, _Any)
    began_s = time.monotonic()
    limit = asyncio.Semaphore(8)

    async def create(i: int) -> None:
        async with limit:
            await verbs.create(client, COMPONENTS, NAMESPACE, component(i), _Any)

    await asyncio.gather(*(create(i) for i in range(components)))
    while (done := await promoted(client)) < components:
        print(f"  {done} of {components} Components are up after {time.monotonic() - began_s:.0f} s", flush=True)
        await asyncio.sleep(5)
    return time.monotonic() - began_s


async def measure(client: Client, operator: Operator, components: int, seconds: int) -> None:
    """Create, settle, measure, print."""
    took_s = await prepare(client, components)
    print(f"{components} Components up in {took_s:.0f} s, {operator.cpu_s:.1f} CPU-s")
    await asyncio.sleep(20)
    cpu_s, requests = operator.cpu_s, operator.requests
    await asyncio.sleep(seconds)
    used_s = (operator.cpu_s - cpu_s) * 300 / seconds
    # Reading the metrics costs one answer and no request.
    rate = (operator.requests - requests) / seconds
    print(f"idle, for 300 s: {used_s:.2f} CPU-s ({used_s / ARGO_CPU_S:.2f} of Argo Rollouts)")
    print(f"memory: {operator.memory_mb:.0f} MB ({operator.memory_mb / ARGO_MB:.2f} of Argo Rollouts)")
    print(f"API requests: {rate:.2f}/s ({rate / ARGO_REQUESTS_PER_S:.2f} of Argo Rollouts; the lease adds 0.2/s)")
    await watch_events(client, operator, components)


async def watch_events(client: Client, operator: Operator, components: int) -> None:
    """Change Deployments in a way that matters to nobody, and see what hearing of it costs."""
    deployments, _ = await verbs.list_all(client, DEPLOYMENTS, _Named, NAMESPACE)
    cpu_s = operator.cpu_s
    limit = asyncio.Semaphore(16)

    async def touch(i: int) -> None:
        name = deployments[i % components].metadata["name"]
        patch = {"metadata": {"annotations": {"bench": str(i)}}}
        async with limit:
            await verbs.patch_merge(client, DEPLOYMENTS, NAMESPACE, name, patch, _Any, field_manager="bench")

    await asyncio.gather(*(touch(i) for i in range(EVENTS)))
    await asyncio.sleep(5)
    per_event_us = (operator.cpu_s - cpu_s) / EVENTS * 1e6
    print(f"CPU per watch event, with the look at the Component that it causes: {per_event_us:.0f} µs")


class _Named(Struct):
    metadata: dict[str, Any] = {}


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--components", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=300)
    arguments = parser.parse_args()
    home = Home("bench-idle")
    bring_up_control_plane(home)
    try:
        kubectl = str(programs.kubernetes() / "kubectl")
        for manifests in (programs.gateway_api(), Path("charts/fairlead/crds")):
            _run(kubectl, f"--kubeconfig={home.kubeconfig}", "apply", "--server-side", "-f", str(manifests))
        with tempfile.NamedTemporaryFile(prefix="fairlead-bench-", suffix=".log", delete=False) as log:
            operator = Operator(home.kubeconfig, Path(log.name))
        try:
            operator.wait_ready()
            asyncio.run(_with_client(home.kubeconfig, operator, arguments.components, arguments.seconds))
        finally:
            operator.stop()
    finally:
        take_away(home)


async def _with_client(kubeconfig: Path, operator: Operator, components: int, seconds: int) -> None:
    async with Client(load(kubeconfig), random.Random()) as client:
        await measure(client, operator, components, seconds)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
