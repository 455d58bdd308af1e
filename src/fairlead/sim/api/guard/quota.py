"""ResourceQuota: what a namespace may hold. The guard counts up; counting anew is the work of a controller.

What counts is `status.hard` and `status.used`, which that controller writes first. Quotas of no scope are known, and of
the scopes of pods by priority none: a quota with scopes is not looked at.
"""

from typing import Any

from fairlead.sim.api.failure import forbidden, qualified
from fairlead.sim.api.guard.demand import by_container, of_pod, plus
from fairlead.sim.api.guard.guard import Objects, Write
from fairlead.sim.api.schema.quantity import Quantity, parse

Object = dict[str, Any]
COUNTED = frozenset(
    (
        *("configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets"),
        "services",
    )
)
COMPUTE = {"cpu": "requests.cpu", "memory": "requests.memory"}
NOTHING = parse("0")


def check(write: Write, objects: Objects) -> None:
    """Refuse what exceeds a quota; else add it to what is used."""
    obj, target = write.object, write.target
    if obj is None or not target.namespace or target.subresource:
        return
    before = {} if write.old is None else usage(target.group, target.resource, write.old)
    delta = {
        name: Quantity(amount.value - before.get(name, NOTHING).value, amount.format)
        for name, amount in usage(target.group, target.resource, obj).items()
    }
    delta = {name: amount for name, amount in delta.items() if amount.value}
    if write.old is not None:
        delta = {name: amount for name, amount in delta.items() if amount.value > 0}
    changed = [q for q in objects.list("", "resourcequotas", target.namespace) if _counts(q, obj, write, delta)]
    if not write.dry_run:
        for quota in changed:
            objects.replace("", "resourcequotas", quota, manager="kube-apiserver", subresource="status")


def usage(group: str, resource: str, obj: Object) -> dict[str, Quantity]:
    """What one object counts for, by the names of quotas."""
    one = parse("1")
    counted = {f"count/{qualified(group, resource)}": one}
    if not group and resource in COUNTED:
        counted[resource] = one
    if not group and resource == "pods":
        counted |= _compute(obj)
    if not group and resource == "services":
        counted |= _ports(obj)
    return counted


def _compute(pod: Object) -> dict[str, Quantity]:
    if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
        return {}
    asked: dict[str, Quantity] = {}
    for part, amounts in of_pod(pod).items():
        for name, text in amounts.items():
            asked[f"{part}.{name}"] = parse(text)
            if part == "requests" and name in COMPUTE:
                asked[name] = parse(text)
    return asked


def _ports(service: Object) -> dict[str, Quantity]:
    spec = service.get("spec") or {}
    kind, ports = spec.get("type"), len(spec.get("ports") or ())
    allocated = kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True))
    counted = {"services.nodeports": parse(str(ports if allocated else 0))}
    return {**counted, "services.loadbalancers": parse(str(int(kind == "LoadBalancer")))}


def _counts(quota: Object, obj: Object, write: Write, delta: dict[str, Quantity]) -> bool:
    """Whether the quota was changed. Raises Failure when it is exceeded."""
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, dict(status.get("used") or {})
    spec = quota.get("spec") or {}
    if spec.get("scopes") or spec.get("scopeSelector"):
        return False
    _named(quota, hard, obj, write)
    asked = {name: amount for name, amount in sorted(delta.items()) if name in hard and name in used}
    after = {name: plus(parse(used[name]), amount) for name, amount in asked.items()}
    exceeded = [name for name in asked if after[name].value > parse(hard[name]).value and asked[name].value > 0]
    if exceeded:
        parts = ({n: str(asked[n]) for n in exceeded}, {n: used[n] for n in exceeded}, {n: hard[n] for n in exceeded})
        requested, before, limited = (",".join(f"{name}={text}" for name, text in part.items()) for part in parts)
        name = quota["metadata"]["name"]
        _refuse(obj, write, f"exceeded quota: {name}, requested: {requested}, used: {before}, limited: {limited}")
    quota.setdefault("status", {})["used"] = {**used, **{name: str(amount) for name, amount in after.items()}}
    return bool(asked)


def _named(quota: Object, hard: Object, obj: Object, write: Write) -> None:
    """Every container of a pod must say what a quota limits."""
    if (write.operation, write.target.group, write.target.resource) != ("CREATE", "", "pods"):
        return
    lacking: dict[str, list[str]] = {}
    for name in sorted(hard):
        part, dot, resource = name.partition(".")
        part, resource = (part, resource) if dot else ("requests", part)
        if part not in ("requests", "limits") or resource not in ("cpu", "memory"):
            continue
        for container in by_container(obj):
            if resource not in ((container.get("resources") or {}).get(part) or {}):
                lacking.setdefault(name, []).append(container["name"])
    if lacking:
        told = "; ".join(f"{name} for: {','.join(containers)}" for name, containers in lacking.items())
        _refuse(obj, write, f"failed quota: {quota['metadata']['name']}: must specify {told}")


def _refuse(obj: Object, write: Write, why: str) -> None:
    raise forbidden(write.target.group, write.target.resource, obj["metadata"].get("name", ""), why)
