from tests.unit.sim.api.verbs.asking import Asking, config_map, owned_by, pod, seen
from tests.unit.sim.api.verbs.test_versions import custom, thing

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def test_a_finalizer_keeps_an_object_until_it_is_taken_away():
    asking = Asking()
    asking.create("configmaps", config_map("a", finalizers=["example.com/f"]))
    asking.delete("configmaps/a")
    assert asking.get("configmaps/a")["metadata"]["deletionTimestamp"]
    asking.merge("configmaps/a", {"data": {"k": "w"}})
    assert asking.get("configmaps/a")["data"] == {"k": "w"}
    asking.merge("configmaps/a", {"metadata": {"finalizers": None}})
    assert asking.gone("configmaps/a")


def test_a_delete_of_another_object_is_refused():
    asking = Asking()
    asking.create("configmaps", config_map("a"))
    assert asking.refused("DELETE", "configmaps/a", {"preconditions": {"uid": "other"}})["code"] == 409
    assert asking.refused("DELETE", "configmaps/a", {"preconditions": {"resourceVersion": "1"}})["code"] == 409
    assert not asking.gone("configmaps/a")


def test_a_pod_on_a_node_gets_its_grace_and_goes_when_the_node_says_so():
    asking = Asking()
    asking.create("pods", pod("a", node="n"))
    assert asking.delete("pods/a")["metadata"]["deletionGracePeriodSeconds"] == 30
    assert asking.delete("pods/a", gracePeriodSeconds=5)["metadata"]["deletionGracePeriodSeconds"] == 5
    assert asking.delete("pods/a", gracePeriodSeconds=60)["metadata"]["deletionGracePeriodSeconds"] == 5
    asking.delete("pods/a", gracePeriodSeconds=0)
    assert asking.gone("pods/a")


def test_a_pod_without_a_node_goes_at_once():
    asking = Asking()
    asking.create("pods", pod("a"))
    watch = asking.watch("pods?watch=1")
    seen(watch)
    asking.delete("pods/a")
    assert seen(watch) == [("MODIFIED", "a"), ("DELETED", "a")]


def test_a_collection_is_deleted_by_selection():
    asking = Asking()
    for name in "abc":
        asking.create("configmaps", config_map(name, labels={"name": name}))
    asking.delete("configmaps?labelSelector=name%20in%20(a,b)")
    assert asking.names("configmaps") == ["c"]


def test_what_lost_its_owners_is_collected():
    asking = Asking()
    owner = asking.create("configmaps", config_map("owner"))
    asking.create("secrets", {"metadata": {"name": "child", "ownerReferences": owned_by(owner)}})
    child = asking.get("secrets/child") | {"kind": "Secret"}
    asking.create("configmaps", config_map("grandchild", ownerReferences=owned_by(child)))
    asking.create("configmaps", config_map("free"))
    assert asking.server.collect() == 0
    asking.delete("configmaps/owner", propagationPolicy="Background")
    assert asking.server.collect() == 2
    assert asking.names("configmaps") == ["free"]
    assert asking.gone("secrets/child")


def test_an_object_with_another_owner_stays_without_the_lost_one():
    asking = Asking()
    one = asking.create("configmaps", config_map("one"))
    two = asking.create("configmaps", config_map("two"))
    asking.create("configmaps", config_map("child", ownerReferences=owned_by(one) + owned_by(two)))
    asking.delete("configmaps/one")
    asking.server.collect()
    assert asking.get("configmaps/child")["metadata"]["ownerReferences"] == owned_by(two)


def test_dependents_can_be_let_go():
    asking = Asking()
    owner = asking.create("configmaps", config_map("owner"))
    asking.create("configmaps", config_map("child", ownerReferences=owned_by(owner)))
    asking.delete("configmaps/owner", propagationPolicy="Orphan")
    assert not asking.gone("configmaps/owner")
    asking.server.collect()
    assert asking.gone("configmaps/owner")
    assert "ownerReferences" not in asking.get("configmaps/child")["metadata"]


