"""`authorizer` in expressions of policies: whether somebody may do something.

What an expression says piece by piece is collected in maps with one key that no object has; the answer comes from
whoever runs the expression.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from cel_expr_python import cel

from fairlead.sim.api.schema import names

_T = cel.Type
_MAP = _T.Map(_T.DYN, _T.DYN)
_USER, _CHECK, _DECISION = "authorizer()", "check()", "decision()"
Value = dict[str, Any]
Ask = Callable[[str, list[str], dict[str, str]], tuple[bool, str]]
"""User, groups, and what is wanted: verb with a path, or with group, resource, subresource, namespace and name."""

_ask: ContextVar[Ask] = ContextVar("ask")


@contextmanager
def answered_by(ask: Ask) -> Iterator[None]:
    """Expressions that run inside are answered by this."""
    token = _ask.set(ask)
    try:
        yield
    finally:
        _ask.reset(token)


def authorizer(user: str, groups: list[str], request: dict[str, str]) -> Value:
    """The value of the variable, for a user who made this request."""
    who = {"user": user, "groups": groups}
    return {_USER: who, "requestResource": {_CHECK: {**who, "wanted": request}}}


def _service_account(_: Value, namespace: str, name: str) -> Value:
    if names.dns_subdomain(name):
        raise ValueError("Invalid service account name")
    if names.dns_label(namespace):
        raise ValueError("Invalid service account namespace")
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    return {_USER: {"user": f"system:serviceaccount:{namespace}:{name}", "groups": groups}}


def _begun(part: str) -> Callable[[Value, str], Value]:
    return lambda value, text: {_CHECK: {**value[_USER], "wanted": {part: text}}}


def _added(part: str) -> Callable[[Value, str], Value]:
    return lambda value, text: {_CHECK: {**value[_CHECK], "wanted": {**value[_CHECK]["wanted"], part: text}}}


def _check(value: Value, verb: str) -> Value:
    check = value[_CHECK]
    allowed, reason = _ask.get()(check["user"], list(check["groups"]), {**check["wanted"], "verb": verb})
    return {_DECISION: {"allowed": allowed, "reason": reason}}


# name, parameters after the target, result, what it does
FUNCTIONS: list[tuple[str, list[Any], Any, Callable[..., Any]]] = [
    ("path", [_T.STRING], _MAP, _begun("path")),
    ("group", [_T.STRING], _MAP, _begun("group")),
    ("serviceAccount", [_T.STRING, _T.STRING], _MAP, _service_account),
    *((part, [_T.STRING], _MAP, _added(part)) for part in ("resource", "subresource", "namespace", "name")),
    ("check", [_T.STRING], _MAP, _check),
    ("allowed", [], _T.BOOL, lambda value: value[_DECISION]["allowed"]),
    ("reason", [], _T.STRING, lambda value: value[_DECISION]["reason"]),
    # Roles are always there to be read: no decision fails.
    ("errored", [], _T.BOOL, lambda value: _DECISION not in value),
    ("error", [], _T.STRING, lambda _: ""),
]
