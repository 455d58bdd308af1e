"""The shop of the demonstration: examples/shop.yaml with short holds, in three versions."""

import time
import urllib.request
from http import HTTPStatus
from typing import Any

import yaml

from dev.demo.broken import Broken
from dev.demo.kubectl import Kubectl
from dev.demo.place import REPOSITORY

NAME = NAMESPACE = "shop"
GOOD, BAD = "v2", "v3"
PATHS = "/,/cart"
#: Short holds: the client sends enough requests for a verdict within seconds.
PLAN = {
    "steps": [
        {"weightPercent": 5, "holdSeconds": 5},
        {"weightPercent": 20, "holdSeconds": 8},
        {"weightPercent": 50, "holdSeconds": 5},
    ],
    "watchSeconds": 8,
    "progressDeadlineSeconds": 60,
    "judge": {"detectablePercent": 10},
}
#: The bad version answers so many requests well before one in twenty fails: more than a pod gets in the first step.
TROUBLE = {"ERROR_RATIO": "0.05", "ERROR_RATIO_AFTER_REQUESTS": "90"}
#: An old shop drains before it is gone.
GONE_WITHIN_S = 60
SERVES_WITHIN_S = 60
POLL_S = 0.1

#: The kinds that the shop consists of.
LEFT = "httproutes,services,deployments,configmaps"

Manifest = dict[str, Any]


def component(version: str) -> Manifest:
    """Return the Component in one version: both workloads say it, and those of the bad one begin to fail."""
    shop: Manifest = yaml.safe_load((REPOSITORY / "examples" / "shop.yaml").read_text())
    shop["spec"]["release"] = PLAN
    for manifest in shop["spec"]["source"]["inline"]:
        if manifest["kind"] != "Deployment":
            continue
        for container in manifest["spec"]["template"]["spec"]["containers"]:
            env = {variable["name"]: variable["value"] for variable in container["env"]} | {"VERSION": version}
            env |= TROUBLE if version == BAD else {}
            container["env"] = [{"name": name, "value": value} for name, value in env.items()]
    return shop


def host() -> str:
    """Return the host name that the shop's route answers to."""
    routes = [m for m in component("v1")["spec"]["source"]["inline"] if m["kind"] == "HTTPRoute"]
    return str(routes[0]["spec"]["hostnames"][0])


def clear(kubectl: Kubectl) -> None:
    """Grant the shop its rights, and remove the shop of an earlier demonstration with its records."""
    kubectl("apply", "--server-side", "--force-conflicts", "-f", str(REPOSITORY / "examples" / "shop-rights.yaml"))
    there = ("--namespace", NAMESPACE)
    kubectl("delete", "component", NAME, *there, "--ignore-not-found", f"--timeout={GONE_WITHIN_S}s")
    # Its records are removed by Kubernetes, a little later.
    left = kubectl("get", "releases.fairlead.dev,revisions.fairlead.dev", *there, "--output=name").split()
    if left:
        kubectl("wait", "--for=delete", *left, *there, f"--timeout={GONE_WITHIN_S}s")
    # A Component that was orphaned leaves what it had.
    kubectl("delete", LEFT, *there, f"--selector=fairlead.dev/component={NAME}", f"--timeout={GONE_WITHIN_S}s")


def serve(kubectl: Kubectl, gateway_url: str) -> None:
    """Apply the first version, and wait until users are answered. Raises Broken when they are not in time."""
    kubectl.apply(component("v1"))
    wanted = ("--for=condition=Ready", f"--timeout={SERVES_WITHIN_S}s")
    kubectl("wait", f"component/{NAME}", "--namespace", NAMESPACE, *wanted)
    deadline = time.monotonic() + SERVES_WITHIN_S
    # A gateway says that it accepted a new route a little before it serves it.
    while not all(_answers(gateway_url, path) for path in PATHS.split(",")):
        if time.monotonic() > deadline:
            raise Broken(f"the gateway at {gateway_url} does not lead to {host()}")
        time.sleep(POLL_S)


def _answers(gateway_url: str, path: str) -> bool:
    request = urllib.request.Request(gateway_url + path, headers={"Host": host()})
    # The address is meant as it is: no proxy of the environment stands between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=1) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
