"""Which request reaches a rule of a route, and no other rule of it.

By the precedence of the Gateway API: the exact path, the longer prefix, the method, more headers, and of equals the
first. Where that does not tell (a regular expression, query parameters) there is no such request.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Rule = Mapping[str, Any]
Match = Mapping[str, Any]
METHOD = "GET"


class Reach(Struct, frozen=True):
    """A GET request without query parameters."""

    path: str
    headers: dict[str, str]


def reach(rules: Sequence[Rule], index: int, probe_path: str) -> Reach | None:
    """Return a request that only the rule at `index` answers, below a prefix at `probe_path`; None if there is none."""
    for match in _matches(rules[index]):
        request = _request(match, probe_path)
        if request is not None and _answering(rules, request) == index:
            return request
    return None


def _matches(rule: Rule) -> Sequence[Match]:
    return rule.get("matches") or [{}]


def _path(match: Match) -> tuple[str, str]:
    path = match.get("path") or {}
    return path.get("type", "PathPrefix"), path.get("value", "/")


def _request(match: Match, probe_path: str) -> Reach | None:
    kind, value = _path(match)
    headers = match.get("headers") or ()
    if kind not in ("Exact", "PathPrefix") or any(h.get("type", "Exact") != "Exact" for h in headers):
        return None
    path = value.rstrip("/") + probe_path if kind == "PathPrefix" else value
    return Reach(path, {h["name"]: h["value"] for h in headers})


def _answering(rules: Sequence[Rule], request: Reach) -> int | None:
    """Return the index of the rule that answers a request."""
    ranked = [(rank, -i) for i, rule in enumerate(rules) for rank in _ranks(rule, request)]
    return -max(ranked)[1] if ranked else None


def _ranks(rule: Rule, request: Reach) -> Iterator[tuple[bool, int, bool, int]]:
    """Yield how specific each match of a rule is that a request fulfils."""
    sent = {name.lower(): value for name, value in request.headers.items()}
    for match in _matches(rule):
        kind, value = _path(match)
        headers = match.get("headers") or ()
        is_met = (
            _is_below(request.path, kind, value)
            and match.get("method", METHOD) == METHOD
            and not match.get("queryParams")
            and all(h.get("type", "Exact") == "Exact" and sent.get(h["name"].lower()) == h["value"] for h in headers)
        )
        if is_met:
            yield kind == "Exact", len(value), "method" in match, len(headers)


def _is_below(path: str, kind: str, value: str) -> bool:
    if kind == "Exact":
        return path == value
    return kind == "PathPrefix" and f"{path}/".startswith(f"{value.rstrip('/')}/")
