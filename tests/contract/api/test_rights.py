"""Who may do what."""

import pytest

from tests.contract.api.both import Both
from tests.contract.api.things import binding, config_map, role, rule

AUTHORIZATION = "/apis/authorization.k8s.io/v1"
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
RBAC = "rbac.authorization.k8s.io"


def granted(both: Both, user: str, *rules: dict, name: str = "r") -> Both:
    """Give rights in the namespace; return the servers as that user asks them, once both know."""
    both.post("roles.rbac", role(name, *rules))
    both.post("rolebindings.rbac", binding(name, name, user))
    first = rules[0]
    both.until_allowed(
        user, {"verb": first["verbs"][0], "resource": first["resources"][0], "group": first["apiGroups"][0]}
    )
    return both.as_user(user)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "configmaps"), ("GET", "configmaps/a"), ("GET", "deployments.apps/a/scale"), ("POST", "configmaps")),
        *(("PUT", "configmaps/a"), ("DELETE", "configmaps/a"), ("DELETE", "configmaps"), ("GET", "pods/a/log")),
        *(("GET", "/api/v1/nodes"), ("GET", "/api/v1/namespaces/{ns}"), ("GET", "/api/v1/configmaps")),
        *(("GET", "/metrics"), ("GET", "/nowhere"), ("GET", "/apis/nowhere/v1/things"), ("GET", "/api/v1/namespaces")),
    ],
)
def test_nobody_may_do_anything_unasked(both: Both, method: str, path: str) -> None:
    both.as_user("alice").ask(method, path, None if method == "GET" else {}, {}, {})


def test_a_watch_is_a_verb_of_its_own(both: Both) -> None:
    alice = granted(both, "alice", rule("list", "configmaps"))
    alice.get("configmaps")
    alice.watch("configmaps")


def test_a_role_gives_what_it_says(both: Both) -> None:
    alice = granted(both, "alice", rule("get create", "configmaps"), rule("delete", "configmaps", "", "b"))
    alice.post("configmaps", config_map("a"))
    alice.get("configmaps/a")
    alice.delete("configmaps/a")
    alice.delete("configmaps/b")
    alice.get("secrets/a")
    alice.put("configmaps/c", config_map("c"))
    alice.apply("configmaps/c", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}})


@pytest.mark.parametrize(
    "resources", ["*", "deployments/scale", "*/scale", "deployments", "deployments/*", "deployments deployments/scale"]
)
def test_subresources_are_named_apart(both: Both, resources: str) -> None:
    alice = granted(both, "alice", rule("get", "configmaps"), rule("get", resources, "apps"))
    alice.get("deployments.apps/a")
    alice.get("deployments.apps/a/scale")


def test_groups_and_accounts_are_subjects(both: Both) -> None:
    both.post("roles.rbac", role("r", rule("get", "configmaps")))
    subjects = [
        {"kind": "Group", "name": "team", "apiGroup": RBAC},
        {"kind": "ServiceAccount", "name": "sa"},
        {"kind": "ServiceAccount", "name": "sb", "namespace": "{ns}"},
    ]
    both.post("rolebindings.rbac", {**binding("r", "r"), "subjects": subjects[:1] + subjects[2:]})
    both.until_allowed("system:serviceaccount:{ns}:sb", {"verb": "get", "resource": "configmaps"})
    both.as_user("bob", "team").get("configmaps/a")
    both.as_user("system:serviceaccount:{ns}:sb").get("configmaps/a")
    both.as_user("system:serviceaccount:other:sb").get("configmaps/a")
    both.post("rolebindings.rbac", {**binding("s", "r"), "subjects": subjects[1:2]})


def test_a_binding_of_nothing_is_told(both: Both) -> None:
    both.post("roles.rbac", role("r", rule("get", "secrets")))
    both.post("rolebindings.rbac", binding("lost", "nowhere", "alice"))
    both.post("rolebindings.rbac", binding("r", "r", "alice"))
    both.until_allowed("alice", {"verb": "get", "resource": "secrets"})
    both.as_user("alice").get("configmaps/a")


