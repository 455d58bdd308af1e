"""The shop of these tests: the example of the README with short holds, and a version that fails most requests."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tests.crash.api import Object

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop.yaml"
STEPS_PERCENT = (20, 50)
HOLD_S = 1
NAME = "shop"
#: Where its pods listen: 8080 is taken on many machines.
PORT = 9180


def component(namespace: str, version: str) -> Object:
    """Return the Component with this version of front."""
    made: Any = msgspec.json.decode(_example())
    made["metadata"]["namespace"] = namespace
    made["spec"]["release"] = {
        "steps": [{"weightPercent": percent, "holdSeconds": HOLD_S} for percent in STEPS_PERCENT],
        "watchSeconds": HOLD_S,
        "progressDeadlineSeconds": 60,
        "judge": {"detectablePercent": 50},
    }
    for manifest in made["spec"]["source"]["inline"]:
        if manifest["kind"] == "Deployment":
            container = manifest["spec"]["template"]["spec"]["containers"][0]
            container["ports"][0]["containerPort"] = PORT
            container["env"][0]["value"] = version if manifest["metadata"]["name"] == "front" else "v1"
        elif manifest["kind"] == "HTTPRoute":
            manifest["spec"]["parentRefs"] = [{"name": "web"}]
    return dict(made)


@cache
def _example() -> bytes:
    return msgspec.json.encode(yaml.safe_load(EXAMPLE.read_text()))


def gateway(port: int) -> Object:
    listener = {"name": "http", "port": port, "protocol": "HTTP"}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "web"},
        "spec": {"gatewayClassName": "tests", "listeners": [listener]},
    }
