"""Policies, quotas and limits."""

import pytest

from tests.contract.api.both import Both
from tests.contract.api.things import config_map, deployment, pod, service

POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}


def policy(
    both: Both, *validations: dict, actions: tuple[str, ...] = ("Deny",), ref: dict | None = None, **spec
) -> None:
    """Bind a policy to the namespace of the case, and wait until the real one heeds it."""
    probe = {"expression": "object.metadata.name != 'probe'", "message": "heeded"}
    constraints = {"resourceRules": [RULE]}
    body = {"validations": [*validations, probe], "matchConstraints": constraints, **spec}
    both.post(POLICIES, {"metadata": {"name": both.ns}, "spec": body})
    within = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "{ns}"}}}
    bound = {"policyName": both.ns, "validationActions": list(actions), "matchResources": within}
    bound |= {"paramRef": ref} if ref else {}
    both.post(BINDINGS, {"metadata": {"name": both.ns}, "spec": bound})
    both.until_refused("POST", "configmaps", config_map("probe"), {"dryRun": "All"}, saying="heeded")


def test_a_policy_refuses(both: Both) -> None:
    policy(
        both,
        {"expression": "!has(object.data) || !('bad' in object.data)"},
        {"expression": "object.metadata.name != 'named'", "message": "no such name", "reason": "Forbidden"},
        {"expression": "object.metadata.name != 'm'", "messageExpression": "'is ' + object.metadata.name"},
        {"expression": "object.metadata.name != 'e' || object.data.x == '1'"},
        {"expression": "variables.n != 'v'", "message": "a variable"},
        {"expression": "oldObject == null || !has(oldObject.immutable)", "message": "was immutable"},
        {"expression": "request.userInfo.username == 'admin' && request.operation != 'DELETE'"},
        variables=[{"name": "n", "expression": "object.metadata.name"}],
        matchConditions=[{"name": "c", "expression": "object.metadata.name != 'free'"}],
    )
    both.post("configmaps", config_map("ok"))
    both.post("configmaps", config_map("a", {"bad": "1"}))
    both.post("configmaps", config_map("named"))
    both.post("configmaps", config_map("m"))
    both.post("configmaps", config_map("e"))
    both.post("configmaps", config_map("v"))
    both.post("configmaps", config_map("free", {"bad": "1"}))
    both.put("configmaps/ok", config_map("ok", {"bad": "1"}))
    both.merge("configmaps/ok", {"data": {"bad": "1"}})
    both.delete("configmaps/ok")


def test_a_policy_has_parameters(both: Both) -> None:
    both.post("configmaps", config_map("params", {"max": "2"}))
    policy(
        both,
        {"expression": "!has(object.data) || object.data.size() <= int(params.data.max)", "message": "too many"},
        ref={"name": "params", "namespace": "{ns}", "parameterNotFoundAction": "Deny"},
        paramKind={"apiVersion": "v1", "kind": "ConfigMap"},
    )
    both.post("configmaps", config_map("a", {"a": "1", "b": "1"}))
    both.post("configmaps", config_map("b", {"a": "1", "b": "1", "c": "1"}))


def test_a_policy_asks_what_its_user_may(both: Both) -> None:
    asked = {
        "may-create-pods": "authorizer.group('').resource('pods').namespace('default').check('create').allowed()",
        "may-not": "!authorizer.group('').resource('pods').check('create').allowed()",
        "may-see-health": "authorizer.path('/healthz').check('get').allowed()",
        "an-account": "authorizer.serviceAccount('default', 'some').group('apps').resource('deployments')"
        ".subresource('scale').namespace('default').name('a').check('patch').allowed()",
        "an-account-sees": "authorizer.serviceAccount('default', 'some').path('/healthz').check('get').allowed()",
        "itself": "authorizer.requestResource.check('create').allowed()",
        "errored": "authorizer.requestResource.check('create').errored()",
        "no-reason": "authorizer.group('').resource('pods').check('create').reason() == ''",
        "no-account": "authorizer.serviceAccount('default', 'Some One').path('/').check('get').allowed()",
    }
    policy(both, *({"expression": f"object.metadata.name != '{name}' || {e}"} for name, e in asked.items()))
    for name in asked:
        both.post("configmaps", config_map(name))


def test_a_failure_may_be_ignored(both: Both) -> None:
    policy(both, {"expression": "object.data.x == '1'"}, failurePolicy="Ignore")
    both.post("configmaps", config_map("a"))
    both.post("configmaps", config_map("b", {"x": "2"}))


def quota(both: Both, **hard: str) -> None:
    """A quota with its status as a controller would write it, once the real one heeds it."""
    both.post("resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": hard}})
    used = dict.fromkeys(hard, "0")
    both.put("resourcequotas/q/status", {"metadata": {"name": "q"}, "spec": {}, "status": {"hard": hard, "used": used}})
    both.until_refused("POST", "configmaps", config_map("probe"), {"dryRun": "All"})


