"""Replacing."""

from typing import Any

import pytest

from tests.contract.api.both import Both
from tests.contract.api.things import LABELS, config_map, deployment, pod, pod_template, service


def test_a_replacement_is_read(both: Both) -> None:
    both.post("configmaps", config_map())
    both.put("configmaps/a", config_map(data={"k": "w"}))
    both.get("configmaps/a")


def test_a_stale_version_conflicts(both: Both) -> None:
    first = both.post("configmaps", config_map())
    both.put("configmaps/a", first.changed({"data.k": "2"}))
    both.put("configmaps/a", first.changed({"data.k": "3"}))
    both.put("configmaps/a", first.changed({"data.k": "3", "metadata.resourceVersion": None}))


def test_what_changes_nothing_gives_no_version(both: Both) -> None:
    first = both.post("configmaps", config_map())
    both.put("configmaps/a", first.changed({}))
    both.put("configmaps/a", config_map())
    both.get("configmaps/a")


def test_versions_are_numbers(both: Both) -> None:
    both.post("configmaps", config_map())
    both.put("configmaps/a", config_map(resourceVersion="x"))
    both.put("configmaps/a", config_map(resourceVersion="-1"))
    both.put("configmaps/a", config_map(resourceVersion="0"))
    both.put("configmaps/a", config_map(resourceVersion="99999999"))


def test_another_uid_is_another_object(both: Both) -> None:
    first = both.post("configmaps", config_map())
    both.put("configmaps/a", config_map(uid="12345678-1234-1234-1234-123456789012"))
    both.put("configmaps/a", config_map(uid=first["metadata.uid"]))


def test_the_name_is_that_of_the_path(both: Both) -> None:
    both.post("configmaps", config_map())
    both.put("configmaps/a", config_map("b"))
    both.put("configmaps/a", {"data": {}})
    both.put("configmaps/a", config_map(namespace="other"))


def test_what_is_not_there_is_not_replaced(both: Both) -> None:
    both.put("configmaps/a", config_map())
    both.put("deployments.apps/a", deployment())


def test_some_kinds_need_no_version_and_some_are_created(both: Both) -> None:
    lease = {"metadata": {"name": "a"}, "spec": {"holderIdentity": "x"}}
    both.put("leases.coordination/a", lease)
    both.put("services/a", service())
    both.put("events/a", {"metadata": {"name": "a"}, "involvedObject": {"namespace": "{ns}"}})


def test_metadata_that_does_not_change(both: Both) -> None:
    first = both.post("configmaps", config_map(labels={"a": "b"}))
    both.put("configmaps/a", first.changed({"metadata.creationTimestamp": "2001-01-01T00:00:00Z"}))
    both.put("configmaps/a", first.changed({"metadata.generation": 5, "metadata.selfLink": "/x"}))
    both.put("configmaps/a", first.changed({"metadata.deletionTimestamp": "2001-01-01T00:00:00Z"}))
    both.get("configmaps/a")


def test_generation_follows_spec(both: Both) -> None:
    first = both.post("deployments.apps", deployment())
    second = both.put("deployments.apps/a", first.changed({"spec.replicas": 3}))
    third = both.put("deployments.apps/a", second.changed({"metadata.labels": {"x": "y"}}))
    both.put("deployments.apps/a", third.changed({"status": {"replicas": 5}}))
    both.put("deployments.apps/a/status", third.changed({"status": {"replicas": 5}}))


@pytest.mark.parametrize("resource", ["deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps"])
def test_annotations_that_come_with_a_status_count_as_no_wish(both: Both, resource: str) -> None:
    spec = {"selector": {"matchLabels": LABELS}, "template": pod_template()}
    made = both.post(resource, {"metadata": {"name": "a"}, "spec": spec})
    path = f"{resource}/a/status"
    both.put(path, made.changed({"metadata.annotations": {"c": "d"}, "metadata.labels": {"e": "f"}}))
    both.merge(path, {"metadata": {"annotations": {"c": "e"}}, "status": {"observedGeneration": 1}})
    both.put(f"{resource}/a", made.changed({"metadata.annotations": {"c": "f"}, "metadata.resourceVersion": None}))


def test_generation_of_pods_services_and_others(both: Both) -> None:
    made = both.post("services", service())
    both.put("services/a", made.changed({"spec.ports.0.port": 81}))
    made = both.post("pods", pod())
    both.put("pods/a", made.changed({"spec.containers.0.image": "j:1"}))


def test_status_and_spec_are_apart(both: Both) -> None:
    made = both.post("deployments.apps", deployment())
    changed = {"status": {"replicas": 3}, "spec.replicas": 5, "metadata.labels": {"x": "y"}}
    told = both.put("deployments.apps/a/status", made.changed(changed))
    both.put("deployments.apps/a", told.changed({"status": {}, "spec.replicas": 7}))
    both.get("deployments.apps/a/status")


def test_a_selector_does_not_change(both: Both) -> None:
    made = both.post("deployments.apps", deployment())
    labels = {"app": "b"}
    changed = {"spec.selector.matchLabels": labels, "spec.template.metadata.labels": labels}
    both.put("deployments.apps/a", made.changed(changed))


