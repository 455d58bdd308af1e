"""Deleting."""

import pytest

from tests.contract.api.both import Both
from tests.contract.api.things import config_map, deployment, pod, service


def test_a_deletion_is_told_and_done(both: Both) -> None:
    both.post("configmaps", config_map())
    both.delete("configmaps/a")
    both.get("configmaps/a")
    both.delete("configmaps/a")


def test_other_kinds_answer_with_the_object(both: Both) -> None:
    both.post("services", service())
    both.delete("services/a")
    both.post("deployments.apps", deployment())
    both.delete("deployments.apps/a")
    both.post("secrets", {"metadata": {"name": "a"}})
    both.delete("secrets/a")
    both.post("serviceaccounts", {"metadata": {"name": "a"}})
    both.delete("serviceaccounts/a")


def test_preconditions(both: Both) -> None:
    first = both.post("configmaps", config_map())
    both.put("configmaps/a", config_map(data={"k": "2"}))
    both.delete("configmaps/a", {"preconditions": {"uid": "12345678-1234-1234-1234-123456789012"}})
    both.delete("configmaps/a", {"preconditions": {"resourceVersion": first.version}})
    both.delete("configmaps/a", {"preconditions": {"uid": first["metadata.uid"]}})


@pytest.mark.parametrize(
    "finalizers", [["orphan"], ["foregroundDeletion"], ["orphan", "example.com/x"], ["example.com/x"]]
)
def test_a_version_is_asked_for_while_the_policy_takes_a_finalizer_away(both: Both, finalizers: list[str]) -> None:
    made = both.post("configmaps", config_map(finalizers=finalizers))
    both.delete("configmaps/a", {"propagationPolicy": "Background", "preconditions": {"resourceVersion": made.version}})
    both.get("configmaps/a")


@pytest.mark.parametrize("node", ["", "n"])
def test_a_version_of_a_pod_is_asked_for(both: Both, node: str) -> None:
    made = both.post("pods", pod(nodeName=node))
    wanted = {"preconditions": {"resourceVersion": made.version}}
    both.delete("pods/a", {"gracePeriodSeconds": 0, "dryRun": ["All"], **wanted})
    both.delete("pods/a", {"gracePeriodSeconds": 0, **wanted})
    both.get("pods/a")


def test_finalizers_keep_an_object(both: Both) -> None:
    both.post("configmaps", config_map(finalizers=["example.com/x", "example.com/y"]))
    both.delete("configmaps/a")
    both.delete("configmaps/a")
    both.merge("configmaps/a", {"data": {"k": "2"}})
    both.merge("configmaps/a", {"metadata": {"finalizers": ["example.com/x", "example.com/y", "example.com/z"]}})
    both.merge("configmaps/a", {"metadata": {"finalizers": ["example.com/y"]}})
    both.post("configmaps", config_map())
    both.merge("configmaps/a", {"metadata": {"finalizers": None}})
    both.get("configmaps/a")


@pytest.mark.parametrize("policy", ["Background", "Foreground", "Orphan", "Sideways"])
@pytest.mark.parametrize("kind", ["configmaps", "deployments.apps"])
def test_what_becomes_of_dependents(both: Both, kind: str, policy: str) -> None:
    both.post(kind, config_map() if kind == "configmaps" else deployment())
    both.delete(f"{kind}/a", {"propagationPolicy": policy})
    both.get(f"{kind}/a")
    both.delete(f"{kind}/a", {"propagationPolicy": "Background"})
    both.get(f"{kind}/a")


def test_the_old_way_to_orphan(both: Both) -> None:
    both.post("configmaps", config_map())
    both.delete("configmaps/a", {"orphanDependents": True, "propagationPolicy": "Orphan"})
    both.delete("configmaps/a", {"orphanDependents": True})
    both.get("configmaps/a")


def test_options_in_the_query(both: Both) -> None:
    both.post("configmaps", config_map())
    both.delete("configmaps/a", None, {"propagationPolicy": "Foreground"})
    both.get("configmaps/a")
    both.post("pods", pod())
    both.delete("pods/a", None, {"gracePeriodSeconds": "0"})
    both.get("pods/a")


def test_options_that_are_wrong(both: Both) -> None:
    both.post("configmaps", config_map())
    both.delete("configmaps/a", b"{")
    both.delete("configmaps/a", {"kind": "Other", "apiVersion": "v1"})
    both.delete("configmaps/a", {"gracePeriodSeconds": -5})
    both.delete("configmaps/a", {"dryRun": ["Some"]})
    both.delete("configmaps/a", {"kind": "DeleteOptions", "apiVersion": "v1", "dryRun": ["All"]})
    both.get("configmaps/a")


def test_a_pod_without_a_node_goes_at_once(both: Both) -> None:
    both.post("pods", pod())
    both.delete("pods/a")
    both.get("pods/a")


