"""The shop of these tests: the example of the README with short holds, and a version that fails most requests."""

from pathlib import Path

import yaml

from tests.crash.api import Object
from tests.crash.pod import PORT

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop.yaml"
STEPS_PERCENT = (20, 50)
HOLD_S = 1
NAME = "shop"


def component(namespace: str, version: str) -> Object:
    """Return the Component with this version of front."""
    made: Object = yaml.safe_load(EXAMPLE.read_text())
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
    return made


def gateway(port: int) -> Object:
    listener = {"name": "http", "port": port, "protocol": "HTTP"}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "web"},
        "spec": {"gatewayClassName": "tests", "listeners": [listener]},
    }
