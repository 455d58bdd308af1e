"""Quotas that count some pods only."""

from typing import Any

import pytest

from tests.contract.api.both import Both
from tests.contract.api.test_admission import quota, resources
from tests.contract.api.things import config_map, pod, service

PRIORITIES = "/apis/scheduling.k8s.io/v1/priorityclasses"
TERM = {"topologyKey": "x", "labelSelector": {}}
ONE_POD = {"pods": "1"}
FREE = {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}


def one(scope: str, operator: str = "Exists", *values: str) -> dict[str, Any]:
    """A selector of one scope."""
    requirement = {"scopeName": scope, "operator": operator, **({"values": list(values)} if values else {})}
    return {"scopeSelector": {"matchExpressions": [requirement]}}


def scoped(
    both: Both, spec: dict[str, Any], hard: dict[str, str] = ONE_POD, used: dict[str, str] | None = None
) -> None:
    """A quota with its status as a controller would write it, once the real one heeds it."""
    made = both.post("resourcequotas", {"metadata": {"name": "scoped"}, "spec": {**spec, "hard": hard}})
    status = {"hard": hard, "used": dict.fromkeys(hard, "0") if used is None else used}
    both.put("resourcequotas/scoped/status", made.changed({"status": status}))
    # It is heard of after the other one.
    quota(both, configmaps="0")