def test_a_pod_on_a_node_has_grace(both: Both) -> None:
    both.post("pods", pod(nodeName="n"))
    both.delete("pods/a")
    both.delete("pods/a", {"gracePeriodSeconds": 10})
    both.delete("pods/a", {"gracePeriodSeconds": 20})
    both.get("pods/a")
    both.delete("pods/a", {"gracePeriodSeconds": 0})
    both.get("pods/a")


def test_a_pod_may_ask_for_more_grace(both: Both) -> None:
    both.post("pods", pod(nodeName="n", terminationGracePeriodSeconds=5))
    both.delete("pods/a", {"gracePeriodSeconds": 90})
    both.get("pods/a")


def test_a_pod_with_a_finalizer(both: Both) -> None:
    both.post("pods", pod(nodeName="n", finalizers=["example.com/x"]))
    both.delete("pods/a", {"gracePeriodSeconds": 0})
    both.merge("pods/a", {"metadata": {"finalizers": None}})
    both.get("pods/a")


def test_a_collection_is_deleted(both: Both) -> None:
    for name in ("a", "b", "c"):
        both.post("configmaps", config_map(name, labels={"x": name}))
    both.delete("configmaps", None, {"labelSelector": "x in (a,b)", "dryRun": "All"})
    both.delete("configmaps", None, {"labelSelector": "x in (a,b)"})
    both.get("configmaps")
    both.delete("configmaps")
    both.get("configmaps")
    both.delete("configmaps", None, {"fieldSelector": "x=y"})


def test_services_are_deleted_one_by_one(both: Both) -> None:
    both.post("services", service())
    both.delete("services")
    both.get("services")


def test_a_namespace_ends_slowly(both: Both) -> None:
    name = f"{both.ns}-b"
    both.post("/api/v1/namespaces", {"metadata": {"name": name}})
    both.delete(f"/api/v1/namespaces/{name}")
    both.get(f"/api/v1/namespaces/{name}")
    both.delete(f"/api/v1/namespaces/{name}")
    both.post(f"/api/v1/namespaces/{name}/configmaps", config_map())
    both.delete("/api/v1/namespaces/default")


def test_a_namespace_is_finalized_by_an_update_of_what_was_read(both: Both) -> None:
    name = f"{both.ns}-of-others"
    path = f"/api/v1/namespaces/{name}/finalize"
    made = both.post("/api/v1/namespaces", {"metadata": {"name": name, "labels": {"a": "b"}}}, {"fieldManager": "one"})
    both.merge(f"/api/v1/namespaces/{name}", {"metadata": {"annotations": {"c": "d"}}}, {"fieldManager": "two"})
    both.put(path, made.changed({}))
    changes = {"metadata.resourceVersion": None, "metadata.labels": {"e": "f"}, "status.phase": "Terminating"}
    both.put(path, made.changed({**changes, "metadata.uid": "another"}))
    both.put(path, made.changed({**changes, "spec": {"finalizers": ["kubernetes", "example.com/x"]}}))
    both.put(path, made.changed({**changes, "spec": {"finalizers": ["no domain"]}}))
    both.put(path, made.changed({**changes, "metadata.finalizers": ["example.com/y"]}), {"dryRun": "All"})
    both.put(path, {"metadata": {"name": name}, "spec": {"finalizers": ["example.com/x"]}}, {"fieldManager": "three"})
    both.put(path, {"metadata": {"name": "other"}})
    both.put(path, {"metadata": {"name": name}, "spec": {}})
    both.get(f"/api/v1/namespaces/{name}")
    both.delete(f"/api/v1/namespaces/{name}")
    both.get(f"/api/v1/namespaces/{name}")


@pytest.mark.parametrize("names", [["kubernetes", "example.com/x"], ["no domain"], ["a", "orphan", "a/b/c"]])
def test_finalizers_in_the_spec_of_a_new_namespace(both: Both, names: list[str]) -> None:
    both.post("/api/v1/namespaces", {"metadata": {"name": f"{both.ns}-of-others"}, "spec": {"finalizers": names}})


def test_a_namespace_that_ends_goes_when_it_is_finalized(both: Both) -> None:
    name = f"{both.ns}-of-others"
    both.post("/api/v1/namespaces", {"metadata": {"name": name, "finalizers": ["example.com/x"]}})
    ended = both.delete(f"/api/v1/namespaces/{name}")
    both.put(f"/api/v1/namespaces/{name}/status", ended.changed({"status.conditions": []}))
    both.put(f"/api/v1/namespaces/{name}/finalize", ended.changed({"spec": {}}))
    both.put(f"/api/v1/namespaces/{name}/finalize", ended.changed({"spec": {}, "metadata.resourceVersion": None}))
    both.get(f"/api/v1/namespaces/{name}")
    both.merge(f"/api/v1/namespaces/{name}", {"metadata": {"finalizers": None}})
    both.get(f"/api/v1/namespaces/{name}")
