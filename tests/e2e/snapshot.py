"""What exists in the shop's namespace at one moment, in the terms of the slice: objects, selectors, weights, pods."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.kubectl import Kubectl

COPY = "fairlead.dev/copy"


@dataclass(frozen=True)
class Snapshot:
    """Names and values only: everything that a test compares."""

    deployments: dict[str, int]
    """Replicas asked for, by name."""
    config_maps: frozenset[str]
    selectors: dict[str, str]
    """The copy that each Service leads to."""
    backends: tuple[dict[str, int], ...]
    """Weights of the backends, by rule."""
    pods: dict[str, frozenset[str]]
    """uids of the pods that are not on their way out, by copy."""


def snapshot(kubectl: Kubectl, namespace: str) -> Snapshot:
    kinds = "deployments,configmaps,services,httproutes,pods"
    items = kubectl.get(kinds, "--namespace", namespace)["items"]
    of = {kind: [i for i in items if i["kind"] == kind] for kind in {i["kind"] for i in items}}
    pods: dict[str, set[str]] = {}
    for pod in of.get("Pod", []):
        if "deletionTimestamp" not in pod["metadata"]:
            pods.setdefault(pod["metadata"]["labels"][COPY], set()).add(pod["metadata"]["uid"])
    rules = [rule for route in of.get("HTTPRoute", []) for rule in route["spec"]["rules"]]
    return Snapshot(
        deployments={d["metadata"]["name"]: d["spec"]["replicas"] for d in of.get("Deployment", [])},
        config_maps=frozenset(
            c["metadata"]["name"] for c in of.get("ConfigMap", []) if c["metadata"]["name"] != "kube-root-ca.crt"
        ),
        selectors={s["metadata"]["name"]: s["spec"]["selector"].get(COPY, "") for s in of.get("Service", [])},
        backends=tuple({b["name"]: b["weight"] for b in rule["backendRefs"]} for rule in rules),
        pods={copy: frozenset(uids) for copy, uids in pods.items()},
    )


def release(kubectl: Kubectl, namespace: str, name: str) -> dict[str, Any]:
    """The Release, or nothing while there is none."""
    done = kubectl.run(
        "get", "release.fairlead.dev", name, "--namespace", namespace, "--output=json", "--ignore-not-found"
    )

    return json.loads(done.stdout) if done.stdout.strip() else {}


def wait_for(what: str, holds: Callable[[], Any], timeout_s: float = 60.0) -> Any:
    """Wait until `holds` returns something true, and return it."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {timeout_s:.0f} s")