def test_an_address_does_not_change(both: Both) -> None:
    made = both.post("services", service())
    both.put("services/a", made.changed({"spec.clusterIP": "10.96.200.200", "spec.clusterIPs": ["10.96.200.200"]}))
    both.put("services/a", made.changed({"spec.clusterIP": None, "spec.clusterIPs": None}))
    both.put("services/a", service(type="NodePort"))


def test_a_pod_hardly_changes(both: Both) -> None:
    made = both.post("pods", pod())
    # Other changes are refused with Go's own rendering of what differs: nobody can rely on that.
    both.put("pods/a", made.changed({"spec.containers.0.image": "j:1"}))
    both.put("pods/a", made.changed({"spec.activeDeadlineSeconds": 5}))


def test_what_is_immutable_stays(both: Both) -> None:
    made = both.post("configmaps", {**config_map(), "immutable": True})
    both.put("configmaps/a", made.changed({"data.k": "w"}))
    both.put("configmaps/a", made.changed({"immutable": False}))
    both.put("configmaps/a", made.changed({"metadata.labels": {"x": "y"}}))
    secret = {"metadata": {"name": "a"}, "stringData": {"k": "v"}, "immutable": True}
    made = both.post("secrets", secret)
    both.put("secrets/a", made.changed({"data.k": "dw=="}))
    both.put("secrets/a", made.changed({"type": "other"}))


def test_managers_of_a_replacement(both: Both) -> None:
    first = both.post("configmaps", config_map(data={"a": "1", "b": "1"}), {"fieldManager": "x"})
    second = both.put("configmaps/a", first.changed({"data.b": "2"}), {"fieldManager": "y"})
    third = both.put("configmaps/a", second.changed({"data.a": None}), {"fieldManager": "y"})
    both.put("configmaps/a", third.changed({"metadata.managedFields": None}))
    both.put("configmaps/a", {**config_map(), "metadata": {"name": "a", "managedFields": [{}]}})


def test_a_trial_of_a_replacement(both: Both) -> None:
    both.post("configmaps", config_map())
    both.put("configmaps/a", config_map(data={"k": "w"}), {"dryRun": "All"})
    both.get("configmaps/a")


def test_unknown_fields_of_a_replacement(both: Both) -> None:
    both.post("configmaps", config_map())
    both.put("configmaps/a", {**config_map(), "extra": 1}, {"fieldValidation": "Strict"})
    both.put("configmaps/a", {**config_map(), "extra": 1}, {"fieldValidation": "Warn"})


@pytest.mark.parametrize("metadata", [{"finalizers": ["nope"]}, {"finalizers": ["x y/z"]}, {"labels": {"a b": "x"}}])
@pytest.mark.parametrize("thing", [config_map(), service(), deployment()], ids=lambda thing: thing["kind"])
def test_wrong_metadata_is_told_as_often_as_it_is_checked(both: Both, thing: Any, metadata: Any) -> None:
    plural = {"ConfigMap": "configmaps", "Service": "services", "Deployment": "deployments.apps"}[thing["kind"]]
    both.post(plural, thing)
    both.merge(f"{plural}/a", {"metadata": metadata})


def test_a_write_of_the_scale_turns_the_managers_and_the_next_write_turns_them_back(both: Both) -> None:
    ports = [{"containerPort": port} for port in (9, 80, 443)]
    container = {"name": "c", "image": "i:1", "ports": ports}
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [container]}}
    both.post("deployments.apps", deployment(template=template))
    for _ in range(2):
        both.merge("deployments.apps/a/scale", {"spec": {"replicas": 2}})
        both.merge("deployments.apps/a/scale", {"spec": {"replicas": 2}})
        both.merge("deployments.apps/a", {})
        both.merge("deployments.apps/a", {})


def test_what_is_wrong_with_a_service_is_told_in_the_order_of_its_checks(both: Both) -> None:
    wrong: Any = {
        "sessionAffinity": "x",
        "ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b", "targetPort": -1}],
    }
    both.post("services", service(**wrong))
    both.post("services", service(**wrong, type="ExternalName"))
    both.post("services", service(**wrong, type="x"))


def test_a_port_that_joins_a_service_gets_a_node_port_of_its_own(both: Both) -> None:
    tcp, udp = {"name": "a", "port": 80}, {"name": "b", "port": 80, "protocol": "UDP"}
    both.post("services", service("new", type="NodePort", ports=[tcp, udp]))
    both.post("services", service(type="NodePort", ports=[tcp]))
    both.merge("services/a", {"spec": {"ports": [tcp, udp]}})
    both.merge("services/a", {"spec": {"ports": [tcp, {**tcp, "name": "c"}]}})


@pytest.mark.parametrize("label", ["a:b", "a b"])
def test_a_label_of_a_template_is_named_by_where_it_was_once(both: Both, label: str) -> None:
    both.post("deployments.apps", deployment())
    labels = {**LABELS, "x": label}
    both.merge("deployments.apps/a", {"spec": {"template": {"metadata": {"labels": labels}}}})


def test_a_port_keeps_its_number_on_nodes_by_its_name(both: Both) -> None:
    def ports(*numbers: int) -> Any:
        return {"spec": {"ports": [{"port": number, "name": name} for number, name in zip(numbers, "ab", strict=True)]}}

    both.post("services", service(type="NodePort", **ports(80, 81)["spec"]))
    both.merge("services/a", ports(81, 80))
    both.merge("services/a", ports(82, 80))
    both.merge("services/a", {"spec": {"type": "ClusterIP"}})
