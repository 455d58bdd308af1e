"""Server-side apply."""

from typing import Any

import pytest

from tests.contract.api.both import APPLY, STRATEGIC, Both
from tests.contract.api.things import config_map, deployment, service


def applied(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}


def test_apply_creates(both: Both) -> None:
    both.apply("configmaps/a", applied(k="v"))
    both.apply("configmaps/a", applied(k="v"))
    both.get("configmaps/a")


def test_apply_needs_a_manager(both: Both) -> None:
    both.patch("configmaps/a", applied(k="v"), APPLY)
    both.patch("configmaps/a", applied(k="v"), APPLY, {"fieldManager": ""})


def test_apply_names_kind_and_version(both: Both) -> None:
    both.apply("configmaps/a", {"metadata": {"name": "a"}})
    both.apply("configmaps/a", {"apiVersion": "v1", "metadata": {"name": "a"}})
    both.apply("configmaps/a", {**applied(), "kind": "Secret"})
    both.apply("configmaps/a", {**applied(), "apiVersion": "v3"})
    both.apply("configmaps/b", applied())
    both.apply("configmaps/a", {**applied(), "metadata": {}})
    both.apply("configmaps/a", {**applied(), "metadata": {"name": "a", "namespace": "other"}})


def test_apply_takes_no_managed_fields(both: Both) -> None:
    both.apply("configmaps/a", {**applied(), "metadata": {"name": "a", "managedFields": [{"manager": "x"}]}})
    both.apply("configmaps/a", {**applied(), "metadata": {"name": "a", "managedFields": []}})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"a: b: c", b"x"])
def test_apply_of_nonsense(both: Both, body: bytes) -> None:
    both.patch("configmaps/a", body, APPLY, {"fieldManager": "m"})


def test_apply_in_yaml(both: Both) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: |\n    v\n"
    both.patch("configmaps/a", body, APPLY, {"fieldManager": "m"})