def test_a_quota_counts_and_refuses(both: Both) -> None:
    hard = {"services": "2", "services.nodeports": "1", "count/deployments.apps": "1", "configmaps": "0"}
    quota(both, **hard)
    both.post("configmaps", config_map("a"))
    both.post("services", service("a", type="NodePort", ports=[{"port": 1, "name": "a"}, {"port": 2, "name": "b"}]))
    both.post("services", service("a", type="NodePort"))
    both.post("services", service("b"))
    both.post("services", service("c"))
    both.put("services/b", service("b", type="NodePort"))
    both.post("deployments.apps", deployment("a"))
    both.post("deployments.apps", deployment("b"))
    both.get("resourcequotas/q")


def resources(name: str, **given: dict) -> dict:
    return pod(name, containers=[{"name": "c", "image": "i:1", "resources": given}])


def test_a_quota_of_what_pods_ask_for(both: Both) -> None:
    quota(both, **{"requests.cpu": "1", "limits.memory": "1Gi", "pods": "3", "configmaps": "0"})
    both.post("pods", resources("a"))
    both.post("pods", resources("a", requests={"cpu": "500m"}))
    both.post("pods", resources("a", requests={"cpu": "500m"}, limits={"memory": "512Mi"}))
    both.post("pods", resources("b", requests={"cpu": "600m"}, limits={"memory": "768Mi"}))
    both.get("resourcequotas/q")


CONTAINER = {
    "type": "Container",
    "default": {"cpu": "200m"},
    "defaultRequest": {"memory": "64Mi"},
    "max": {"cpu": "1", "memory": "1Gi"},
    "min": {"cpu": "10m"},
    "maxLimitRequestRatio": {"cpu": "4"},
}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"requests": {"cpu": "5m"}},
        # One at a time: what is too large of several resources the real server tells in a random order.
        {"limits": {"cpu": "2"}},
        {"limits": {"memory": "2Gi"}},
        {"requests": {"cpu": "100m"}, "limits": {"cpu": "1", "memory": "1Gi"}},
        {"requests": {"cpu": "900m"}, "limits": {"cpu": "900m"}},
    ],
)
def test_limits_fill_in_and_refuse(both: Both, given: dict) -> None:
    limits = [CONTAINER, {"type": "Pod", "max": {"cpu": "800m"}}]
    both.post("limitranges", {"metadata": {"name": "l"}, "spec": {"limits": limits}})
    both.until_refused("POST", "pods", resources("probe", requests={"cpu": "1m"}), {"dryRun": "All"})
    both.post("pods", resources("a", **given))


def test_priorities_of_pods(both: Both) -> None:
    both.post("pods", pod("a", priorityClassName="nowhere"))
    both.post("pods", pod("b", priorityClassName="system-cluster-critical"))
    both.post("pods", pod("c", priority=7))
    both.post("pods", pod("d", tolerations=[{"operator": "Exists"}]))


def test_claims_are_protected(both: Both) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    both.post("persistentvolumeclaims", {"metadata": {"name": "a"}, "spec": spec})


ABOUT = (
    "object.kind + ' ' + request.kind.group + '/' + request.kind.kind + ' ' + request.subResource + ' ' + request.name"
)


def test_a_policy_is_asked_about_what_is_done_to_an_object(both: Both) -> None:
    parts = ["configmaps", "pods/eviction", "pods/binding", "serviceaccounts/token"]
    rules = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": parts}]
    both.post("pods", pod("p"))
    both.post("serviceaccounts", {"metadata": {"name": "a"}})
    policy(
        both,
        {"expression": "object.kind == 'ConfigMap'", "messageExpression": ABOUT},
        matchConstraints={"resourceRules": rules},
    )
    for name in ("p", "none"):
        both.post(f"pods/{name}/eviction", {"metadata": {"name": name}})
        both.post(f"pods/{name}/binding", {"metadata": {"name": name}, "target": {"name": "n"}})
    for name in ("a", "none"):
        both.post(f"serviceaccounts/{name}/token", {"spec": {}})


@pytest.mark.parametrize("part", ["eviction", "binding"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"metadata": {"name": "q"}},
        {"metadata": {"name": "p", "namespace": "other"}},
        {"metadata": {"name": "p"}, "target": {"kind": "Pod"}},
        {"metadata": {"name": "p"}, "target": {"kind": "Pod", "name": "n"}},
        {"metadata": {"name": "p"}, "target": {"name": "n"}, "kind": "Pod", "apiVersion": "v1"},
        {"metadata": {"name": "p"}, "target": {"name": "n"}, "x": 1, "deleteOptions": {"dryRun": ["All"]}},
        {"metadata": {"name": "p"}, "target": "n", "deleteOptions": "n"},
    ],
)
def test_what_may_be_asked_of_a_pod(both: Both, part: str, body: dict) -> None:
    both.post("pods", pod("p"))
    both.post(f"pods/p/{part}", body)
