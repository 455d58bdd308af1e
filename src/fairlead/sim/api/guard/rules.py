"""RBAC rules: what one allows, and whether some cover another."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from fairlead.sim.api.guard.attributes import Attributes


class Rule(Struct, frozen=True):
    """A PolicyRule. `*` stands for everything."""

    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    def allows(self, wanted: Attributes) -> bool:
        """Whether a request is allowed by this rule alone."""
        if not _has(self.verbs, wanted.verb):
            return False
        if not wanted.resource:
            return any(_url_covers(url, wanted.path) for url in self.urls)
        return (
            _has(self.groups, wanted.group)
            and self._names_resource(wanted)
            and (not self.names or wanted.name in self.names)
        )

    def _names_resource(self, wanted: Attributes) -> bool:
        any_with_it = f"*/{wanted.subresource}" if wanted.subresource else "*"
        return _has(self.resources, wanted.what) or any_with_it in self.resources

    def covers(self, other: "Rule") -> bool:
        """Whether everything that `other`, a rule of one of each, allows is allowed here."""
        return (
            all(_has(self.verbs, verb) for verb in other.verbs)
            and all(_has(self.groups, group) for group in other.groups)
            and all(self._covers_resource(resource) for resource in other.resources)
            and all(any(_url_covers(mine, url) for mine in self.urls) for url in other.urls)
            and (not self.names or (bool(other.names) and set(other.names) <= set(self.names)))
        )

    def _covers_resource(self, resource: str) -> bool:
        _, slash, subresource = resource.partition("/")
        return _has(self.resources, resource) or bool(slash and f"*/{subresource}" in self.resources)

    def __str__(self) -> str:
        parts = [("APIGroups", self.groups), ("Resources", self.resources), ("NonResourceURLs", self.urls)]
        parts += [("ResourceNames", self.names), ("Verbs", self.verbs)]
        return "{" + ", ".join(f"{name}:[{_quoted(values)}]" for name, values in parts if values) + "}"

    def json(self) -> dict[str, Any]:
        """As it stands in a role and in a review."""
        parts = [("verbs", self.verbs), ("apiGroups", self.groups), ("resources", self.resources)]
        parts += [("resourceNames", self.names), ("nonResourceURLs", self.urls)]
        return {name: list(values) for name, values in parts if values}


ALL = (Rule(("*",), ("*",), ("*",)), Rule(("*",), urls=("*",)))


def read(rules: Iterable[dict[str, Any]] | None) -> tuple[Rule, ...]:
    """The rules of a stored role."""
    fields = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
    return tuple(Rule(*(tuple(rule.get(field) or ()) for field in fields)) for rule in rules or ())


def missing(held: Sequence[Rule], wanted: Iterable[Rule]) -> list[Rule]:
    """What of `wanted` is not covered by `held`, in the shape and order in which the API server tells it."""
    lacking = [part for rule in wanted for part in _parts(rule) if not any(mine.covers(part) for mine in held)]
    merged: dict[Any, Rule] = {}
    for part in lacking:
        key = (part.groups, part.resources, part.names, part.urls)
        known = merged.get(key)
        verbs = tuple(dict.fromkeys((*(known.verbs if known else ()), *part.verbs)))
        merged[key] = Rule(verbs, part.groups, part.resources, part.names, part.urls)
    return sorted(merged.values(), key=str)


def _parts(rule: Rule) -> Iterator[Rule]:
    """The rule in pieces of one verb, one group, one resource and one name each."""
    for group in rule.groups:
        for resource in rule.resources:
            for verb in rule.verbs:
                for names in tuple((name,) for name in rule.names) or ((),):
                    yield Rule((verb,), (group,), (resource,), names)
    for url in rule.urls:
        for verb in rule.verbs:
            yield Rule((verb,), urls=(url,))


def _has(values: Sequence[str], wanted: str) -> bool:
    return "*" in values or wanted in values


def _url_covers(mine: str, url: str) -> bool:
    return mine in ("*", url) or (mine.endswith("*") and url.startswith(mine.rstrip("*")))


def _quoted(values: Sequence[str]) -> str:
    return " ".join(f'"{value}"' for value in values)
