"""Which writes a policy, a binding or a webhook is about."""

from collections.abc import Iterable
from typing import Any

from fairlead.sim.api.guard.guard import Objects, Write

Object = dict[str, Any]


class Scope:
    """One write, seen by the rules and selectors of those who want to have a say in it."""

    def __init__(self, write: Write, objects: Objects) -> None:
        self._write = write
        self._objects = objects

    def within(self, limits: Object, rules: Iterable[Object] | None = None) -> bool:
        """Whether the write is within rules, and the selectors `namespaceSelector` and `objectSelector`."""
        matching = rules if rules is not None else limits.get("resourceRules")
        if matching is not None and not any(self.under(rule) for rule in matching):
            return False
        if any(self.under(rule) for rule in limits.get("excludeResourceRules") or ()):
            return False
        return self._in_namespace(limits.get("namespaceSelector")) and self._selected(limits.get("objectSelector"))

    def under(self, rule: Object) -> bool:
        """Whether one rule names the write."""
        target = self._write.target
        what = f"{target.resource}/{target.subresource}" if target.subresource else target.resource
        resources = rule.get("resources") or ()
        named = what in resources or "*/*" in resources or f"{target.resource}/*" in resources
        named = named or ("*" in resources and not target.subresource)
        names = rule.get("resourceNames") or ()
        return (
            named
            and _has(rule.get("apiGroups"), target.group)
            and _has(rule.get("apiVersions"), target.version)
            and _has(rule.get("operations"), self._write.operation)
            and rule.get("scope", "*") in ("*", "Namespaced" if target.namespace else "Cluster")
            and (not names or self._name() in names)
        )

    def namespace(self) -> Object | None:
        """The namespace of the write; a write of a namespace is in itself."""
        name = self._write.target.namespace
        return self._objects.get("", "namespaces", "", name) if name else None

    def _name(self) -> str:
        obj = self._write.object or self._write.old or {}
        return self._write.target.name or str(obj.get("metadata", {}).get("name", ""))

    def _in_namespace(self, selector: Object | None) -> bool:
        if not selector:
            return True
        target = self._write.target
        if target.resource == "namespaces" and not target.group:
            of_itself = self._write.object or self._write.old or {}
            return selects(selector, of_itself["metadata"].get("labels") or {})
        if not target.namespace:
            return True
        namespace = self.namespace()
        return namespace is not None and selects(selector, namespace["metadata"].get("labels") or {})

    def _selected(self, selector: Object | None) -> bool:
        if not selector:
            return True
        both = (self._write.object, self._write.old)
        return any(obj is not None and selects(selector, obj["metadata"].get("labels") or {}) for obj in both)


def selects(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a LabelSelector selects these labels."""
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(expression, labels) for expression in selector.get("matchExpressions") or ())


def _holds(expression: Object, labels: dict[str, str]) -> bool:
    key, values = expression["key"], expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
    return key not in labels


def _has(values: Iterable[str] | None, wanted: str) -> bool:
    known = list(values or ())
    return "*" in known or wanted in known
