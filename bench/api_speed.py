"""How fast the API in memory is, beside the real API server and beside doing nothing but decode and encode.

    python -m bench.api_speed [--runs 500] [--without-real]

First the same client, `fairlead.kube`, one request after the other, against both servers, by the clock: the real one is
a control plane of its own (kube-apiserver and etcd on this machine). Then the API in memory by itself, in CPU time: it
waits for nothing. The floor of a write is to decode its body and to encode the object that comes of it; the floor of a
list is to join what is stored.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bench.api_objects import NAMESPACE, deployment, pod
from dev.cluster.down import take_away
from dev.cluster.home import Home
from dev.cluster.up import bring_up_control_plane
from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.config import ClusterConfig, load
from fairlead.kube.credentials import Credentials
from fairlead.kube.resource import Resource
from fairlead.sim.api.guard import bootstrap
from fairlead.sim.api.guard.guards import Guards
from fairlead.sim.api.guard.user import ADMIN
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.server import Server
from fairlead.sim.api.storage import Event
from fairlead.sim.api.types.types import Types
from fairlead.sim.api.watch import Stream
from fairlead.sim.transport import InProcess

DEPLOYMENTS = Resource("apps", "v1", "deployments", "Deployment")
PATH = DEPLOYMENTS.path(NAMESPACE)
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
APPLY = "application/apply-patch+yaml"
LISTED = 500
"""Objects in a list through the client: one page."""
WATCHERS = (1, 10, 100)


class _Any(Struct):
    pass


Figures = list[float]
"""Microseconds, sorted."""


def server() -> Server:
    """With all guards and the roles of a cluster, as the contract suite has it."""
    made = Server(now_s=time.time, rng=random.Random(1), types=Types(), guard=Guards())
    made.seed(bootstrap.roles())
    return made


def ask(api: Server, method: str, path: str, obj: Any = None, media: str = "application/json", **query: str) -> Answer:
    """One request as the administrator. Raises ValueError when it is refused."""
    body = b"" if obj is None else msgspec.json.encode(obj)
    answer = api.answer(
        Request(
            method=method, path=path, query=tuple(query.items()), headers={"content-type": media}, body=body, user=ADMIN
        )
    )
    if answer.status >= 300:
        raise ValueError(answer.body.decode())
    return answer


async def through_client(client: Client, runs: int) -> dict[str, Figures]:
    """The verbs by the clock, one request after the other."""
    name = count()
    manifests = [deployment("applied", f"app:{i}") for i in range(2)]

    async def create() -> None:
        await verbs.create(client, DEPLOYMENTS, NAMESPACE, deployment(f"made-{next(name)}"), _Any)

    async def get() -> None:
        await verbs.get(client, DEPLOYMENTS, NAMESPACE, "applied", _Any)

    async def change() -> None:
        manifest = manifests[next(name) % 2]
        await verbs.apply(client, DEPLOYMENTS, NAMESPACE, manifest, _Any, field_manager="bench")

    async def same() -> None:
        await verbs.apply(client, DEPLOYMENTS, NAMESPACE, manifests[0], _Any, field_manager="bench")

    async def list_() -> None:
        await verbs.list_all(client, DEPLOYMENTS, _Any, NAMESPACE)

    await change()
    found = {"create": await _clocked(create, LISTED)}
    found["get"] = await _clocked(get, runs)
    found["apply, changed"] = await _clocked(change, runs)
    found["apply, unchanged"] = await _clocked(same, runs)
    found[f"list of {LISTED}"] = await _clocked(list_, max(30, runs // 20))
    return found


async def _clocked(request: Callable[[], Awaitable[None]], runs: int) -> Figures:
    taken = []
    for _ in range(runs):
        began_s = time.perf_counter()
        await request()
        taken.append((time.perf_counter() - began_s) * 1e6)
    return sorted(taken)


def _used(work: Callable[[], object], runs: int) -> Figures:
    """CPU microseconds of one call."""
    taken = []
    for _ in range(runs):
        began_s = time.process_time()
        work()
        taken.append((time.process_time() - began_s) * 1e6)
    return sorted(taken)


def by_itself(runs: int) -> dict[str, Figures]:
    """What the goals of the API in memory are about, and their floors."""
    api, turn = server(), count()
    manifests = [deployment("web", f"app:{i}") for i in range(2)]

    def change() -> None:
        ask(api, "PATCH", f"{PATH}/web", manifests[next(turn) % 2], APPLY, fieldManager="bench")

    def same() -> None:
        ask(api, "PATCH", f"{PATH}/web", manifests[0], APPLY, fieldManager="bench")

    found = {"apply of a Deployment, changed": _used(change, runs)}
    same()
    found["apply of a Deployment, unchanged"] = _used(same, runs)
    body, stored = msgspec.json.encode(manifests[0]), ask(api, "GET", f"{PATH}/web").body

    def floor() -> None:
        msgspec.json.decode(body)
        msgspec.json.encode(msgspec.json.decode(stored))

    found["floor: decode both, encode one"] = _used(floor, runs)
    found |= _fan_out(api, change, runs)
    for i in range(10_000):
        ask(api, "POST", PODS, pod(f"pod-{i:05}", f"app-{i % 100}"))
    found["list of 10,000 pods"] = _used(lambda: ask(api, "GET", PODS), 30)
    table = api.state.storage.table("", "pods")
    found["floor: join 10,000 bodies"] = _used(lambda: b",".join([one.body for one in table.objects.values()]), 30)
    return found


def _fan_out(api: Server, change: Callable[[], None], runs: int) -> dict[str, Figures]:
    """What each watcher adds to a change: to hear of it, and to be given its frame."""
    found: dict[str, Figures] = {}
    for watchers in WATCHERS:
        opened = [ask(api, "GET", PATH, watch="true").watch for _ in range(watchers)]
        streams = [stream for stream in opened if isinstance(stream, Stream)]
        change()
        table = api.state.storage.table("apps", "deployments")
        seen = table.events[-1]
        each = []
        for i in range(1, runs + 1):
            event = Event(seen.version + i, seen.old, seen.new)
            began_s = time.process_time()
            for stream in streams:
                stream.offer(event)
            for stream in streams:
                stream.take()
            each.append((time.process_time() - began_s) * 1e6 / watchers)
        found[f"event to each of {watchers} watchers"] = sorted(each)
        for stream in streams:
            stream.close()
    return found


@contextmanager
def _control_plane() -> Iterator[Path]:
    home = Home("bench-api")
    bring_up_control_plane(home)
    try:
        yield home.kubeconfig
    finally:
        take_away(home)


async def _with(config: ClusterConfig, runs: int, transport: InProcess | None = None) -> dict[str, Figures]:
    async with Client(config, random.Random(1), transport=transport) as client:
        return await through_client(client, runs)


def _at(figures: Figures, share: float) -> float:
    return figures[min(len(figures) - 1, int(len(figures) * share))]


def _show(figures: dict[str, Figures], beside: dict[str, Figures] | None = None) -> None:
    for name, mine in figures.items():
        median, p95 = _at(mine, 0.5), _at(mine, 0.95)
        line = f"| {name} | {median:,.1f} | {p95:,.1f} | {len(mine)} |"
        if beside is not None:
            theirs = _at(beside[name], 0.5)
            line += f" {1e6 / median:,.0f} | {theirs:,.0f} | {_at(beside[name], 0.95):,.0f} | {1e6 / theirs:,.0f} |"
            line += f" {theirs / median:.1f} |"
        print(line, flush=True)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--without-real", action="store_true", help="only the API in memory by itself")
    arguments = parser.parse_args()
    print(f"load of the machine: {' '.join(f'{load_:.1f}' for load_ in os.getloadavg())}\n")
    if not arguments.without_real:
        in_process = InProcess(server().answer, time.time, ADMIN)
        here = asyncio.run(
            _with(
                ClusterConfig(server="http://memory", tls=None, credentials=Credentials()), arguments.runs, in_process
            )
        )
        with _control_plane() as kubeconfig:
            real = asyncio.run(_with(load(kubeconfig), arguments.runs))
        print(
            "| through the client | median, µs | p95, µs | runs | per s | real: median, µs | p95, µs | per s | ratio |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        _show(here, real)
        print()
    print("| by itself, CPU | median, µs | p95, µs | runs |\n|---|---|---|---|")
    _show(by_itself(arguments.runs))
    print(f"\nload of the machine: {' '.join(f'{load_:.1f}' for load_ in os.getloadavg())}")


if __name__ == "__main__":
    main()
