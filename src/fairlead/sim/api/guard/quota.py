"""ResourceQuota: what a namespace may hold. The guard counts up; counting anew is the work of a controller.

What counts is `status.hard` and `status.used`, which that controller writes first.
"""

from typing import Any

from fairlead.sim.api.failure import forbidden, qualified
from fairlead.sim.api.guard.demand import by_container, of_pod, plus
from fairlead.sim.api.guard.guard import Objects, Write
from fairlead.sim.api.guard.scope import covers, terminates
from fairlead.sim.api.schema.quantity import Quantity, parse

Object = dict[str, Any]
COUNTED = frozenset(
    (
        *("configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets"),
        "services",
    )
)
POD = frozenset(("pods", "count/pods", "cpu", "memory", "ephemeral-storage"))
OF_PODS = ("requests.", "limits.", "hugepages-")
COMPUTE = {"cpu": "requests.cpu", "memory": "requests.memory", "ephemeral-storage": "requests.ephemeral-storage"}
NOTHING = parse("0")


def check(write: Write, objects: Objects) -> None:
    """Refuse what exceeds a quota; else add it to what is used."""
    obj, target = write.object, write.target
    if obj is None or not target.namespace or target.subresource or not _is_counted(write):
        return
    asked = usage(target.group, target.resource, obj)
    quotas = [quota for quota in objects.list("", "resourcequotas", target.namespace) if _matches(quota, obj, write)]
    for quota in quotas:
        _check_known(quota, obj, write)
    changed = [quota for quota in quotas if _counts(quota, obj, write, asked)]
    if not write.dry_run:
        for quota in changed:
            objects.replace("", "resourcequotas", quota, manager="kube-apiserver", subresource="status")


def _is_pod(write: Write) -> bool:
    return (write.target.group, write.target.resource) == ("", "pods")


def _is_counted(write: Write) -> bool:
    """A changed pod is looked at only when other quotas are for it now."""
    if not _is_pod(write) or write.old is None or write.object is None:
        return True
    return terminates(write.old) != terminates(write.object)


def _matches(quota: Object, obj: Object, write: Write) -> bool:
    return bool(_limited(quota, write)) and covers(quota, obj, pod=_is_pod(write))


def _limited(quota: Object, write: Write) -> list[str]:
    """What of the resource the quota limits."""
    hard, target = (quota.get("status") or {}).get("hard") or {}, write.target
    if _is_pod(write):
        return sorted(name for name in hard if name in POD or (name.startswith(OF_PODS) and name != "requests.storage"))
    assert write.object is not None
    return sorted(hard.keys() & usage(target.group, target.resource, write.object).keys())


def _check_known(quota: Object, obj: Object, write: Write) -> None:
    """Refuse a pod that does not say what is limited, and anything of which nobody has counted yet what there is."""
    limited = _limited(quota, write)
    if _is_pod(write):
        _named(quota, limited, obj, write)
    if not (quota["status"].get("used") or {}).keys() >= set(limited):
        name = quota["metadata"]["name"]
        _refuse(obj, write, f"status unknown for quota: {name}, resources: {','.join(limited)}")


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
    if not group and resource == "persistentvolumeclaims":
        counted |= _storage(obj)
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


def _storage(claim: Object) -> dict[str, Quantity]:
    """What a claim wants, altogether and of its class."""
    spec = claim["spec"]
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    counted = {} if asked is None else {"requests.storage": parse(asked)}
    if class_ := spec.get("storageClassName"):
        own = f"{class_}.storageclass.storage.k8s.io/"
        counted |= {f"{own}{name}": amount for name, amount in counted.items()}
        counted[f"{own}persistentvolumeclaims"] = parse("1")
    return counted


def _ports(service: Object) -> dict[str, Quantity]:
    spec = service.get("spec") or {}
    kind, ports = spec.get("type"), len(spec.get("ports") or ())
    allocated = kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True))
    counted = {"services.nodeports": parse(str(ports if allocated else 0))}
    return {**counted, "services.loadbalancers": parse(str(int(kind == "LoadBalancer")))}


def _counts(quota: Object, obj: Object, write: Write, usage_of_new: dict[str, Quantity]) -> bool:
    """Whether the quota was changed. Raises Failure when it is exceeded."""
    hard, used = quota["status"]["hard"], quota["status"]["used"]
    delta = _more(usage_of_new, _before(quota, write))
    asked = {name: amount for name, amount in sorted(delta.items()) if name in hard and name in used}
    after = {name: plus(parse(used[name]), amount) for name, amount in asked.items()}
    exceeded = [name for name in asked if after[name].value > parse(hard[name]).value]
    if exceeded:
        parts = ({n: str(asked[n]) for n in exceeded}, {n: used[n] for n in exceeded}, {n: hard[n] for n in exceeded})
        requested, before, limited = (",".join(f"{name}={text}" for name, text in part.items()) for part in parts)
        name = quota["metadata"]["name"]
        _refuse(obj, write, f"exceeded quota: {name}, requested: {requested}, used: {before}, limited: {limited}")
    quota["status"]["used"] = {**used, **{name: str(amount) for name, amount in after.items()}}
    return bool(asked)


def _before(quota: Object, write: Write) -> dict[str, Quantity]:
    """What the object counted for in this quota until now."""
    if write.old is None or not covers(quota, write.old, pod=_is_pod(write)):
        return {}
    return usage(write.target.group, write.target.resource, write.old)


def _more(new: dict[str, Quantity], old: dict[str, Quantity]) -> dict[str, Quantity]:
    delta = {name: Quantity(amount.value - old.get(name, NOTHING).value, amount.format) for name, amount in new.items()}
    return {name: amount for name, amount in delta.items() if amount.value > 0}


def _named(quota: Object, limited: list[str], obj: Object, write: Write) -> None:
    """Every container of a pod must say what a quota limits."""
    lacking: dict[str, list[str]] = {}
    for name in limited:
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
