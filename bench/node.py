"""The local node with Fairlead installed, a shop in a namespace of its own, and users, as in the end-to-end tests."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from dev.cluster import gateway, network, programs
from dev.demo.install import NAMESPACE, install
from dev.demo.place import local
from tests.e2e.load import Load
from tests.e2e.namespace import Namespace
from tests.e2e.shop import Shop
from tests.integration.kubectl import Kubectl
from tests.until import until


@contextmanager
def shop(name: str, *, hold_s: int, watch_s: int) -> Iterator[Shop]:
    """Give a shop on the node; it is removed in the end, the node and Fairlead stay."""
    place = local()
    install(place)
    assert place.home is not None
    kubectl = Kubectl(programs.kubernetes() / "kubectl", place.home.kubeconfig)
    kubectl("create", "namespace", name)
    found = Shop(Namespace(kubectl, name), hold_s, watch_s)
    found.grant()
    try:
        yield found
    finally:
        found.remove()
        kubectl("delete", "namespace", name, "--wait=false")


def users(of: Shop, rate: float) -> Load:
    """Start users of both workloads, once the gateway knows the shop."""
    until("an answer of the shop", lambda: _answers(of.namespace.host))
    folder = Path(tempfile.mkdtemp(prefix="fairlead-bench-"))
    return Load.start(f"http://{network.NODE_ADDRESS}:{gateway.PORT}", of.namespace.host, folder, rate, "/,/cart")


def _answers(host: str) -> bool:
    connection = HTTPConnection(network.NODE_ADDRESS, gateway.PORT, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": host})
        return connection.getresponse().getheader("X-Version") is not None
    finally:
        connection.close()


def log_since(kubectl: Kubectl, since_s: float) -> list[dict[str, Any]]:
    """Return what the operator logged since a time, its times as Unix seconds."""
    since = datetime.fromtimestamp(since_s).astimezone().isoformat(timespec="seconds")
    command = ("logs", "deployment/fairlead", f"--namespace={NAMESPACE}", f"--since-time={since}")
    lines = [json.loads(line) for line in kubectl(*command).splitlines() if line.startswith("{")]
    for line in lines:
        line["at_s"] = datetime.fromisoformat(line["timestamp"]).timestamp()
    return [line for line in lines if line["at_s"] >= since_s]


def row(name: str, values: list[float], unit: str = "s") -> str:
    """One line of a table: median, 95th percentile, maximum, number of runs."""
    p95 = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return f"{name:58} {median(values):8.2f} {p95:8.2f} {max(values):8.2f} {unit:4} {len(values):4}"


HEADER = f"{'':58} {'median':>8} {'p95':>8} {'max':>8} {'':4} {'runs':>4}"
