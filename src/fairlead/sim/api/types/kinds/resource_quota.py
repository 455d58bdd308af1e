"""ResourceQuotas: which scopes may stand together, and with which resources."""

from collections.abc import Iterable
from typing import Any

from fairlead.sim.api.types.cause import Cause, invalid, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_COMPUTE = frozenset(("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"))
_PODS = frozenset(("pods",))
_CLAIMS = frozenset(("persistentvolumeclaims", "requests.storage"))
_STANDARD = (
    _COMPUTE
    | _PODS
    | _CLAIMS
    | frozenset(
        (
            *("ephemeral-storage", "requests.ephemeral-storage", "limits.ephemeral-storage", "resourcequotas"),
            *("services", "replicationcontrollers", "secrets", "configmaps", "services.nodeports"),
            "services.loadbalancers",
        )
    )
)
_APPLICABLE = {
    "Terminating": _PODS | _COMPUTE,
    "NotTerminating": _PODS | _COMPUTE,
    "NotBestEffort": _PODS | _COMPUTE,
    "PriorityClass": _PODS | _COMPUTE,
    "CrossNamespacePodAffinity": _PODS | _COMPUTE,
    "BestEffort": _PODS,
    "VolumeAttributesClass": _CLAIMS,
}
"""What may be limited within each scope. Names that are not standard may be anywhere."""
_ONLY_EXISTS = frozenset(_APPLICABLE) - {"PriorityClass", "VolumeAttributesClass"}
_OPPOSITES = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})


def _validate(obj: Object, write: Write) -> list[Cause]:
    if write.subresource == "status":
        return []
    spec = obj["spec"]
    scopes = spec.get("scopes") or []
    causes = _scopes(spec, scopes)
    if spec.get("scopeSelector") is not None:
        causes += _selector(spec, spec["scopeSelector"].get("matchExpressions") or [])
    if write.old is not None and set(write.old["spec"].get("scopes") or ()) != set(scopes):
        causes.append(invalid("spec.scopes", scopes or None, "field is immutable"))
    return causes


def _scopes(spec: Object, scopes: list[str]) -> list[Cause]:
    causes = []
    for scope in scopes:
        if scope not in _APPLICABLE:
            causes.append(invalid("spec.scopes", scopes, "unsupported scope"))
        causes += _misplaced(spec, scope, "spec.scopes", scopes)
    return causes + _opposites(spec, scopes, "spec.scopes")


def _selector(spec: Object, requirements: list[dict[str, Any]]) -> list[Cause]:
    field = "spec.scopeSelector.matchExpressions"
    shown = {"MatchExpressions": [_shown(requirement) for requirement in requirements]}
    causes = []
    for requirement in requirements:
        scope, operator = requirement["scopeName"], requirement["operator"]
        if scope not in _APPLICABLE:
            causes.append(invalid(f"{field}.scopeName", scope, "unsupported scope"))
        causes += _misplaced(spec, scope, field, shown)
        if scope in _ONLY_EXISTS and operator != "Exists":
            why = (
                "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
                "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort "
                "or ResourceQuotaScopeCrossNamespacePodAffinity"
            )
            causes.append(invalid(f"{field}.operator", operator, why))
        causes += _operator(operator, requirement.get("values") or [], field)
    return causes + _opposites(spec, [requirement["scopeName"] for requirement in requirements], field)


def _operator(operator: str, values: list[str], field: str) -> list[Cause]:
    if operator in ("In", "NotIn"):
        why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        return [] if values else [required(f"{field}.values", why)]
    if operator in ("Exists", "DoesNotExist"):
        why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
        return [invalid(f"{field}.values", values, why)] if values else []
    return [invalid(f"{field}.operator", operator, "not a valid selector operator")]


def _misplaced(spec: Object, scope: str, field: str, shown: Any) -> list[Cause]:
    """A cause for every resource that does not go with the scope."""
    applicable = _APPLICABLE.get(scope, _STANDARD)
    misplaced = [name for name in spec.get("hard") or () if name in _STANDARD and name not in applicable]
    return [invalid(field, shown, "unsupported scope applied to resource") for _ in misplaced]


def _opposites(spec: Object, scopes: Iterable[str], field: str) -> list[Cause]:
    shown = spec.get("scopes") or None
    return [invalid(field, shown, "conflicting scopes") for pair in _OPPOSITES if pair <= set(scopes)]


def _shown(requirement: dict[str, Any]) -> dict[str, Any]:
    """The server prints its internal form here."""
    return {
        "ScopeName": requirement["scopeName"],
        "Operator": requirement["operator"],
        "Values": requirement.get("values") or None,
    }


RESOURCE_QUOTA = Strategy(validate=_validate)
