"""The rules of an HTTPRoute, shared between the Services of two revisions.

Weights are exact: a rule that leads to our Service alone gets 100 - w and w; where a rule has backends of others too,
ours are multiplied by 100 - w and w and theirs by 100, so that their share stays what it was. Only weights above 10,000
are made smaller first, because a weight has a limit. Everything else of a rule, and of a backend, is kept.

Rules are in the form of `local_rules`: a backend that names a namespace is not ours.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import gcd
from typing import Any

from fairlead.core.traffic.same_rules import same_rules

Rule = dict[str, Any]
Operation = dict[str, Any]
#: Names of the Service of stable and of the candidate, and the candidate's weight in percent, by Service.
Splits = Mapping[str, tuple[str, str, int]]

WHOLE = 100
#: The largest weight that the Gateway API allows.
MOST_WEIGHT = 1_000_000


def local_rules(rules: Iterable[Rule], namespace: str) -> list[Rule]:
    """Return the rules with the namespace of the route itself left out where a backend repeats it."""
    return [_with_backends(rule, [_local(b, namespace) for b in rule.get("backendRefs") or []]) for rule in rules]


def backend_names(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the names of all Services that rules lead to."""
    return frozenset(b["name"] for rule in rules for b in rule.get("backendRefs") or () if _is_service(b))


def backend_ports(rules: Iterable[Rule]) -> frozenset[tuple[str, int]]:
    """Return the Services that rules lead to, each with the port."""
    refs = (b for rule in rules for b in rule.get("backendRefs") or ())
    return frozenset((b["name"], b["port"]) for b in refs if _is_service(b) and isinstance(b.get("port"), int))


def shares(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the names of the Services that rules send requests to: those of them that have weight."""
    refs = (b for rule in rules for b in rule.get("backendRefs") or ())
    return frozenset(b["name"] for b in refs if _is_service(b) and b.get("weight", 1) > 0)


def split_rules(rules: Iterable[Rule], splits: Splits) -> list[Rule]:
    """Return the rules with each split Service replaced by the Services of its revisions."""
    return [_with_backends(rule, _split(rule.get("backendRefs") or [], splits)) for rule in rules]


def unsplit_rules(rules: Iterable[Rule], splits: Splits) -> list[Rule]:
    """Return the rules with the Services of revisions replaced by the Service itself: what `split_rules` began with."""
    owners = {name: service for service, (stable, candidate, _) in splits.items() for name in (stable, candidate)}
    return [_with_backends(rule, _unsplit(rule.get("backendRefs") or [], owners)) for rule in rules]


def replace_rules(live: Sequence[Rule], wanted: Sequence[Rule], resource_version: str) -> list[Operation]:
    """Return the JSON patch of a route that has no other writer; empty when nothing differs."""
    if same_rules(live, wanted):
        return []
    return [_unchanged_since(resource_version), {"op": "add", "path": "/spec/rules", "value": list(wanted)}]


def json_patch(live: Sequence[Rule], wanted: Sequence[Rule], resource_version: str) -> list[Operation]:
    """Return the JSON patch of a route that others write: our backends only, each under a test of its rule.

    `wanted` is made from `live`, rule by rule.
    """
    changed = [
        (i, old, new) for i, (old, new) in enumerate(zip(live, wanted, strict=True)) if not same_rules([old], [new])
    ]
    if not changed:
        return []
    operations = [_unchanged_since(resource_version)]
    for i, old, new in changed:
        operations += (
            {"op": "test", "path": f"/spec/rules/{i}/{field}", "value": old[field]}
            for field in ("name", "matches")
            if field in old
        )
        operations.append({"op": "replace", "path": f"/spec/rules/{i}/backendRefs", "value": new["backendRefs"]})
    return operations


def _unchanged_since(resource_version: str) -> Operation:
    return {"op": "test", "path": "/metadata/resourceVersion", "value": resource_version}


def _is_service(backend: Mapping[str, Any]) -> bool:
    """Whether a backend is a Service in the namespace of the route."""
    return bool(
        backend.get("kind", "Service") == "Service" and not backend.get("group") and not backend.get("namespace")
    )


def _local(backend: Rule, namespace: str) -> Rule:
    return {k: v for k, v in backend.items() if k != "namespace" or v != namespace}


def _with_backends(rule: Rule, backends: list[Rule]) -> Rule:
    return {**rule, "backendRefs": backends} if "backendRefs" in rule else rule


def _split(backends: list[Rule], splits: Splits) -> list[Rule]:
    if not any(_is_service(b) and b["name"] in splits for b in backends):
        return backends
    weights = [b.get("weight", 1) for b in backends]
    # What a backend that is alone weighs means nothing, unless it is nothing.
    weights = [min(1, *weights)] if len(backends) == 1 else _at_most(MOST_WEIGHT // WHOLE, weights)
    shared: list[Rule] = []
    for b, weight in zip(backends, weights, strict=True):
        if not _is_service(b) or b["name"] not in splits:
            shared.append({**b, "weight": weight * WHOLE})
            continue
        stable, candidate, percent = splits[b["name"]]
        shared.append({**b, "name": stable, "weight": weight * (WHOLE - percent)})
        shared.append({**b, "name": candidate, "weight": weight * percent})
    return shared


def _unsplit(backends: list[Rule], owners: Mapping[str, str]) -> list[Rule]:
    if not any(_is_service(b) and b["name"] in owners for b in backends):
        return backends
    folded: list[Rule] = []
    weights: list[int] = []
    for b in backends:
        is_ours = _is_service(b) and (b["name"] in owners or b["name"] in owners.values())
        whole = {**b, "name": owners.get(b["name"], b["name"]) if is_ours else b["name"]}
        whole.pop("weight", None)
        if is_ours and whole in folded:
            weights[folded.index(whole)] += b.get("weight", 1)
        else:
            folded.append(whole)
            weights.append(b.get("weight", 1))
    if not any(w % WHOLE for w in weights):
        weights = [w // WHOLE for w in weights]
    return [{**b, "weight": w} for b, w in zip(folded, _at_most(MOST_WEIGHT, weights), strict=True)]


def _at_most(most: int, weights: list[int]) -> list[int]:
    """Return weights in the same proportions, none above `most`: exactly if it can be, and nothing rounded to 0."""
    largest = max(weights)
    if largest <= most:
        return weights
    divisor = gcd(*weights)
    if largest // divisor <= most:
        return [w // divisor for w in weights]
    return [max(1, round(w * most / largest)) if w else 0 for w in weights]
