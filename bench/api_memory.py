"""How much memory the API in memory needs for an object, at 100,000 of them.

    python -m bench.api_memory [--objects 100000]

Resident memory of a process of its own, by object: after pods were created, and after each was bound to a node and said
to run. Watches may begin in the past: it is compacted ten times on the way, as if by the clock. Then the same number of
objects of five kinds. Beside it the bytes of the objects as JSON: a swarm has its managers in common.
"""

import argparse
import gc
import os
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from bench.api_objects import NAMESPACE, config_map, deployment, pod, service
from bench.api_speed import APPLY, DEPLOYMENTS, PODS, ask, server
from fairlead.sim.api.server import Server

CORE = f"/api/v1/namespaces/{NAMESPACE}"
OF_AN_APP = 50
"""Pods that share a name, labels and an owner."""


def main() -> None:
    """Print a line for each state."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=100_000)
    objects = parser.parse_args().objects
    print(f"load of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}\n")
    print("| objects | bytes each | as JSON | CPU-s |\n|---|---|---|---|", flush=True)
    for measure in (pods, mixed):
        process = get_context("spawn").Process(target=measure, args=(objects,))
        process.start()
        process.join()


def pods(objects: int) -> None:
    """One kind, with its history."""
    api, begin = server(), _resident_bytes()

    def create(i: int) -> None:
        app = f"app-{i // OF_AN_APP}"
        ask(api, "POST", PODS, pod(f"{app}-5d4f8c7b9-{i:06}", app))

    def live(i: int) -> None:
        path = f"{PODS}/app-{i // OF_AN_APP}-5d4f8c7b9-{i:06}"
        target = {"apiVersion": "v1", "kind": "Node", "name": f"node-{i % 100}"}
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": path.rpartition("/")[2]},
            "target": target,
        }
        ask(api, "POST", f"{path}/binding", binding)
        status = {"phase": "Running", "podIP": f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", "conditions": [_READY]}
        ask(api, "PATCH", f"{path}/status", {"status": status}, "application/merge-patch+json")

    _each(api, f"{objects:,} pods, created", objects, create, begin)
    _each(api, "bound and running", objects, live, begin)


def mixed(objects: int) -> None:
    """Five kinds in equal numbers, two of which came by server-side apply."""
    api, begin = server(), _resident_bytes()

    def create(i: int) -> None:
        name = f"app-{i // 5}"
        match i % 5:
            case 0:
                path = DEPLOYMENTS.path(NAMESPACE, name)
                ask(api, "PATCH", path, deployment(name), APPLY, fieldManager="bench")
            case 1:
                ask(api, "PATCH", f"{CORE}/configmaps/{name}", config_map(name), APPLY, fieldManager="bench")
            case 2:
                ask(api, "POST", f"{CORE}/services", service(name))
            case 3:
                ask(api, "POST", PODS, pod(name, name))
            case _:
                account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
                ask(api, "POST", f"{CORE}/serviceaccounts", account)

    kinds = "Deployments, ConfigMaps, Services, pods, ServiceAccounts"
    _each(api, f"{objects:,} of five kinds ({kinds})", objects, create, begin)


_READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}


def _each(api: Server, name: str, objects: int, write: Callable[[int], None], begin: int) -> None:
    began_s = time.process_time()
    for i in range(objects):
        write(i)
        if i % (objects // 10) == 0:
            api.compact()
    used_s = time.process_time() - began_s
    bodies = sum(len(one.body) for table in api.state.storage.tables.values() for one in table.objects.values())
    print(
        f"| {name} | {(_resident_bytes() - begin) / objects:,.0f} | {bodies / objects:,.0f} | {used_s:.0f} |",
        flush=True,
    )


def _resident_bytes() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
