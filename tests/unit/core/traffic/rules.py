"""Rules of routes, for tests."""

from typing import Any

Rule = dict[str, Any]


def backend(name: str, weight: int | None = None, **more: Any) -> Rule:
    return {"name": name, "port": 80, **({} if weight is None else {"weight": weight}), **more}


def rule(*backends: Rule, **more: Any) -> Rule:
    return {"backendRefs": list(backends), **more}


def weights(of: Rule) -> dict[str, int]:
    return {b["name"]: b["weight"] for b in of["backendRefs"]}


def stored(rules: list[Rule]) -> list[Rule]:
    """The rules as the API server stores and returns them."""
    return [
        {
            **r,
            "matches": [
                {**m, "path": {"type": "PathPrefix", "value": "/", **m.get("path", {})}} for m in r.get("matches", [{}])
            ],
            "backendRefs": [{"group": "", "kind": "Service", "weight": 1, **b} for b in r["backendRefs"]],
        }
        for r in rules
    ]
