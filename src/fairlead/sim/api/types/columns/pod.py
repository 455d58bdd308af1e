"""Pods: the one word that sums up a pod's state."""

from typing import Any

from fairlead.sim.api.types.columns.age import since
from fairlead.sim.api.types.columns.text import NONE, age
from fairlead.sim.api.types.kind import Object

_OUTCOMES = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}


def pod(obj: Object, now: str) -> list[Any]:
    """Ready, status, restarts, age; address, node, nominated node, readiness gates."""
    spec, status = obj["spec"], obj.get("status", {})
    statuses = status.get("containerStatuses") or ()
    ready = sum(1 for one in statuses if one.get("ready") and "running" in (one.get("state") or {}))
    gates = spec.get("readinessGates") or ()
    true = {one["type"] for one in status.get("conditions") or () if one["status"] == "True"}
    passed = sum(1 for gate in gates if gate["conditionType"] in true)
    return [
        f"{ready}/{len(spec.get('containers') or ())}",
        _reason(obj),
        _restarts(statuses, now),
        age(obj, now),
        status.get("podIP") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        f"{passed}/{len(gates)}" if gates else NONE,
    ]


def outcome(obj: Object) -> dict[str, Any]:
    """What a row says of a pod that has ended, so that clients can hide it."""
    phase = obj.get("status", {}).get("phase", "")
    message = _OUTCOMES.get(phase)
    if message is None:
        return {}
    return {"conditions": [{"type": "Completed", "status": "True", "reason": phase, "message": message}]}


def _restarts(statuses: Any, now: str) -> str:
    count = sum(one.get("restartCount", 0) for one in statuses)
    ended = [((one.get("lastState") or {}).get("terminated") or {}).get("finishedAt") for one in statuses]
    last = max((time for time in ended if time), default=None)
    return f"{count} ({since(last, now)} ago)" if count and last else str(count)


def _reason(obj: Object) -> str:
    spec, status = obj["spec"], obj.get("status", {})
    reason = status.get("reason") or status.get("phase", "")
    initializing = _initializing(spec, status)
    if initializing:
        reason = initializing
    else:
        running = False
        for one in reversed(status.get("containerStatuses") or ()):
            state = one.get("state") or {}
            if (state.get("waiting") or {}).get("reason"):
                reason = state["waiting"]["reason"]
            elif "terminated" in state:
                reason = _ended(state["terminated"])
            elif one.get("ready") and "running" in state:
                running = True
        if reason == "Completed" and running:
            reason = "Running" if _is_ready(status) else "NotReady"
    if obj["metadata"].get("deletionTimestamp"):
        return "Unknown" if status.get("reason") == "NodeLost" else "Terminating"
    return str(reason)


def _ended(terminated: dict[str, Any]) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _initializing(spec: dict[str, Any], status: dict[str, Any]) -> str:
    total = len(spec.get("initContainers") or ())
    for index, one in enumerate(status.get("initContainerStatuses") or ()):
        state = one.get("state") or {}
        if "terminated" in state and not state["terminated"].get("exitCode"):
            continue
        if one.get("started") and "running" in state:
            continue
        if "terminated" in state:
            return f"Init:{_ended(state['terminated'])}"
        waiting = (state.get("waiting") or {}).get("reason", "")
        return f"Init:{waiting}" if waiting and waiting != "PodInitializing" else f"Init:{index}/{total}"
    return ""


def _is_ready(status: dict[str, Any]) -> bool:
    return any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or ())
