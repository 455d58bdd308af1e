"""What the API server's own controllers write into a CustomResourceDefinition: its names and conditions.

A definition is served as soon as its names are accepted: nothing else of the group may have them.
"""

from typing import Any

from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.types.types import Types

_APPROVAL = "api-approved.kubernetes.io"
_PROTECTED = (".k8s.io", ".kubernetes.io")


def establish(crd: dict[str, Any], types: Types, now: str) -> dict[str, Any]:
    """The definition with the status that follows; the same content where nothing is to be written."""
    status = dict(crd.get("status") or {})
    conflict = _conflict(crd, types)
    conditions = [dict(condition) for condition in status.get("conditions") or ()]
    if approval := _approval(crd):
        _set(conditions, "KubernetesAPIApprovalPolicyConformant", *approval, now)
    if conflict is None:
        status["acceptedNames"] = {name: value for name, value in crd["spec"]["names"].items() if value}
        _set(conditions, "NamesAccepted", "True", "NoConflicts", "no conflicts found", now)
        _set(conditions, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted", now)
    else:
        _set(conditions, "NamesAccepted", "False", *conflict, now)
        if not any(condition["type"] == "Established" for condition in conditions):
            _set(conditions, "Established", "False", "NotAccepted", "not all names are accepted", now)
    stored = next(version["name"] for version in crd["spec"]["versions"] if version["storage"])
    versions = status.get("storedVersions") or []
    return {
        **crd,
        "status": {
            **status,
            "conditions": conditions,
            "storedVersions": versions if stored in versions else [*versions, stored],
        },
    }


def is_established(crd: dict[str, Any]) -> bool:
    """Whether it is served."""
    conditions = (crd.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def _set(conditions: list[dict[str, Any]], type_: str, status: str, reason: str, message: str, now: str) -> None:
    found = next((condition for condition in conditions if condition["type"] == type_), None)
    wanted = {"status": status, "reason": reason, "message": message}
    if found is None:
        conditions.append({"type": type_, "lastTransitionTime": now, **wanted})
    elif {key: found.get(key) for key in wanted} != wanted:
        moved = {"lastTransitionTime": now} if found["status"] != status else {}
        found.update(moved | wanted)


def _conflict(crd: dict[str, Any], types: Types) -> tuple[str, str] | None:
    """Reason and message of the first name that another resource of the group has."""
    names, group = crd["spec"]["names"], crd["spec"]["group"]
    others = [kind for kind in types.resources() if kind.group == group and kind.plural != names["plural"]]
    taken = {name: kind for kind in others for name in _resource_names(kind)}
    kinds = {name for kind in others for name in (kind.kind, kind.list_kind)}
    for field, reason in (("plural", "PluralConflict"), ("singular", "SingularConflict")):
        if names.get(field) in taken:
            return reason, f'"{names[field]}" is already in use'
    for short in names.get("shortNames") or ():
        if short in taken:
            return "ShortNamesConflict", f'"{short}" is already in use'
    for field, reason in (("kind", "KindConflict"), ("listKind", "ListKindConflict")):
        if names.get(field) in kinds:
            return reason, f'"{names[field]}" is already in use'
    return None


def _resource_names(kind: Kind) -> tuple[str, ...]:
    return kind.plural, kind.singular, *kind.short_names


def _approval(crd: dict[str, Any]) -> tuple[str, str, str] | None:
    """Groups of Kubernetes itself need a link to their approval, or the word that they have none."""
    group = crd["spec"]["group"]
    if not (group.endswith(_PROTECTED) or f".{group}" in _PROTECTED):
        return None
    value = (crd["metadata"].get("annotations") or {}).get(_APPROVAL, "")
    if value.startswith("unapproved"):
        return "False", "UnapprovedAnnotation", f'not approved: "{value}"'
    if value.startswith(("http://", "https://")):
        return "True", "ApprovedAnnotation", f"approved in {value}"
    if value:
        return (
            "False",
            "InvalidAnnotation",
            (
                f'protected groups must have approval annotation "{_APPROVAL}" with either a URL or a reason '
                f'starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111'
            ),
        )
    return (
        "False",
        "MissingAnnotation",
        (
            f'protected groups must have approval annotation "{_APPROVAL}", '
            "see https://github.com/kubernetes/enhancements/pull/1111"
        ),
    )
