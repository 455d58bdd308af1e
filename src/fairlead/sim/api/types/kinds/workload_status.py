"""The numbers that a workload's controller reports: none is more than what it is a part of."""

from typing import Any

from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Object, Write

_PARTS = {
    "Deployment": ("updatedReplicas", "readyReplicas", "availableReplicas"),
    "ReplicaSet": ("fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
    "StatefulSet": ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"),
}


def status_causes(obj: Object, write: Write) -> list[Cause]:
    """Causes against a write of the status subresource."""
    parts = _PARTS.get(obj["kind"])
    if write.subresource != "status" or parts is None:
        return []
    status: dict[str, Any] = obj.get("status") or {}
    causes = [
        invalid(f"status.{name}", value, "must be greater than or equal to 0")
        for name, value in status.items()
        if isinstance(value, int) and value < 0
    ]
    causes += [
        invalid(f"status.{name}", status[name], "cannot be greater than status.replicas")
        for name in parts
        if status.get(name, 0) > status.get("replicas", 0)
    ]
    if (available := status.get("availableReplicas", 0)) > status.get("readyReplicas", 0):
        ready = "status.readyReplicas" if obj["kind"] == "StatefulSet" else "readyReplicas"
        causes.append(invalid("status.availableReplicas", available, f"cannot be greater than {ready}"))
    return causes
