"""Roles and their bindings."""

from typing import Any

from fairlead.sim.api.schema import names
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_GROUP = "rbac.authorization.k8s.io"


def _role(obj: Object, _write: Write) -> list[Cause]:
    causes: list[Cause] = []
    namespaced = obj["kind"] == "Role"
    for index, rule in enumerate(obj.get("rules") or ()):
        causes += _rule(rule, f"rules[{index}]", namespaced=namespaced)
    return causes


def _rule(rule: dict[str, Any], field: str, *, namespaced: bool) -> list[Cause]:
    causes = [] if rule.get("verbs") else [required(f"{field}.verbs", "verbs must contain at least one value")]
    if urls := rule.get("nonResourceURLs"):
        if namespaced:
            detail = "namespaced rules cannot apply to non-resource URLs"
            causes.append(invalid(f"{field}.nonResourceURLs", urls, detail))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            causes.append(invalid(f"{field}.nonResourceURLs", urls, detail))
        return causes
    if not rule.get("apiGroups"):
        causes.append(required(f"{field}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        causes.append(required(f"{field}.resources", "resource rules must supply at least one resource"))
    return causes


def _binding(obj: Object, write: Write) -> list[Cause]:
    role = obj["roleRef"]
    allowed = ["ClusterRole"] if obj["kind"] == "ClusterRoleBinding" else ["Role", "ClusterRole"]
    causes = []
    if role.get("apiGroup") != _GROUP:
        causes.append(not_supported("roleRef.apiGroup", role.get("apiGroup", ""), [_GROUP]))
    if role.get("kind") not in allowed:
        causes.append(not_supported("roleRef.kind", role.get("kind", ""), allowed))
    if not role.get("name"):
        causes.append(required("roleRef.name"))
    else:
        causes += [invalid("roleRef.name", role["name"], error) for error in names.path_segment(role["name"])]
    for index, subject in enumerate(obj.get("subjects") or ()):
        causes += _subject(subject, f"subjects[{index}]", namespaced=obj["kind"] == "RoleBinding")
    if write.old is not None and write.old["roleRef"] != role:
        # The server prints its internal form here.
        shown = {"APIGroup": role.get("apiGroup"), "Kind": role.get("kind"), "Name": role.get("name")}
        causes.append(invalid("roleRef", shown, "cannot change roleRef"))
    return causes


def _subject(subject: dict[str, Any], field: str, *, namespaced: bool) -> list[Cause]:
    kind, name, group = subject.get("kind", ""), subject.get("name", ""), subject.get("apiGroup", "")
    causes = [] if name else [required(f"{field}.name")]
    if kind == "ServiceAccount":
        if name:
            causes += [invalid(f"{field}.name", name, error) for error in names.dns_subdomain(name)]
        if group:
            causes.append(not_supported(f"{field}.apiGroup", group, [""]))
        if not namespaced and not subject.get("namespace"):
            causes.append(required(f"{field}.namespace"))
    elif kind in {"User", "Group"}:
        if group != _GROUP:
            causes.append(not_supported(f"{field}.apiGroup", group, [_GROUP]))
        if subject.get("namespace"):
            causes.append(forbidden(f"{field}.namespace", "may not be set"))
    else:
        causes.append(not_supported(f"{field}.kind", kind, ["ServiceAccount", "User", "Group"]))
    return causes


ROLE = Strategy(name_syntax=names.path_segment, validate=_role)
BINDING = Strategy(name_syntax=names.path_segment, validate=_binding)
