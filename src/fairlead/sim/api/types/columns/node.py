"""Nodes."""

from typing import Any

from fairlead.sim.api.types.columns.text import NONE, age
from fairlead.sim.api.types.kind import Object

_ROLE = "node-role.kubernetes.io/"


def node(obj: Object, now: str) -> list[Any]:
    """Status, roles, age, version; addresses and what runs on it."""
    spec, status = obj.get("spec") or {}, obj.get("status", {})
    info = status.get("nodeInfo") or {}
    addresses = {one["type"]: one["address"] for one in reversed(status.get("addresses") or ())}
    return [
        _status(spec, status),
        _roles(obj["metadata"].get("labels") or {}),
        age(obj, now),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def _status(spec: dict[str, Any], status: dict[str, Any]) -> str:
    ready = next((one["status"] for one in status.get("conditions") or () if one["type"] == "Ready"), None)
    words = ["Unknown" if ready is None else "Ready" if ready == "True" else "NotReady"]
    return ",".join([*words, "SchedulingDisabled"] if spec.get("unschedulable") else words)


def _roles(labels: dict[str, str]) -> str:
    found = {label.removeprefix(_ROLE) for label in labels if label.startswith(_ROLE)}
    if role := labels.get("kubernetes.io/role"):
        found.add(role)
    return ",".join(sorted(found - {""})) or NONE
