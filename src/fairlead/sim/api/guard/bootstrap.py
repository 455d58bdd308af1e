"""The roles and bindings that a cluster begins with, and what its controllers do to roles."""

from importlib.resources import files
from typing import Any

import msgspec

from fairlead.sim.api.guard.authorize import GROUP
from fairlead.sim.api.guard.guard import Objects
from fairlead.sim.api.guard.matches import selects

Object = dict[str, Any]


def roles() -> list[Object]:
    """Taken from a real API server by dev/rbac.py."""
    text = files(__package__).joinpath("bootstrap.json").read_bytes()
    return msgspec.json.decode(text, type=list[Object])


def aggregate(objects: Objects) -> None:
    """Give every aggregated ClusterRole the rules of those it selects, as the controller manager would."""
    known = objects.list(GROUP, "clusterroles")
    # An aggregated role may be selected by another: `view` is part of `edit`, and that of `admin`.
    for _ in range(len(known)):
        changed = [role for role in known if _aggregated(role, known, objects)]
        if not changed:
            return


def _aggregated(role: Object, known: Any, objects: Objects) -> bool:
    selectors = (role.get("aggregationRule") or {}).get("clusterRoleSelectors")
    if not selectors:
        return False
    name = role["metadata"]["name"]
    rules: list[Object] = []
    for other in known:
        labels = other["metadata"].get("labels") or {}
        if other["metadata"]["name"] != name and any(selects(selector, labels) for selector in selectors):
            rules += [rule for rule in other.get("rules") or () if rule not in rules]
    if rules == (role.get("rules") or []):
        return False
    role["rules"] = rules
    objects.replace(GROUP, "clusterroles", role, manager="clusterrole-aggregation-controller")
    return True
