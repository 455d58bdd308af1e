"""LimitRange: what containers and pods of a namespace ask for when they say nothing, and what they may ask for."""

from typing import Any

from fairlead.sim.api.failure import forbidden
from fairlead.sim.api.guard.demand import by_container, of_pod
from fairlead.sim.api.guard.guard import Objects, Write
from fairlead.sim.api.schema.quantity import Quantity, parse

Object = dict[str, Any]
ANNOTATION = "kubernetes.io/limit-ranger"


def fill(write: Write, objects: Objects) -> None:
    """Give a new pod's containers what the limit ranges say; written down in an annotation."""
    pod = write.object
    if pod is None or not _is_new_pod(write):
        return
    told: list[str] = []
    for limit in _limits(objects, write.target.namespace, "Container"):
        for container in (*pod["spec"].get("initContainers", ()), *pod["spec"].get("containers", ())):
            requests, limits = limit.get("defaultRequest") or {}, limit.get("default") or {}
            resources = container.setdefault("resources", {})
            init = "init container" if container in pod["spec"].get("initContainers", ()) else "container"
            told += _set(resources, "requests", requests, f"request for {init} {container['name']}")
            told += _set(resources, "limits", limits, f"limit for {init} {container['name']}")
    if told:
        pod["metadata"].setdefault("annotations", {})[ANNOTATION] = f"LimitRanger plugin set: {'; '.join(told)}"


def _set(resources: Object, part: str, defaults: Object, what: str) -> list[str]:
    given = resources.get(part) or {}
    missing = {name: value for name, value in sorted(defaults.items()) if name not in given}
    if not missing:
        return []
    resources[part] = {**given, **missing}
    return [f"{', '.join(missing)} {what}"]


def check(write: Write, objects: Objects) -> None:
    """Refuse a new pod that asks for too much or too little."""
    pod = write.object
    if pod is None or not _is_new_pod(write):
        return
    errors: list[str] = []
    namespace = write.target.namespace
    for item in objects.list("", "limitranges", namespace):
        for limit in item["spec"]["limits"]:
            if limit["type"] == "Container":
                for container in by_container(pod):
                    errors += _errors(limit, container.get("resources") or {}, "Container")
            elif limit["type"] == "Pod":
                errors += _errors(limit, of_pod(pod), "Pod")
    if errors:
        why = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
        raise forbidden("", "pods", pod["metadata"].get("name", ""), why)


def _errors(limit: Object, resources: Object, per: str) -> list[str]:
    requests, limits = (
        {name: parse(str(text)) for name, text in (resources.get(part) or {}).items()}
        for part in ("requests", "limits")
    )
    found: list[str] = []
    for rule, judge in (("min", _too_little), ("max", _too_much), ("maxLimitRequestRatio", _too_far_apart)):
        for name, text in sorted((limit.get(rule) or {}).items()):
            bound = parse(str(text))
            wrong = judge(bound, requests.get(name), limits.get(name))
            subject = f"{name} max limit to request ratio" if rule.endswith("Ratio") else f"{rule}imum {name} usage"
            found += [f"{subject} per {per} is {bound}{wrong}"] if wrong else []
    return found


def _too_little(bound: Quantity, request: Quantity | None, limit: Quantity | None) -> str:
    if request is None:
        return ".  No request is specified"
    if request.value < bound.value:
        return f", but request is {request}"
    return f", but limit is {limit}" if limit is not None and limit.value < bound.value else ""


def _too_much(bound: Quantity, request: Quantity | None, limit: Quantity | None) -> str:
    if limit is None:
        return ".  No limit is specified"
    if limit.value > bound.value:
        return f", but limit is {limit}"
    return f", but request is {request}" if request is not None and request.value > bound.value else ""


def _too_far_apart(bound: Quantity, request: Quantity | None, limit: Quantity | None) -> str:
    if request is None or not request.value:
        return ", but no request is specified or request is 0"
    if limit is None or not limit.value:
        return ", but no limit is specified or limit is 0"
    ratio = limit.value / request.value
    return f", but provided ratio is {float(ratio):f}" if ratio > bound.value else ""


def _limits(objects: Objects, namespace: str, kind: str) -> list[Object]:
    items = objects.list("", "limitranges", namespace)
    return [limit for item in items for limit in item["spec"]["limits"] if limit["type"] == kind]


def _is_new_pod(write: Write) -> bool:
    target = write.target
    return (write.operation, target.group, target.resource, target.subresource) == ("CREATE", "", "pods", "")