def variants() -> dict[str, dict[str, Any]]:
    near = {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]}
    far = {"requiredDuringSchedulingIgnoredDuringExecution": [{**TERM, "namespaces": ["other"]}]}
    rather = {"weight": 1, "podAffinityTerm": {**TERM, "namespaceSelector": {}}}
    return {
        "plain": pod("plain"),
        "ends": pod("ends", activeDeadlineSeconds=5),
        "burst": resources("burst", **FREE),
        "first": pod("first", priorityClassName="system-node-critical"),
        "second": pod("second", priorityClassName="system-cluster-critical"),
        "near": pod("near", affinity={"podAffinity": near}),
        "far": pod("far", affinity={"podAntiAffinity": far}),
        "rather": pod(
            "rather", affinity={"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [rather]}}
        ),
    }


@pytest.mark.parametrize(
    "spec",
    [
        *({"scopes": [scope]} for scope in ("Terminating", "NotTerminating", "BestEffort", "NotBestEffort")),
        *({"scopes": [scope]} for scope in ("PriorityClass", "CrossNamespacePodAffinity")),
        {"scopes": ["NotTerminating", "BestEffort"]},
        one("PriorityClass", "In", "system-node-critical"),
        one("PriorityClass", "NotIn", "system-node-critical"),
        one("PriorityClass", "Exists"),
        one("PriorityClass", "DoesNotExist"),
        one("Terminating"),
        {"scopes": ["BestEffort"], **one("PriorityClass", "In", "system-cluster-critical")},
    ],
)
def test_which_pods_a_scope_means(both: Both, spec: dict[str, Any]) -> None:
    scoped(both, spec)
    for name, each in variants().items():
        both.post("pods", each)
        both.post("pods", {**each, "metadata": {**each["metadata"], "name": f"{name}-again"}})
    both.get("resourcequotas/scoped")


def test_what_pods_of_a_scope_ask_for(both: Both) -> None:
    scoped(both, {"scopes": ["NotTerminating"]}, {"requests.cpu": "250m", "limits.cpu": "3"})
    both.post("pods", pod("vague"))
    both.post("pods", pod("ends", activeDeadlineSeconds=5))
    for name in "abc":
        both.post("pods", resources(name, **FREE))
    both.get("resourcequotas/scoped")


def test_a_pod_that_comes_into_a_scope_counts_anew(both: Both) -> None:
    both.post("pods", pod("a"))
    both.post("pods", pod("b"))
    scoped(both, {"scopes": ["Terminating"]})
    for name in "ab":
        both.merge(f"pods/{name}", {"spec": {"activeDeadlineSeconds": 5}})
        both.merge(f"pods/{name}", {"spec": {"activeDeadlineSeconds": 4}})
    both.merge("pods/b", {"metadata": {"labels": {"x": "y"}}})
    both.get("resourcequotas/scoped")


def test_a_quota_with_scopes_counts_nothing_but_pods(both: Both) -> None:
    scoped(both, {"scopes": ["NotTerminating"]}, {"pods": "0", "count/services": "0"})
    both.post("services", service("a"))
    both.post("pods", pod("a"))


@pytest.mark.parametrize("used", [{}, {"pods": "0"}, {"requests.cpu": "0"}])
def test_what_nobody_has_counted_yet_is_unknown(both: Both, used: dict[str, str]) -> None:
    scoped(both, {}, {"pods": "1", "requests.cpu": "1", "services": "1"}, used)
    both.post("pods", resources("a", **FREE))
    both.post("services", service("a"))
    both.post("configmaps", config_map("a"))


def test_several_quotas_count_apart(both: Both) -> None:
    both.post(PRIORITIES, {"metadata": {"name": f"{both.ns}-high"}, "value": 7})
    made = both.post("resourcequotas", {"metadata": {"name": "all"}, "spec": {"hard": {"pods": "2"}}})
    both.put("resourcequotas/all/status", made.changed({"status": {"hard": {"pods": "2"}, "used": {"pods": "0"}}}))
    scoped(both, one("PriorityClass", "In", f"{both.ns}-high"))
    for name in "ab":
        both.post("pods", pod(name, priorityClassName=f"{both.ns}-high"))
    both.post("pods", pod("c"))
    both.post("pods", pod("d"))
    both.get("resourcequotas/all")
    both.get("resourcequotas/scoped")


@pytest.mark.parametrize(
    "spec",
    [
        {"scopes": ["Terminating", "NotTerminating"], "hard": {"pods": "1"}},
        {"scopes": ["BestEffort", "NotBestEffort"], "hard": {"pods": "1"}},
        {"scopes": ["Other"], "hard": {"pods": "1"}},
        {"scopes": ["BestEffort"], "hard": {"requests.cpu": "1"}},
        {"scopes": ["Terminating"], "hard": {"services": "1", "cpu": "1"}},
        {"scopes": ["Terminating"], "hard": {"services": "1", "configmaps": "1"}},
        {**one("Other"), "hard": {"pods": "1"}},
        {**one("Terminating", "In", "x"), "hard": {"pods": "1"}},
        {**one("Terminating", "Exists", "x"), "hard": {"pods": "1"}},
        {**one("PriorityClass", "In"), "hard": {"pods": "1"}},
        {**one("PriorityClass", "DoesNotExist", "x"), "hard": {"pods": "1"}},
        {**one("PriorityClass", "Is", "x"), "hard": {"pods": "1"}},
        {**one("PriorityClass", "In", "x"), "hard": {"services": "1"}},
        {**one("BestEffort"), "hard": {"memory": "1"}},
    ],
)
def test_scopes_that_make_no_sense(both: Both, spec: dict[str, Any]) -> None:
    assert both.post("resourcequotas", {"metadata": {"name": "q"}, "spec": spec}).status == 422


def test_scopes_stay(both: Both) -> None:
    both.post("resourcequotas", {"metadata": {"name": "q"}, "spec": {"scopes": ["Terminating"], "hard": {"pods": "1"}}})
    both.merge("resourcequotas/q", {"spec": {"scopes": ["NotTerminating"]}})
    both.merge("resourcequotas/q", {"spec": {"scopes": None}})
    both.merge("resourcequotas/q", {"spec": one("Terminating")})


def test_claims_count_by_their_size_and_class(both: Both) -> None:
    gold = "gold.storageclass.storage.k8s.io/"
    scoped(
        both, {}, {"requests.storage": "3Gi", f"{gold}requests.storage": "1Gi", f"{gold}persistentvolumeclaims": "2"}
    )
    for name, size, class_ in (("a", "1Gi", "gold"), ("b", "1Gi", "gold"), ("c", "1Gi", None), ("d", "2Gi", "silver")):
        of_class = {"storageClassName": class_} if class_ else {}
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **of_class}
        both.post("persistentvolumeclaims", {"metadata": {"name": name}, "spec": spec})
    both.get("resourcequotas/scoped")