def test_nobody_grants_more_than_they_hold(both: Both) -> None:
    alice = granted(both, "alice", rule("get list", "configmaps"), rule("create update", "roles rolebindings", RBAC))
    alice.post("roles.rbac", role("same", rule("get", "configmaps")))
    alice.post("roles.rbac", role("more", rule("get delete", "configmaps secrets"), rule("get", "pods", "", "a")))
    alice.post("roles.rbac", role("all", rule("*", "*", "*")))
    alice.put("roles.rbac/same", role("same", rule("get create", "configmaps")))
    alice.put("roles.rbac/same", role("same", rule("list", "configmaps")))
    both.post("roles.rbac", role("strong", rule("delete", "secrets")))
    alice.post("rolebindings.rbac", binding("a", "same", "bob"))
    alice.post("rolebindings.rbac", binding("b", "strong", "bob"))
    alice.post("rolebindings.rbac", binding("b", "nowhere", "bob"))
    alice.post("rolebindings.rbac", binding("b", "cluster-admin", "bob", kind="ClusterRole"))


def test_who_may_bind_and_escalate_does(both: Both) -> None:
    both.post("roles.rbac", role("strong", rule("delete", "secrets")))
    alice = granted(both, "alice", rule("create escalate bind", "roles rolebindings", RBAC))
    alice.post("rolebindings.rbac", binding("b", "strong", "bob"))
    alice.post("roles.rbac", role("all", rule("*", "*", "*")))


def test_a_binding_keeps_its_role(both: Both) -> None:
    both.post("rolebindings.rbac", binding("b", "r", "bob"))
    both.put("rolebindings.rbac/b", binding("b", "s", "bob"))


@pytest.mark.parametrize(
    "spec",
    [
        {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "{ns}"}},
        {"resourceAttributes": {"verb": "get", "resource": "configmaps", "namespace": "{ns}"}},
        {"nonResourceAttributes": {"verb": "get", "path": "/api"}},
        {"nonResourceAttributes": {"verb": "post", "path": "/api"}},
        {"nonResourceAttributes": {"verb": "get", "path": "/api"}, "resourceAttributes": {"verb": "get"}},
        {},
    ],
)
def test_one_may_ask_what_one_may(both: Both, spec: dict) -> None:
    alice = granted(both, "alice", rule("get", "configmaps"))
    alice.post(f"{AUTHORIZATION}/selfsubjectaccessreviews", {"spec": spec})
    both.post(f"{AUTHORIZATION}/selfsubjectaccessreviews", {"spec": spec})
    both.post(f"{AUTHORIZATION}/subjectaccessreviews", {"spec": {**spec, "user": "alice"}})
    both.post(f"{AUTHORIZATION}/subjectaccessreviews", {"spec": spec})
    both.post("localsubjectaccessreviews.authorization", {"spec": {**spec, "user": "alice"}})


@pytest.mark.parametrize(
    "user",
    ["alice", "system:serviceaccount:a:b", "system:anonymous", "system:serviceaccount:bad"],
)
@pytest.mark.parametrize("groups", [(), ("team",), ("system:authenticated",), ("system:unauthenticated",)])
def test_who_one_is_on_behalf_of_another(both: Both, user: str, groups: tuple[str, ...]) -> None:
    extra = {"impersonate-uid": "u", "impersonate-extra-scopes": "x", "impersonate-extra-example.com%2fkey": "y"}
    both.as_user(user, *groups).post(REVIEW, {})
    both.as_user(user, *groups, **extra).post(REVIEW, {})


def test_impersonation_is_a_right(both: Both) -> None:
    alice = granted(both, "alice", rule("impersonate", "users"))
    assert alice.headers["impersonate-user"] == "alice"
    both.get("configmaps/a", impersonate_uid="x")
    both.get("configmaps/a", impersonate_group="x")


def test_a_token_that_nobody_knows(both: Both) -> None:
    both.post("/apis/authentication.k8s.io/v1/tokenreviews", {"spec": {"token": "bad"}})
    both.post("/apis/authentication.k8s.io/v1/tokenreviews", {"spec": {}})
