"""Deployments, ReplicaSets, StatefulSets and DaemonSets."""

from typing import Any

from fairlead.sim.api.types.columns.text import age, containers, labels, selector
from fairlead.sim.api.types.kind import Object


def deployment(obj: Object, now: str) -> list[Any]:
    """Ready, up to date, available, age; containers, images, selector."""
    spec, status = obj["spec"], obj.get("status", {})
    return [
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(obj, now),
        *containers(spec["template"]["spec"]),
        selector(spec.get("selector")),
    ]


def replica_set(obj: Object, now: str) -> list[Any]:
    """Also ReplicationControllers, whose selector is a plain map."""
    spec, status = obj["spec"], obj.get("status", {})
    chosen = spec.get("selector") or {}
    plain = all(isinstance(value, str) for value in chosen.values())
    return [
        spec.get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(obj, now),
        *containers(spec["template"]["spec"]),
        labels(chosen) if plain else selector(chosen),
    ]


def stateful_set(obj: Object, now: str) -> list[Any]:
    """Ready, age; containers, images."""
    spec, status = obj["spec"], obj.get("status", {})
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}"
    return [ready, age(obj, now), *containers(spec["template"]["spec"])]


def daemon_set(obj: Object, now: str) -> list[Any]:
    """Numbers of nodes, node selector, age; containers, images, selector."""
    spec, status = obj["spec"], obj.get("status", {})
    counts = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    )
    return [
        *(status.get(name, 0) for name in counts),
        labels(spec["template"]["spec"].get("nodeSelector")),
        age(obj, now),
        *containers(spec["template"]["spec"]),
        selector(spec.get("selector")),
    ]
