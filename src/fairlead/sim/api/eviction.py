"""What is done to a pod through its subresources: it is bound to a node, or evicted where its budget allows."""

from functools import cache
from typing import Any

import msgspec

from fairlead.sim.api import decode
from fairlead.sim.api.delete import check_preconditions, remove
from fairlead.sim.api.failure import Failure, bad_request, conflict, not_found, unexplained
from fairlead.sim.api.finalize import DeleteOptions
from fairlead.sim.api.meta import metadata, place
from fairlead.sim.api.options import WriteOptions, write_options
from fairlead.sim.api.request import Answer
from fairlead.sim.api.state import Call
from fairlead.sim.api.storage import Stored
from fairlead.sim.api.types.cause import Cause, not_supported, required
from fairlead.sim.api.types.kind import Kind, Write
from fairlead.sim.api.types.unstored import unstored
from fairlead.sim.api.write import admit

Object = dict[str, Any]

_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_DONE = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def bind(call: Call) -> Answer:
    """Give a pod its node, once."""
    options = write_options(call.request, "CreateOptions")
    told = _body(call, _binding(), options)
    node = told["target"]["name"]
    stored = _pod(call)
    pod = call.state.load(call.kind, stored)
    assigned = pod.get("spec", {}).get("nodeName")
    name = call.target.name
    if metadata(pod).get("deletionTimestamp"):
        raise conflict("", "pods/binding", name, f"pod {name} is being deleted, cannot be assigned to a host")
    if assigned:
        raise conflict("", "pods/binding", name, f'pod {name} is already assigned to node "{assigned}"')
    pod["spec"]["nodeName"] = node
    conditions = pod.setdefault("status", {}).setdefault("conditions", [])
    scheduled = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": call.state.now(),
    }
    pod["status"]["conditions"] = [one for one in conditions if one["type"] != "PodScheduled"] + [scheduled]
    if not options.dry_run:
        call.state.put(call.kind, pod)
    return _done()


def evict(call: Call) -> Answer:
    """Delete a pod, unless that would leave fewer healthy ones than its budget wants."""
    options = write_options(call.request, "CreateOptions")
    told = _body(call, _eviction(), options)
    asked = told.get("deleteOptions") or {}
    dry_run = options.dry_run or bool(asked.get("dryRun"))
    stored = _pod(call)
    pod = call.state.load(call.kind, stored)
    if not _free(pod):
        _spend(call, pod, WriteOptions(dry_run=dry_run))
    conditions = asked.get("preconditions") or {}
    how = DeleteOptions(
        uid=conditions.get("uid"),
        version=conditions.get("resourceVersion"),
        grace_s=asked.get("gracePeriodSeconds"),
        propagation=asked.get("propagationPolicy"),
        dry_run=dry_run,
    )
    check_preconditions(call.kind, pod, how)
    if not dry_run:
        stored = _disrupt(call, stored, pod)
    remove(call, stored, msgspec.structs.replace(how, version=None))
    return _done()


def _disrupt(call: Call, stored: Stored, pod: Object) -> Stored:
    """Say in the pod why it goes; once."""
    conditions = pod.setdefault("status", {}).setdefault("conditions", [])
    if any(one["type"] == "DisruptionTarget" for one in conditions):
        return stored
    conditions.append(
        {
            "type": "DisruptionTarget",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": call.state.now(),
            "reason": "EvictionByEvictionAPI",
            "message": "Eviction API: evicting",
        }
    )
    return call.state.put(call.kind, pod)


def _free(pod: Object) -> bool:
    """Pods that have ended, are ending or never began cost no budget."""
    phase = pod.get("status", {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or bool(metadata(pod).get("deletionTimestamp"))


def _spend(call: Call, pod: Object, options: WriteOptions) -> None:
    budgets = [
        budget
        for budget in call.state.list("policy", "poddisruptionbudgets", call.target.namespace)
        if _covers(budget, metadata(pod).get("labels", {}))
    ]
    if len(budgets) > 1:
        raise Failure(500, "InternalError", f"Internal error occurred: {_SEVERAL}", {"causes": [{"message": _SEVERAL}]})
    for budget in budgets:
        status = budget.get("status", {})
        if not _ready(pod) and _spares_unready(budget):
            return
        allowed = status.get("disruptionsAllowed", 0)
        if status.get("observedGeneration", 0) < metadata(budget).get("generation", 0) or allowed <= 0:
            raise _refused(budget)
        status["disruptionsAllowed"] = allowed - 1
        status.setdefault("disruptedPods", {})[metadata(pod)["name"]] = call.state.now()
        if not options.dry_run:
            call.state.replace("policy", "poddisruptionbudgets", budget, manager="kube-apiserver", subresource="status")


def _ready(pod: Object) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _spares_unready(budget: Object) -> bool:
    """An unready pod may go where the budget says so, or where enough others are healthy."""
    status = budget.get("status", {})
    healthy: int = status.get("currentHealthy", 0)
    wanted: int = status.get("desiredHealthy", 0)
    return budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow" or healthy >= wanted > 0


def _refused(budget: Object) -> Failure:
    status, name = budget.get("status", {}), metadata(budget)["name"]
    if status.get("observedGeneration", 0) < metadata(budget).get("generation", 0):
        why = f"The disruption budget {name} is still being processed by the server."
        details: Object = {"causes": [{"reason": "DisruptionBudget", "message": why}], "retryAfterSeconds": 10}
    else:
        needs, has = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        why = f"The disruption budget {name} needs {needs} healthy pods and has {has} currently"
        details = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return Failure(429, "TooManyRequests", message, details)


def _covers(budget: Object, labels: dict[str, str]) -> bool:
    selector = budget.get("spec", {}).get("selector")
    if selector is None:
        return False
    wanted = selector.get("matchLabels", {})
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(expression, labels) for expression in selector.get("matchExpressions", ()))


def _holds(expression: Object, labels: dict[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values", ())
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
    return value is None


@cache
def _binding() -> Kind:
    return unstored("", "v1", "Binding", validate=_target)


@cache
def _eviction() -> Kind:
    return unstored("policy", "v1", "Eviction")


def _target(binding: Object, _write: Write) -> list[Cause]:
    kind, name = binding["target"].get("kind", ""), binding["target"].get("name", "")
    causes = [] if kind in ("", "Node") else [not_supported("target.kind", kind, ["Node", "<empty>"])]
    return causes if name else [*causes, required("target.name")]


def _body(call: Call, kind: Kind, options: WriteOptions) -> Object:
    """What is asked of the pod, as the guards let it pass. That the pod exists is not known yet."""
    told = decode.body(call, options.validation, kind)
    if metadata(told).get("name", "") != call.target.name:
        raise bad_request(f"name in URL does not match name in {kind.kind} object")
    place(kind, told, call.target.namespace)
    causes = [str(cause) for cause in kind.validate(told, Write(old=None))]
    if causes:
        raise unexplained(causes[0] if len(causes) == 1 else f"[{', '.join(causes)}]")
    return admit(call, kind, told, options)


def _pod(call: Call) -> Stored:
    stored = call.stored()
    if stored is None:
        raise not_found(call.target.group, call.target.resource, call.target.name)
    return stored


def _done() -> Answer:
    headers = {"Content-Type": "application/json"}
    return Answer(status=201, headers=headers, body=msgspec.json.encode(_DONE) + b"\n")
