"""What the built-in admission plugins put into objects: priority and tolerations of pods, finalizers of volumes."""

from collections.abc import Callable
from typing import Any

from fairlead.sim.api.failure import forbidden
from fairlead.sim.api.guard.guard import Objects, Write

Object = dict[str, Any]
SCHEDULING = "scheduling.k8s.io"
BUILT_IN_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
TOLERATED_S = 300
TOLERATED = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
PROTECTION = {
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
    "persistentvolumes": "kubernetes.io/pv-protection",
}


def fill(write: Write, objects: Objects) -> None:
    """Change a new object as the plugins that are on by default do."""
    target = write.target
    if write.object is None or target.group or target.subresource:
        return
    if write.operation == "UPDATE" and write.old is not None and target.resource == "pods":
        _keep(write.object["spec"], write.old["spec"])
    if write.operation != "CREATE":
        return
    if change := _CHANGES.get(target.resource):
        change(write.object, objects)


def _pod(pod: Object, objects: Objects) -> None:
    _tolerations(pod["spec"])
    _priority(pod, objects)


def _keep(spec: Object, old: Object) -> None:
    """A change that leaves out what was put into a new pod leaves it alone."""
    _tolerations(spec)
    for field in ("priority", "preemptionPolicy"):
        if field in old:
            spec.setdefault(field, old[field])


def _priority(pod: Object, objects: Objects) -> None:
    spec, classes = pod["spec"], objects.list(SCHEDULING, "priorityclasses")
    name = spec.get("priorityClassName") or ""
    known = {item["metadata"]["name"]: item for item in classes}
    if not name:
        name = next((each for each, item in known.items() if item.get("globalDefault")), "")
    found = known.get(name)
    if name and found is None and name not in BUILT_IN_PRIORITIES:
        raise forbidden("", "pods", pod["metadata"].get("name", ""), f"no PriorityClass with name {name} was found")
    priority = found["value"] if found else BUILT_IN_PRIORITIES.get(name, 0)
    if spec.get("priority", priority) != priority:
        why = (
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; priority admission"
            f" controller computed {priority} from the given PriorityClass name"
        )
        raise forbidden("", "pods", pod["metadata"].get("name", ""), why)
    if name:
        spec["priorityClassName"] = name
    spec["priority"] = priority
    spec.setdefault("preemptionPolicy", (found or {}).get("preemptionPolicy", "PreemptLowerPriority"))


def _tolerations(spec: Object) -> None:
    given = spec.get("tolerations") or []
    for key in TOLERATED:
        if not any(_tolerates(toleration, key) for toleration in given):
            added = {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATED_S}
            spec["tolerations"] = [*(spec.get("tolerations") or ()), added]


def _tolerates(toleration: Object, key: str) -> bool:
    return toleration.get("key", "") in ("", key) and toleration.get("effect", "") in ("", "NoExecute")


def _volume(resource: str) -> Callable[[Object, Objects], None]:
    def protect(obj: Object, _: Objects) -> None:
        finalizers = obj["metadata"].get("finalizers") or []
        if PROTECTION[resource] not in finalizers:
            obj["metadata"]["finalizers"] = [*finalizers, PROTECTION[resource]]

    return protect


_CHANGES: dict[str, Callable[[Object, Objects], None]] = {
    "pods": _pod,
    **{resource: _volume(resource) for resource in PROTECTION},
}
