"""The same releases on the node and in memory: the same kinds of writes by the operator, the same objects in the end.

On the node the pods, their endpoints and the gateway are real, and the writes are those of the audit log. In memory
all of them are played, and time is virtual.
"""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from dev.cluster import gateway
from dev.demo.install import NAMESPACE
from fairlead.kube.config import load as kubeconfig
from fairlead.kube.https import Https
from tests.crash import in_process
from tests.crash.api import Api
from tests.crash.end_state import EndState, differences, end_state
from tests.crash.scenarios import Scenario
from tests.crash.shop import STEPS_PERCENT
from tests.crash.world import World
from tests.crash.writes import NOT_COUNTED
from tests.e2e.shop import Manifest, Shop

OPERATOR = f"system:serviceaccount:{NAMESPACE}:fairlead"
METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE"}
#: What the controllers of a whole Kubernetes add.
ADDED = frozenset({"configmaps/kube-root-ca.crt", "pods"})
REVISION_OF_DEPLOYMENT = "deployment.kubernetes.io/revision"

Writes = set[tuple[str, str]]


def test_a_good_and_a_bad_release_are_the_same_in_memory(shop: Shop, load) -> None:
    versions = [_of_its_own_gateway(shop, front) for front in ("v1", "v2", "bad")]
    _make_gateway(shop)

    on_the_node = _on_the_node(shop, load, versions)
    in_memory = _in_memory(shop.namespace.name, versions)

    assert on_the_node[0] == in_memory[0]
    assert differences(on_the_node[1], in_memory[1]) == []


def _on_the_node(shop: Shop, load, versions: list[Manifest]) -> tuple[Writes, EndState]:
    v1, v2, bad = versions
    shop.namespace.apply(v1)
    shop.wait(1, "Promoted")
    client = load(shop.namespace.host, paths="/,/cart")
    shop.namespace.apply(v2)
    shop.wait(2, "Promoted")
    shop.namespace.apply(bad)
    shop.wait(3, "RolledBack")
    assert client.stop().lost == 0
    there = asyncio.run(_end_on_the_node(shop))
    audit_log = shop.namespace.kubectl.kubeconfig.parent / "log" / "audit.jsonl"
    return set(_written(audit_log, shop.namespace.name)), _without_additions(there)


async def _end_on_the_node(shop: Shop) -> EndState:
    transport = Https(kubeconfig(shop.namespace.kubectl.kubeconfig))
    try:
        return await end_state(Api(transport), shop.namespace.name)
    finally:
        await transport.close()


def _in_memory(namespace: str, versions: list[Manifest]) -> tuple[Writes, EndState]:
    v1, v2, bad = versions

    async def tell(w: World) -> None:
        await w.apply(v1)
        await w.ended(1, "Promoted")
        w.traffic.flows = True
        await w.apply(v2)
        await w.ended(2, "Promoted")
        await w.apply(bad)
        await w.ended(3, "RolledBack")

    scenario = Scenario("good, then bad", tell, stays=frozenset({"v2"}), begins_with_v1=False)
    made = in_process.run(scenario, namespace=namespace)
    assert made.wrong == [], made.wrong
    return {(w.verb, w.path) for w in made.writes if w.status < 400}, _without_additions(made.end)


def _written(audit_log: Path, namespace: str) -> Iterable[tuple[str, str]]:
    """Yield the writes of the operator in a namespace, as kinds of writes: how often a status is told is chance."""
    for event in map(json.loads, audit_log.read_text().splitlines()):
        path = urlsplit(event["requestURI"]).path
        is_ours = event["user"]["username"] == OPERATOR and f"/namespaces/{namespace}/" in path
        is_done = event["stage"] == "ResponseComplete" and event["responseStatus"]["code"] < 400
        if is_ours and is_done and event["verb"] in METHODS and not path.endswith(NOT_COUNTED):
            yield METHODS[event["verb"]], path


def _without_additions(state: EndState) -> EndState:
    for name, o in state.items():
        if name.startswith("deployments/") and o["metadata"].get("annotations", {}).keys() == {REVISION_OF_DEPLOYMENT}:
            del o["metadata"]["annotations"]
    return {key: o for key, o in state.items() if key not in ADDED}


def _of_its_own_gateway(shop: Shop, front: str) -> Manifest:
    """The shop at a Gateway of its own namespace, as there is one in memory."""
    component = shop.version(front, **({"ERROR_RATIO": "0.8"} if front == "bad" else {})).component
    component["spec"]["release"]["steps"] = [
        {"weightPercent": percent, "holdSeconds": shop.hold_s} for percent in STEPS_PERCENT
    ]
    for manifest in component["spec"]["source"]["inline"]:
        if manifest["kind"] == "HTTPRoute":
            manifest["spec"]["parentRefs"] = [{"name": "web"}]
    return component


def _make_gateway(shop: Shop) -> None:
    listener = {"name": "web", "protocol": "HTTP", "port": gateway.PORT}
    made = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "web"},
        "spec": {"gatewayClassName": "traefik", "listeners": [listener]},
    }
    shop.namespace.apply(made)
    shop.namespace("wait", "--for=condition=Programmed", "--timeout=30s", "gateway.gateway.networking.k8s.io/web")
