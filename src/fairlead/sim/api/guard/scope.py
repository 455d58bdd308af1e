"""The scopes of a quota: which pods it counts. A quota with scopes counts nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

Object = dict[str, Any]
Requirement = dict[str, Any]


def covers(quota: Object, obj: Object, *, pod: bool) -> bool:
    """Whether all scopes of the quota hold for the object."""
    return all(pod and _holds(requirement, obj) for requirement in _requirements(quota["spec"]))


def _requirements(spec: Object) -> Iterator[Requirement]:
    for scope in spec.get("scopes") or ():
        yield {"scopeName": scope, "operator": "Exists"}
    yield from (spec.get("scopeSelector") or {}).get("matchExpressions") or ()


def _holds(requirement: Requirement, pod: Object) -> bool:
    test = _SCOPES.get(requirement["scopeName"])
    return test is not None and test(requirement, pod)


def terminates(pod: Object) -> bool:
    """Whether the pod ends by itself after some time."""
    return pod["spec"].get("activeDeadlineSeconds") is not None


def _best_effort(pod: Object) -> bool:
    return bool(pod["status"]["qosClass"] == "BestEffort")


def _has_class(requirement: Requirement, pod: Object) -> bool:
    name, values = pod["spec"].get("priorityClassName", ""), requirement.get("values") or ()
    match requirement["operator"]:
        case "In":
            return name in values
        case "NotIn":
            return name not in values
        case "Exists":
            return bool(name)
    return not name


def _reaches_out(pod: Object) -> bool:
    """Whether it wants to be near pods of other namespaces, or far from them."""
    affinity = pod["spec"].get("affinity") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(kind) or {}
        preferred = terms.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        for term in (
            *(terms.get("requiredDuringSchedulingIgnoredDuringExecution") or ()),
            *(weighted["podAffinityTerm"] for weighted in preferred),
        ):
            if term.get("namespaces") or term.get("namespaceSelector") is not None:
                return True
    return False


_SCOPES: dict[str, Callable[[Requirement, Object], bool]] = {
    "Terminating": lambda _, pod: terminates(pod),
    "NotTerminating": lambda _, pod: not terminates(pod),
    "BestEffort": lambda _, pod: _best_effort(pod),
    "NotBestEffort": lambda _, pod: not _best_effort(pod),
    "PriorityClass": _has_class,
    "CrossNamespacePodAffinity": lambda _, pod: _reaches_out(pod),
}
