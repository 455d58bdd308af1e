"""Nodes."""

from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


def _prepare(obj: Object, write: Write) -> None:
    """Nothing is scheduled to a new node before it has reported."""
    if write.old is None:
        taints = obj["spec"].setdefault("taints", [])
        if not any(taint.get("key") == _NOT_READY["key"] for taint in taints):
            taints.append(dict(_NOT_READY))


NODE = Strategy(prepare=_prepare, keeps_status_on_create=True)
