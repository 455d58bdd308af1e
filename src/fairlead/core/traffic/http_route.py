"""The rules of an HTTPRoute, shared between the Services of two revisions.

Weights are exact: a rule that leads to our Service alone gets 100 - w and w; where a rule has backends of others too,
ours are multiplied by 100 - w and w and theirs by 100, so that their share stays what it was. Everything else of a
rule, and of a backend, is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Rule = dict[str, Any]
Operation = dict[str, Any]
#: Names of the Service of stable and of the candidate, and the candidate's weight in percent, by Service.
Splits = Mapping[str, tuple[str, str, int]]

WHOLE = 100


def backend_names(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the names of all Services that rules lead to."""
    return frozenset(b["name"] for rule in rules for b in rule.get("backendRefs") or () if _is_service(b))


def split_rules(rules: Iterable[Rule], splits: Splits) -> list[Rule]:
    """Return the rules with each split Service replaced by the Services of its revisions."""
    return [_with_backends(rule, _split(rule.get("backendRefs") or [], splits)) for rule in rules]


def unsplit_rules(rules: Iterable[Rule], splits: Splits) -> list[Rule]:
    """Return the rules with the Services of revisions replaced by the Service itself: what `split_rules` began with."""
    owners = {name: service for service, (stable, candidate, _) in splits.items() for name in (stable, candidate)}
    return [_with_backends(rule, _unsplit(rule.get("backendRefs") or [], owners)) for rule in rules]


def replace_rules(live: Sequence[Rule], wanted: Sequence[Rule], resource_version: str) -> list[Operation]:
    """Return the JSON patch of a route that has no other writer; empty when nothing differs."""
    if _same(live, wanted):
        return []
    return [_unchanged_since(resource_version), {"op": "replace", "path": "/spec/rules", "value": list(wanted)}]


def json_patch(live: Sequence[Rule], wanted: Sequence[Rule], resource_version: str) -> list[Operation]:
    """Return the JSON patch of a route that others write: our backends only, each under a test of its rule."""
    changed = [(i, old, new) for i, (old, new) in enumerate(zip(live, wanted, strict=True)) if not _same([old], [new])]
    if not changed:
        return []
    operations = [_unchanged_since(resource_version)]
    for i, old, new in changed:
        if "matches" in old:
            operations.append({"op": "test", "path": f"/spec/rules/{i}/matches", "value": old["matches"]})
        operations.append({"op": "replace", "path": f"/spec/rules/{i}/backendRefs", "value": new["backendRefs"]})
    return operations


def _unchanged_since(resource_version: str) -> Operation:
    return {"op": "test", "path": "/metadata/resourceVersion", "value": resource_version}


def _is_service(backend: Mapping[str, Any]) -> bool:
    return bool(backend.get("kind", "Service") == "Service" and backend.get("group", "") == "")


def _with_backends(rule: Rule, backends: list[Rule]) -> Rule:
    return {**rule, "backendRefs": backends} if "backendRefs" in rule else rule


def _split(backends: list[Rule], splits: Splits) -> list[Rule]:
    ours = [b for b in backends if _is_service(b) and b["name"] in splits]
    if not ours:
        return backends
    alone = len(backends) == 1
    shared: list[Rule] = []
    for b in backends:
        weight = 1 if alone else b.get("weight", 1)
        if b not in ours:
            shared.append({**b, "weight": weight * WHOLE})
            continue
        stable, candidate, percent = splits[b["name"]]
        shared.append({**b, "name": stable, "weight": weight * (WHOLE - percent)})
        shared.append({**b, "name": candidate, "weight": weight * percent})
    return shared


def _unsplit(backends: list[Rule], owners: Mapping[str, str]) -> list[Rule]:
    if not any(_is_service(b) and b["name"] in owners for b in backends):
        return backends
    folded: dict[str, Rule] = {}
    for b in backends:
        ours = _is_service(b) and b["name"] in owners
        name = owners[b["name"]] if ours else b["name"]
        key = f"{b.get('namespace', '')}/{name}/{b.get('port', '')}/{ours}"
        weight = b.get("weight", 1) + (folded[key]["weight"] if key in folded else 0)
        folded[key] = {**b, "name": name, "weight": weight}
    return [{**b, "weight": max(1, b["weight"] // WHOLE)} for b in folded.values()]


def _same(live: Sequence[Rule], wanted: Sequence[Rule]) -> bool:
    """Whether the API server would store `wanted` as `live`: what it fills in by itself is no difference."""
    pairs = ((_normal_rule(mine), _normal_rule(theirs)) for mine, theirs in zip(live, wanted, strict=False))
    return len(live) == len(wanted) and all(a.keys() == b.keys() and _covers(a, b) for a, b in pairs)


def _covers(live: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is in `live`, with lists of the same length."""
    if isinstance(live, dict) and isinstance(wanted, dict):
        return all(key in live and _covers(live[key], value) for key, value in wanted.items())
    if isinstance(live, list | tuple) and isinstance(wanted, list | tuple):
        return len(live) == len(wanted) and all(_covers(x, y) for x, y in zip(live, wanted, strict=True))
    return bool(live == wanted)


def _normal_rule(rule: Rule) -> Rule:
    """A rule with the defaults that the API server fills in."""
    matches = [_normal_match(m) for m in rule.get("matches") or [{}]]
    backends = [{"group": "", "kind": "Service", "weight": 1, **b} for b in rule.get("backendRefs") or []]
    return {**rule, "matches": matches, "backendRefs": backends}


def _normal_match(match: Rule) -> Rule:
    path = {"type": "PathPrefix", "value": "/", **(match.get("path") or {})}
    headers = [{"type": "Exact", **h} for h in match.get("headers") or []]
    query = [{"type": "Exact", **q} for q in match.get("queryParams") or []]
    return {**match, "path": path, "headers": headers, "queryParams": query}
