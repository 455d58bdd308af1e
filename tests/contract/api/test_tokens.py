"""Tokens of ServiceAccounts: how they are asked for, whose they are, and when they are good no longer.

The real server remembers for ten seconds that a token was good, so no case asks it about one again.
"""

from typing import Any

import pytest

from tests.contract.api.both import Answers, Both
from tests.contract.api.test_rights import REVIEW, granted
from tests.contract.api.things import config_map, pod, rule

TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
POD = {"kind": "Pod", "apiVersion": "v1", "name": "p"}
SECRET = {"kind": "Secret", "apiVersion": "v1", "name": "s"}
NODE = {"kind": "Node", "apiVersion": "v1", "name": "token-node"}
NOW = {"gracePeriodSeconds": "0"}


@pytest.fixture(name="account")
def _account(both: Both) -> Both:
    """A ServiceAccount, and what its tokens may be bound to."""
    for name in ("sa", "other"):
        both.post("serviceaccounts", {"metadata": {"name": name}})
    both.post("secrets", {"metadata": {"name": "s"}})
    both.post("pods", pod("p", serviceAccountName="sa"))
    both.post("/api/v1/nodes", {"metadata": {"name": "token-node"}})
    return both


def token(both: Both, spec: dict[str, Any] | None = None, name: str = "sa") -> str:
    """A token of the account, as it stands for that of each side."""
    return asked(both, {"spec": spec or {}}, name)["status.token"]


def asked(both: Both, body: dict[str, Any], name: str = "sa", **query: str) -> Answers:
    return both.post(f"serviceaccounts/{name}/token", body, query)


def reviewed(both: Both, token: str, *audiences: str) -> Any:
    """What the real one says of a token, after comparing."""
    spec = {"token": token, **({"audiences": list(audiences)} if audiences else {})}
    return both.post(TOKEN_REVIEWS, {"spec": spec}).real["status"]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"audiences": ["a", "b"]},
        *({"expirationSeconds": seconds} for seconds in (600, 599, 0, -1, 2**32, 2**32 + 1, "x", None)),
        *({"boundObjectRef": reference} for reference in (POD, SECRET, NODE, {}, None)),
        *({"boundObjectRef": {**reference, "name": "none"}} for reference in (POD, SECRET, NODE)),
        *({"boundObjectRef": {**reference, "uid": "x"}} for reference in (POD, SECRET, NODE)),
        {"boundObjectRef": {"kind": "Pod", "name": "p"}},
        {"boundObjectRef": {"kind": "ConfigMap", "apiVersion": "v1", "name": "p"}},
        {"boundObjectRef": {"kind": "Deployment", "apiVersion": "apps/v1", "name": "p"}},
        {"boundObjectRef": POD, "expirationSeconds": 3607},
        {"x": 1},
    ],
)
def test_what_may_be_asked_of_a_token(account: Both, spec: dict[str, Any]) -> None:
    asked(account, {"spec": spec})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metadata": {"name": "other"}},
        {"metadata": {"namespace": "other"}},
        {"metadata": {"uid": "other"}},
        {"metadata": {"name": "sa", "namespace": "{ns}", "labels": {"a": "b"}}},
        {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1"},
        {"kind": "TokenRequest", "apiVersion": "v1"},
        {"kind": "Pod", "apiVersion": "v1"},
        {"status": {"token": "mine"}},
    ],
)
def test_what_a_request_for_a_token_looks_like(account: Both, body: dict[str, Any]) -> None:
    asked(account, {"spec": {}, **body})


def test_a_token_for_nobody(account: Both) -> None:
    assert asked(account, {"spec": {}}, "nobody").status == 404
    account.get("serviceaccounts/sa/token")
    asked(account, {"spec": {}}, dryRun="All")
    asked(account, {"spec": {"x": 1}}, fieldValidation="Strict")


def test_only_a_pod_of_the_account_has_its_token(account: Both) -> None:
    assert asked(account, {"spec": {"boundObjectRef": POD}}, "other").status == 400


def test_a_token_is_a_right(account: Both) -> None:
    account.as_user("alice").post("serviceaccounts/sa/token", {"spec": {}})
    granted(account, "alice", rule("create", "serviceaccounts/token"))
    account.until_allowed("alice", {"verb": "create", "resource": "serviceaccounts", "subresource": "token"})
    assert account.as_user("alice").post("serviceaccounts/sa/token", {"spec": {}}).status == 201


@pytest.mark.parametrize("reference", [None, POD, SECRET, NODE])
def test_whose_a_token_is(account: Both, reference: dict[str, str] | None) -> None:
    held = token(account, {"boundObjectRef": reference})
    assert reviewed(account, held)["authenticated"]
    account.with_token(held).post(REVIEW, {})


@pytest.mark.parametrize("node", ["token-node", "unknown"])
def test_the_token_of_a_pod_tells_its_node(account: Both, node: str) -> None:
    account.post("pods", pod("q", serviceAccountName="sa", nodeName=node))
    reviewed(account, token(account, {"boundObjectRef": {**POD, "name": "q"}}))


@pytest.mark.parametrize("audiences", [(), ("x",), ("y", "z", "x"), ("z",)])
@pytest.mark.parametrize("meant", [[], ["x", "y"]])
def test_a_token_is_for_its_audiences(account: Both, meant: list[str], audiences: tuple[str, ...]) -> None:
    held = token(account, {"audiences": meant})
    reviewed(account, held, *audiences)
    account.with_token(held).post(REVIEW, {})


def test_a_token_has_the_rights_of_its_account(account: Both) -> None:
    granted(account, "system:serviceaccount:{ns}:sa", rule("get create", "configmaps"))
    holder = account.with_token(token(account))
    assert holder.post("configmaps", config_map()).status == 201
    assert holder.get("configmaps/a").status == 200
    assert holder.delete("configmaps/a").status == 403


@pytest.mark.parametrize("bad", ["a.b.c", "abc", ""])
def test_what_is_no_token(both: Both, bad: str) -> None:
    reviewed(both, bad or "x")
    both.with_token(bad).get("configmaps")


def test_a_token_that_was_changed(account: Both) -> None:
    held = token(account)
    changed = account.keep(type(account.value(held))(*(text[:-8] + "AAAAAAAA" for text in account.value(held))))
    account.with_token(changed).get("configmaps")
    assert "error" in reviewed(account, changed)


@pytest.mark.parametrize(
    ("reference", "path", "again"),
    [
        (None, "serviceaccounts/sa", {"metadata": {"name": "sa"}}),
        (SECRET, "secrets/s", {"metadata": {"name": "s"}}),
        (POD, "pods/p", pod("p", serviceAccountName="sa")),
        (NODE, "/api/v1/nodes/token-node", {"metadata": {"name": "token-node"}}),
    ],
)
def test_a_token_ends_with_what_it_is_bound_to(
    account: Both, reference: dict[str, str] | None, path: str, again: dict[str, Any]
) -> None:
    gone, used, anew = (token(account, {"boundObjectRef": reference}) for _ in range(3))
    account.delete(path, query=NOW)
    assert "error" in reviewed(account, gone)
    assert account.with_token(used).get("configmaps").status == 401
    account.post(path.rpartition("/")[0], again)
    assert "error" in reviewed(account, anew)
