"""Horizontal pod autoscalers, and their older form (autoscaling/v1), which knows CPU only."""

from typing import Any

from fairlead.sim.api.types.cause import Cause, invalid, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_TARGET = "targetCPUUtilizationPercentage"
_CURRENT = "currentCPUUtilizationPercentage"


def validate(obj: Object, _write: Write) -> list[Cause]:
    """Sizes, and what is scaled."""
    spec = obj["spec"]
    causes = []
    least, most = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    if least is not None and least < 1:
        causes.append(invalid("spec.minReplicas", least, "must be greater than or equal to 1"))
    if most < 1:
        causes.append(invalid("spec.maxReplicas", most, "must be greater than 0"))
    if least is not None and most < least:
        causes.append(invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`"))
    target = spec.get("scaleTargetRef") or {}
    causes += [required(f"spec.scaleTargetRef.{name}") for name in ("kind", "name") if not target.get(name)]
    if "/" not in target.get("apiVersion", "") and target.get("kind") != "ReplicationController":
        detail = "apiVersion must specify API group"
        causes.append(invalid("spec.scaleTargetRef.apiVersion", target.get("apiVersion", ""), detail))
    return causes


def to_v2(obj: Object) -> Object:
    """The stored form of an autoscaling/v1 object."""
    spec, status = dict(obj["spec"]), dict(obj.get("status", {}))
    percent = spec.pop(_TARGET, None)
    spec["metrics"] = [
        _cpu("target", {"type": "Utilization", "averageUtilization": 80 if percent is None else percent})
    ]
    status["currentMetrics"] = None
    if not status.get("currentReplicas"):
        status.pop("currentReplicas", None)
    if (percent := status.pop(_CURRENT, None)) is not None:
        status["currentMetrics"] = [_cpu("current", {"averageUtilization": percent, "averageValue": "0"})]
    return {**obj, "apiVersion": "autoscaling/v2", "spec": spec, "status": status}


def to_v1(obj: Object) -> Object:
    """The autoscaling/v1 form of a stored object; metrics other than CPU utilization are left out."""
    spec, status = dict(obj["spec"]), dict(obj.get("status", {}))
    for metric in spec.pop("metrics", None) or ():
        if (percent := _of_cpu(metric, "target")) is not None:
            spec[_TARGET] = percent
    spec.pop("behavior", None)
    for metric in status.pop("currentMetrics", None) or ():
        if (percent := _of_cpu(metric, "current")) is not None:
            status[_CURRENT] = percent
    status.pop("conditions", None)
    status.setdefault("currentReplicas", 0)
    return {**obj, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}


def _cpu(field: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Resource", "resource": {"name": "cpu", field: value}}


def _of_cpu(metric: dict[str, Any], field: str) -> Any:
    resource = metric.get("resource") or {}
    return (resource.get(field) or {}).get("averageUtilization") if resource.get("name") == "cpu" else None


AUTOSCALER = Strategy(validate=validate)
