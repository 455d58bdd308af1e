"""Where a scenario ended: everything that can be compared between two runs, and nothing that differs by nature."""

from collections import Counter
from typing import Any

from tests.crash.api import Api, Object

KINDS = (
    "components", "revisions", "releases", "deployments", "services", "configmaps", "secrets", "httproutes",
)  # fmt: skip
BY_NATURE = frozenset(
    {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "namespace", "ownerReferences"}
)
SERVES = frozenset({"deployments", "services", "configmaps", "httproutes", "pods", "held"})
#: What the API server hands out, and digests of manifests that name their namespace.
OTHERWISE = frozenset({"clusterIP", "clusterIPs", "manifests", "digest"})

EndState = dict[str, Any]


async def end_state(api: Api, namespace: str) -> EndState:
    """Return what there is in a namespace, records of a Component that is gone apart: their owner takes them along.

    There they are only if something holds them back.
    """
    found: EndState = {}
    there = {kind: await api.list(kind, namespace) for kind in KINDS}
    stays = {o["metadata"]["uid"] for o in there["components"]}
    stays |= {o["metadata"]["uid"] for o in there["revisions"] if _owners(o) <= stays}
    for kind in KINDS:
        for o in there[kind]:
            if _owners(o) <= stays:
                found[f"{kind}/{o['metadata']['name']}"] = _comparable(kind, o, namespace)
            elif held := o["metadata"].get("finalizers"):
                found[f"held/{kind}/{o['metadata']['name']}"] = held
    pods = Counter(o["metadata"]["name"].rsplit("-", 1)[0] for o in await api.list("pods", namespace))
    return {**found, "pods": dict(pods)}


def _owners(o: Object) -> set[str]:
    return {r["uid"] for r in o["metadata"].get("ownerReferences", ())}


def _comparable(kind: str, o: Object, namespace: str) -> Any:
    metadata = {k: v for k, v in o["metadata"].items() if k not in BY_NATURE}
    content = {k: v for k, v in o.items() if k not in ("metadata", "status", "apiVersion", "kind")}
    return _without({"metadata": metadata, **content, "status": _status(kind, o.get("status") or {})}, namespace)


def _status(kind: str, status: Object) -> Any:
    if kind == "components":
        rejected = (status.get("rejected") or {}).get("revision")
        ready = {c["type"]: c["reason"] for c in status.get("conditions", ())}
        return {k: status.get(k) for k in ("stable", "candidate", "release")} | {"rejected": rejected, "told": ready}
    if kind == "releases":
        because = (status.get("because") or {}).get("reason")
        passed = [(p["stage"], p["weightPercent"]) for p in status.get("passages", ())]
        return {"stage": status.get("stage"), "because": because, "passages": passed}
    if kind == "deployments":
        return status.get("readyReplicas")
    return None


def _without(value: Any, namespace: str) -> Any:
    """The namespace is another one in each run, and what is named after it as well."""
    match value:
        case dict():
            return {k: _without(v, namespace) for k, v in value.items() if k not in OTHERWISE}
        case list() | tuple():
            return [_without(v, namespace) for v in value]
        case str():
            return value.replace(namespace, "NAMESPACE")
        case _:
            return value


def serving(state: EndState) -> EndState:
    """Return the part that serves: no records of what was, and no pods that nothing asks for."""
    return {key: o for key, o in state.items() if key.split("/")[0] in SERVES}


def differences(one: EndState, other: EndState) -> list[str]:
    """Return in words what differs between two end states."""
    return [
        f"{key}: {one.get(key)} became {other.get(key)}"
        for key in sorted(one.keys() | other.keys())
        if one.get(key) != other.get(key)
    ]