def test_in_the_foreground_the_owner_goes_last():
    asking = Asking()
    owner = asking.create("configmaps", config_map("owner"))
    blocking = owned_by(owner, blockOwnerDeletion=True)
    asking.create("configmaps", config_map("child", ownerReferences=blocking, finalizers=["example.com/f"]))
    asking.delete("configmaps/owner", propagationPolicy="Foreground")
    asking.server.collect()
    assert asking.get("configmaps/child")["metadata"]["deletionTimestamp"]
    assert not asking.gone("configmaps/owner")
    asking.merge("configmaps/child", {"metadata": {"finalizers": None}})
    asking.server.collect()
    assert asking.gone("configmaps/child")
    assert asking.gone("configmaps/owner")


def test_a_namespace_takes_nothing_new_and_goes_when_it_is_empty():
    asking = Asking()
    asking.create("/api/v1/namespaces", {"metadata": {"name": "n"}})
    asking.create("/api/v1/namespaces/n/configmaps", config_map("a"))
    asking.create("/api/v1/namespaces/n/pods", pod("p", node="n"))
    asking.delete("/api/v1/namespaces/n")
    assert asking.refused("POST", "/api/v1/namespaces/n/configmaps", config_map("b"))["code"] == 403
    assert asking.server.end_namespaces() == 0
    assert asking.names("/api/v1/namespaces/n/configmaps") == []
    asking.delete("/api/v1/namespaces/n/pods/p", gracePeriodSeconds=0)
    assert asking.server.end_namespaces() == 1
    assert asking.gone("/api/v1/namespaces/n")


def test_a_definition_takes_its_objects_along():
    asking = Asking()
    asking.create(CRDS, custom("things", {"type": "object", "x-kubernetes-preserve-unknown-fields": True}))
    path = "/apis/example.com/v1/namespaces/default/things"
    asking.create(path, thing("a"))
    asking.create(path, thing("kept", finalizers=["example.com/f"]))
    watch = asking.watch(f"{path}?watch=1")
    asking.delete(f"{CRDS}/things.example.com")
    assert asking.names(path) == ["kept"]
    assert asking.refused("POST", path, thing("late"))["code"] == 403
    asking.merge(f"{path}/kept", {"metadata": {"finalizers": None}})
    assert asking.gone(path)
    assert asking.gone(f"{CRDS}/things.example.com")
    assert watch.ended


def test_an_eviction_keeps_to_the_budget():
    asking = Asking()
    asking.create("pods", pod("a", node="n", labels={"app": "a"}))
    running = {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}
    asking.merge("pods/a/status", running)
    budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}}
    asking.create(budgets, {"metadata": {"name": "b"}, "spec": spec})
    counted = {
        "observedGeneration": 1,
        "disruptionsAllowed": 0,
        "currentHealthy": 1,
        "desiredHealthy": 1,
        "expectedPods": 1,
    }
    asking.merge(f"{budgets}/b/status", {"status": counted})
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "a"}}
    assert asking.refused("POST", "pods/a/eviction", eviction)["code"] == 429
    asking.merge(f"{budgets}/b/status", {"status": {"disruptionsAllowed": 1}})
    asking.ask("POST", "pods/a/eviction", eviction)
    assert asking.get("pods/a")["metadata"]["deletionTimestamp"]
    assert asking.get(f"{budgets}/b")["status"]["disruptionsAllowed"] == 0


def test_what_needs_a_node_is_refused_clearly():
    asking = Asking()
    asking.create("pods", pod("a", node="n"))
    asking.create("pods", pod("waiting"))
    assert asking.refused("GET", "pods/a/log")["code"] == 501
    assert asking.refused("GET", "pods/a/log?container=x")["code"] == 400
    assert asking.refused("GET", "pods/missing/log")["code"] == 404
    assert asking.answer("GET", "pods/waiting/log").status == 204
    assert asking.refused("POST", "pods/waiting/exec?command=x")["code"] == 400