def test_another_value_conflicts(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1", l="1"), "one")
    both.apply("configmaps/a", applied(k="2", l="2"), "two")
    both.apply("configmaps/a", applied(k="2"), "two", force=True)
    both.apply("configmaps/a", applied(k="1", l="1"), "one")


def test_the_same_value_is_owned_together(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1"), "one")
    both.apply("configmaps/a", applied(k="1"), "two")
    both.apply("configmaps/a", applied(), "one")
    both.apply("configmaps/a", applied(), "two")


def test_what_nobody_owns_any_more_goes(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1", l="1"), "one")
    both.apply("configmaps/a", applied(k="1"), "one")


def test_a_conflict_with_an_update(both: Both) -> None:
    both.post("configmaps", config_map(data={"k": "1"}), {"fieldManager": "editor"})
    both.apply("configmaps/a", applied(k="2"), "one")
    both.apply("configmaps/a", applied(k="1"), "one")
    both.merge("configmaps/a", {"data": {"k": "3"}})
    both.apply("configmaps/a", applied(k="1"), "one")
    both.apply("configmaps/a", applied(k="1"), "one", force=True)


def test_conflicts_with_several(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1"), "one")
    both.apply("configmaps/a", applied(k="1", l="1"), "two")
    both.apply("configmaps/a", applied(l="1", m="1"), "three")
    both.apply("configmaps/a", applied(k="2", l="2", m="2"), "four")


def test_an_update_takes_over_what_it_changes(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1", l="1"), "one")
    both.merge("configmaps/a", {"data": {"k": "2"}}, {"fieldManager": "two"})
    both.merge("configmaps/a", {"data": {"l": None}}, {"fieldManager": "two"})


def test_lists_are_owned_by_their_keys(both: Both) -> None:
    both.apply("deployments.apps/a", deployment(), "one")
    sidecar = {"name": "d", "image": "i:1", "ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]}
    other = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a"},
        "spec": {"template": {"spec": {"containers": [sidecar]}}},
    }
    both.apply("deployments.apps/a", other, "two")
    other["spec"]["template"]["spec"]["containers"] = [{"name": "c", "image": "i:2"}]  # type: ignore[index]
    both.apply("deployments.apps/a", other, "two")
    both.apply("deployments.apps/a", other, "two", force=True)
    both.apply("deployments.apps/a", deployment(), "one", force=True)


def test_the_order_of_lists(both: Both) -> None:
    def ports(*numbers: int) -> dict[str, Any]:
        return service(ports=[{"port": number, "name": f"p{number}"} for number in numbers])

    both.apply("services/a", ports(1, 2, 3), "one")
    both.apply("services/a", ports(5, 3, 4, 1), "two")
    both.apply("services/a", ports(3, 2), "one")


def test_a_key_twice(both: Both) -> None:
    both.apply("services/a", service(ports=[{"port": 1, "name": "a"}, {"port": 1, "name": "b"}]))
    body = deployment()
    body["spec"]["template"]["spec"]["containers"] = [{"name": "c", "image": "a"}, {"name": "c", "image": "b"}]
    both.apply("deployments.apps/a", body)


def test_a_list_without_its_key(both: Both) -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["containers"] = [{"image": "a"}]
    both.apply("deployments.apps/a", body)
    both.apply("services/a", service(ports=[{"name": "a"}]))


def test_sets(both: Both) -> None:
    def finalizers(*names: str) -> dict[str, Any]:
        return {**applied(), "metadata": {"name": "a", "finalizers": [f"example.com/{name}" for name in names]}}

    both.apply("configmaps/a", finalizers("a", "b"), "one")
    both.apply("configmaps/a", finalizers("c", "b"), "two")
    both.apply("configmaps/a", finalizers("a"), "one")
    both.apply("configmaps/a", finalizers(), "two")
    both.apply("configmaps/a", finalizers(), "one")


def test_atomic_values(both: Both) -> None:
    both.apply("services/a", service(), "one")
    both.apply("services/a", service(selector={"app": "b"}), "two")
    both.apply("services/a", service(selector={"app": "a"}), "two")
    both.apply("services/a", service(selector={"app": "b"}), "one")
    both.apply("services/a", service(externalIPs=["80.11.12.10"]), "one", force=True)


def test_null_and_empty_values(both: Both) -> None:
    both.apply("configmaps/a", {**applied(), "data": None}, "one")
    both.apply("configmaps/a", {**applied(), "data": {"k": None}}, "one")
    both.apply("configmaps/a", {**applied(), "data": {}}, "two")
    both.apply("configmaps/a", applied(k="1"), "one")


def test_a_value_of_the_wrong_type(both: Both) -> None:
    both.apply("configmaps/a", {**applied(), "data": {"k": 1}})
    both.apply("configmaps/a", {**applied(), "data": "x"})
    both.apply("deployments.apps/a", deployment(replicas="x"))
    both.apply("deployments.apps/a", {**deployment(), "spec": []})


def test_fields_that_no_schema_knows(both: Both) -> None:
    both.apply("configmaps/a", {**applied(), "extra": 1})
    both.apply("deployments.apps/a", deployment(extra={"x": 1}))


def test_status_by_apply(both: Both) -> None:
    both.post("deployments.apps", deployment())
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "status": {"replicas": 3}}
    both.apply("deployments.apps/a", body, "one")
    both.apply("deployments.apps/a/status", body, "one")
    both.apply("deployments.apps/a/status", {**body, "status": {"replicas": 4}}, "two")
    both.apply("deployments.apps/a/status", {**body, "status": {"readyReplicas": 1}}, "one")
    both.apply("deployments.apps/b/status", {**body, "metadata": {"name": "b"}}, "one")


def test_replicas_by_scale(both: Both) -> None:
    both.apply("deployments.apps/a", deployment(replicas=2), "one")
    both.merge("deployments.apps/a/scale", {"spec": {"replicas": 3}}, {"fieldManager": "scaler"})
    both.get("deployments.apps/a")
    both.apply("deployments.apps/a", deployment(replicas=2), "one")
    scale = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "a"}, "spec": {"replicas": 5}}
    both.apply("deployments.apps/a/scale", scale, "two")
    both.apply("deployments.apps/a/scale", scale, "two", force=True)
    both.get("deployments.apps/a")


def test_versions_and_uids_in_apply(both: Both) -> None:
    first = both.apply("configmaps/a", applied(k="1"))
    both.apply("configmaps/a", {**applied(k="2"), "metadata": {"name": "a", "resourceVersion": first.version}})
    both.apply("configmaps/a", {**applied(k="3"), "metadata": {"name": "a", "resourceVersion": first.version}})
    uid = "12345678-1234-1234-1234-123456789012"
    both.apply("configmaps/a", {**applied(k="3"), "metadata": {"name": "a", "uid": uid}})
    both.apply("configmaps/b", {**applied(), "metadata": {"name": "b", "uid": uid}})
    both.apply("configmaps/b", {**applied(), "metadata": {"name": "b", "resourceVersion": "1"}})


def test_the_fields_of_kubectl_apply_are_taken_over(both: Both) -> None:
    last = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1","l":"1"}}'
    annotation = {"kubectl.kubernetes.io/last-applied-configuration": last}
    made = config_map("a", {"k": "1", "l": "1"}, annotations=annotation)
    both.post("configmaps", made, {"fieldManager": "kubectl-client-side-apply"})
    both.apply("configmaps/a", applied(k="2"), "kubectl")
    both.apply("configmaps/a", applied(k="3"), "other")


def test_client_side_apply_after_apply(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1", l="1"), "kubectl")
    both.patch("configmaps/a", {"data": {"k": "2"}}, STRATEGIC, {"fieldManager": "kubectl-client-side-apply"})
    both.apply("configmaps/a", applied(k="3"), "kubectl")


def test_many_updaters_are_few_in_the_record(both: Both) -> None:
    both.post("configmaps", config_map(data={"k": "0"}), {"fieldManager": "first"})
    for number in range(12):
        both.merge("configmaps/a", {"data": {f"k{number}": "1"}}, {"fieldManager": f"u{number}"})


def test_an_emptied_record(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1"), "one")
    both.merge("configmaps/a", {"metadata": {"managedFields": [{}]}})
    both.apply("configmaps/a", applied(k="2"), "two")
    both.apply("configmaps/a", applied(k="3"), "one")


def test_a_record_that_was_edited(both: Both) -> None:
    made = both.apply("configmaps/a", applied(k="1"), "one")
    both.put("configmaps/a", made.changed({"metadata.managedFields.0.manager": "two"}))
    both.put(
        "configmaps/a", made.changed({"metadata.managedFields.0.fieldsV1": {"x": {}}, "metadata.resourceVersion": None})
    )
    both.put(
        "configmaps/a", made.changed({"metadata.managedFields.0.fieldsType": "F", "metadata.resourceVersion": None})
    )
    both.put(
        "configmaps/a", made.changed({"metadata.managedFields.0.operation": "F", "metadata.resourceVersion": None})
    )
    both.get("configmaps/a")


def test_apply_in_trial(both: Both) -> None:
    both.apply("configmaps/a", applied(k="1"), query={"dryRun": "All"})
    both.get("configmaps/a")
    both.apply("configmaps/a", applied(k="1"))
    both.apply("configmaps/a", applied(k="2"), query={"dryRun": "All"})
    both.get("configmaps/a")
