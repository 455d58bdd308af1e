"""Releases on a real node: everything that its parts ask the API server for, from the audit log.

The kubelet, the controllers, the scheduler, the proxy, the gateway and the operator in its pod speak past a recorder.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.cluster import programs
from dev.cluster.home import Home
from dev.demo.install import install
from dev.demo.place import Place, node
from tests.cluster import cluster
from tests.contract.api.recording import audited
from tests.contract.api.recording.audited import Event
from tests.contract.api.recording.recorder import Recorded
from tests.e2e.load import Load
from tests.e2e.namespace import Namespace
from tests.e2e.shop import Shop
from tests.integration import kubectl
from tests.until import until

NAME = "node"
_HOME = Home("recording")
_NAMESPACE = "recorded-node"
_GONE_WITHIN_S = 90.0
#: What would tell where this was recorded.
_OF_THE_MACHINE = re.compile(r'("(?:machineID|systemUUID|bootID|kernelVersion)": ?")[^"]*')


def recorded() -> list[Recorded]:
    """Bring a node up, tell the story, and return the requests of its audit log. The node is taken away."""
    with _node() as place:
        install(place)
        program = programs.kubernetes() / "kubectl"
        _tell(Shop(Namespace(kubectl.Kubectl(program, _HOME.kubeconfig), _NAMESPACE)), place.gateway_url)
        log = _OF_THE_MACHINE.sub(r"\1none", (_HOME.path / "log" / "audit.jsonl").read_text())
    return audited.recorded([json.loads(line) for line in log.splitlines()], _wanted)


def _wanted(event: Event) -> bool:
    """What is about the namespace and about nodes; but for what another server cannot answer alike, or only by chance.

    The API in memory serves no resource claims. The pods of a control plane alone have no accounts that could be given
    tokens. The real server tells events of its own, and lets Endpoints go while their controller deletes them.
    """
    about = event.get("objectRef", {})
    told = (about.get("resource"), event["verb"])
    if event["verb"] not in audited.METHODS or event["verb"] == "watch":
        return False
    if about.get("apiGroup") == "resource.k8s.io" or about.get("subresource") == "token":
        return False
    if told in (("events", "list"), ("events", "deletecollection"), ("endpoints", "delete")):
        return False
    itself = (about.get("resource"), about.get("name")) == ("namespaces", _NAMESPACE)
    return itself or about.get("resource") == "nodes" or about.get("namespace") in (_NAMESPACE, "kube-node-lease")


def _tell(shop: Shop, gateway_url: str) -> None:
    """A good release, a bad one, and the end of the Component and of its namespace."""
    call = shop.namespace.kubectl
    call("create", "namespace", shop.namespace.name)
    shop.grant()
    shop.apply(shop.version("v1"))
    shop.wait(1, "Promoted")
    with TemporaryDirectory(prefix="recording-") as folder:
        users = Load.start(gateway_url, shop.namespace.host, Path(folder), paths="/,/cart")
        try:
            shop.apply(shop.version("v2"))
            shop.wait(2, "Promoted")
            shop.apply(shop.version("bad", ERROR_RATIO="0.8"))
            shop.wait(3, "RolledBack")
        finally:
            users.stop()
    shop.remove()
    call("delete", "namespace", shop.namespace.name, "--wait=false")
    gone = ("get", "namespace", shop.namespace.name, "--ignore-not-found", "--output=name")
    until("the namespace is gone", lambda: not call(*gone), _GONE_WITHIN_S)


@contextmanager
def _node() -> Iterator[Place]:
    try:
        cluster("up", "--audit", "RequestResponse", "--name", _HOME.name)
        yield node(_HOME)
    finally:
        cluster("clean", "--name", _HOME.name)
