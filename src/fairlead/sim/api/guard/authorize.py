"""RBAC: which rules a user holds by roles and bindings, and so what may be done."""

from collections.abc import Iterator, Sequence
from typing import Any

from fairlead.sim.api.failure import Failure, qualified
from fairlead.sim.api.guard.attributes import Attributes
from fairlead.sim.api.guard.guard import Objects
from fairlead.sim.api.guard.rules import ALL, Rule, read
from fairlead.sim.api.guard.user import User

GROUP = "rbac.authorization.k8s.io"
MASTERS = "system:masters"
Object = dict[str, Any]


class Rbac:
    """Reads roles and bindings as they are stored; keeps what was read until a write to the resource."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._kept: dict[tuple[str, str], tuple[int, Sequence[Object]]] = {}

    def allowed(self, user: User, wanted: Attributes) -> tuple[bool, str]:
        """Whether, and why."""
        if MASTERS in user.groups:
            return True, ""
        troubles: list[str] = []
        for why, rules in self._granted(user, wanted.namespace, troubles):
            if any(rule.allows(wanted) for rule in rules):
                return True, f"RBAC: allowed by {why}"
        if not troubles:
            return False, ""
        return False, f"RBAC: {troubles[0] if len(troubles) == 1 else '[' + ', '.join(troubles) + ']'}"

    def rules(self, user: User, namespace: str) -> list[Rule]:
        """All rules that a user holds in a namespace."""
        held = [rule for _, rules in self._granted(user, namespace, []) for rule in rules]
        return [*held, *ALL] if MASTERS in user.groups else held

    def role(self, kind: str, namespace: str, name: str) -> tuple[Rule, ...] | None:
        """The rules of a role, or None when there is no such role."""
        resource, where = ("roles", namespace) if kind == "Role" else ("clusterroles", "")
        for role in self._all(resource, where):
            if role["metadata"]["name"] == name:
                return read(role.get("rules"))
        return None

    def _granted(self, user: User, namespace: str, troubles: list[str]) -> Iterator[tuple[str, tuple[Rule, ...]]]:
        places = [("ClusterRoleBinding", "clusterrolebindings", "")]
        places += [("RoleBinding", "rolebindings", namespace)] if namespace else []
        for kind, resource, where in places:
            for binding in self._all(resource, where):
                subject = _subject(user, where, binding.get("subjects") or ())
                if subject is None:
                    continue
                ref, name = binding["roleRef"], binding["metadata"]["name"]
                rules = self.role(ref["kind"], where, ref["name"])
                if rules is None:
                    troubles.append(f'{ref["kind"].lower()}.{GROUP} "{ref["name"]}" not found')
                    continue
                full = f"{name}/{where}" if where else name
                yield f'{kind} "{full}" of {ref["kind"]} "{ref["name"]}" to {subject}', rules

    def _all(self, resource: str, namespace: str) -> Sequence[Object]:
        version = self._objects.version(GROUP, resource)
        kept = self._kept.get((resource, namespace))
        if kept is None or kept[0] != version:
            kept = self._kept[resource, namespace] = version, self._objects.list(GROUP, resource, namespace)
        return kept[1]


def _subject(user: User, namespace: str, subjects: Any) -> str | None:
    for subject in subjects:
        kind, name = subject["kind"], subject["name"]
        if kind == "User" and name == user.name:
            return f'User "{name}"'
        if kind == "Group" and name in user.groups:
            return f'Group "{name}"'
        where = subject.get("namespace") or namespace
        if kind == "ServiceAccount" and user.name == f"system:serviceaccount:{where}:{name}":
            return f'ServiceAccount "{name}/{where}"'
    return None


def refusal(user: User, wanted: Attributes, reason: str = "") -> Failure:
    """The 403 for a request that nothing allows."""
    because = f": {reason}" if reason else ""
    if not wanted.resource:
        message = f'forbidden: User "{user.name}" cannot {wanted.verb} path "{wanted.path}"{because}'
        return Failure(403, "Forbidden", message, {})
    scope = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    what = qualified(wanted.group, wanted.resource) + (f' "{wanted.name}"' if wanted.name else "")
    message = (
        f'{what} is forbidden: User "{user.name}" cannot {wanted.verb} resource "{wanted.what}"'
        f' in API group "{wanted.group}" {scope}{because}'
    )
    details = {"name": wanted.name, "group": wanted.group, "kind": wanted.resource}
    return Failure(403, "Forbidden", message, {key: value for key, value in details.items() if value})
