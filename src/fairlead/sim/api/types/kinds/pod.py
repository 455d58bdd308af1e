"""Pods: their first status, and what may change once they are there."""

from typing import Any

from fairlead.sim.api.schema import quantity
from fairlead.sim.api.types.cause import Cause, forbidden, invalid
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.pod_spec import pod_spec
from fairlead.sim.api.types.kinds.strategy import Strategy

_FIELDS = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)


def _prepare(obj: Object, write: Write) -> None:
    if write.old is None:
        obj["status"] = {"phase": "Pending", "qosClass": qos_class(obj["spec"])}


def qos_class(spec: dict[str, Any]) -> str:
    """Guaranteed when every container limits what it requests, BestEffort when none says anything."""
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    given = [(part.get("resources") or {}) for part in containers]
    amounts = [(resources.get("requests") or {}, resources.get("limits") or {}) for resources in given]
    if not any({"cpu", "memory"} & (requests.keys() | limits.keys()) for requests, limits in amounts):
        return "BestEffort"
    return "Guaranteed" if all(_guaranteed(*one) for one in amounts) else "Burstable"


def _guaranteed(requests: dict[str, str], limits: dict[str, str]) -> bool:
    return all(
        name in limits and quantity.parse(requests.get(name, limits[name])) == quantity.parse(limits[name])
        for name in ("cpu", "memory")
    )


def _validate(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = pod_spec(spec, "spec") if write.old is None or not write.subresource else []
    if write.old is not None and not write.subresource:
        causes += _changed(spec, write.old["spec"])
    return causes


def _changed(spec: dict[str, Any], old: dict[str, Any]) -> list[Cause]:
    before, after = old.get("activeDeadlineSeconds"), spec.get("activeDeadlineSeconds")
    causes = []
    if before is not None and (after is None or after > before):
        detail = (
            "must not update from a positive integer to nil value"
            if after is None
            else "must be less than or equal to previous value"
        )
        causes.append(invalid("spec.activeDeadlineSeconds", after, detail))
    if _fixed(spec) != _fixed(old):
        detail = f"pod updates may not change fields other than {','.join(_FIELDS)}"
        causes.append(forbidden("spec", detail))
    return causes


def _fixed(spec: dict[str, Any]) -> dict[str, Any]:
    """What may not change."""
    free = {"activeDeadlineSeconds", "tolerations", "schedulingGates"}
    kept = {name: value for name, value in spec.items() if name not in free}
    for name in ("containers", "initContainers"):
        if name in kept:
            kept[name] = [{key: value for key, value in part.items() if key != "image"} for part in kept[name]]
    return kept


POD = Strategy(prepare=_prepare, validate=_validate)
