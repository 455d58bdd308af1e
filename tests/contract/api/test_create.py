"""Creating."""

from typing import Any

import pytest

from tests.contract.api.both import Both
from tests.contract.api.things import LABELS, config_map, deployment, pod, pod_template, service


def test_a_config_map_is_created_and_read(both: Both) -> None:
    both.post("configmaps", config_map())
    both.get("configmaps/a")


def test_a_name_exists_once(both: Both) -> None:
    both.post("configmaps", config_map())
    both.post("configmaps", config_map())


@pytest.mark.parametrize("name", ["A", "a_b", "", "a" * 254, "-a", "a..b"])
def test_a_name_has_a_syntax(both: Both, name: str) -> None:
    both.post("configmaps", config_map(name))


@pytest.mark.parametrize("name", ["a.b", "1a", "a" * 64])
def test_the_name_of_a_service_has_another(both: Both, name: str) -> None:
    both.post("services", service(name))


def test_a_name_is_generated(both: Both) -> None:
    made = both.post("configmaps", {"metadata": {"generateName": "made-"}})
    both.get(f"configmaps/{made['metadata.name']}")
    both.post("configmaps", {"metadata": {"generateName": "a" * 70}})


def test_a_name_wins_over_a_prefix(both: Both) -> None:
    both.post("configmaps", config_map("a", generateName="made-"))


def test_the_namespace_of_object_and_path_agree(both: Both) -> None:
    both.post("configmaps", config_map("a", namespace="other"))
    both.post("configmaps", config_map("a", namespace="{ns}"))


def test_a_namespace_must_be_there(both: Both) -> None:
    both.post("/api/v1/namespaces/nowhere/configmaps", config_map())


def test_kind_and_version_come_from_the_path(both: Both) -> None:
    both.post("configmaps", {"metadata": {"name": "a"}})
    both.post("configmaps", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "b"}})
    both.post("configmaps", {"apiVersion": "v2", "kind": "ConfigMap", "metadata": {"name": "b"}})
    both.post("deployments.apps", {**deployment(), "apiVersion": "apps/v1beta1"})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a"', b"a: [", b"{}"])
def test_a_body_is_an_object(both: Both, body: bytes) -> None:
    both.post("configmaps", body)


def test_yaml_is_understood(both: Both) -> None:
    both.post("configmaps", b"metadata: {name: a}\ndata:\n  k: v\n", content_type="application/yaml")
    both.post("configmaps", b"metadata: {name: b}\n", content_type="text/plain")


def test_what_only_the_server_sets_is_ignored_or_refused(both: Both) -> None:
    uid = "12345678-1234-1234-1234-123456789012"
    both.post("configmaps", config_map("a", uid=uid, creationTimestamp="2001-01-01T00:00:00Z", generation=7))
    both.post("configmaps", config_map("b", resourceVersion="1"))
    both.post("configmaps", config_map("c", deletionTimestamp="2001-01-01T00:00:00Z", selfLink="/x"))


def test_status_is_not_created(both: Both) -> None:
    both.post("deployments.apps", {**deployment(), "status": {"replicas": 3}})
    both.post("pods", {**pod(), "status": {"phase": "Running"}})


@pytest.mark.parametrize("key", ["a b", "/", "p/", "/n", "P/n", "a" * 64, "a/b/c", "p" * 254 + "/n", "example.com/n"])
def test_a_label_has_a_syntax(both: Both, key: str) -> None:
    both.post("configmaps", config_map("a", labels={key: "v"}))
    both.post("configmaps", config_map("b", annotations={key: "v"}))
    both.post("configmaps", config_map("c", finalizers=[key]))


@pytest.mark.parametrize("value", ["a b", "a" * 64, "-", "", 1, True, None])
def test_so_has_its_value(both: Both, value: object) -> None:
    both.post("configmaps", config_map("a", labels={"x": value}))


def test_annotations_have_a_size(both: Both) -> None:
    both.post("configmaps", config_map("a", annotations={"b": "x" * 262145}))


def test_an_owner_is_named_in_full(both: Both) -> None:
    both.post("configmaps", config_map("a", ownerReferences=[{"kind": "ConfigMap"}]))
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "u", "controller": True}
    both.post("configmaps", config_map("a", ownerReferences=[owner, {**owner, "name": "p"}]))
    both.post("configmaps", config_map("a", ownerReferences=[owner, owner]))


def test_a_trial_changes_nothing(both: Both) -> None:
    both.post("configmaps", config_map(), {"dryRun": "All"})
    both.get("configmaps/a")
    both.post("configmaps", config_map(), {"dryRun": "None"})
    both.post("configmaps", config_map(), {"dryRun": ["All", "All"]})


def test_the_manager_is_named(both: Both) -> None:
    both.post("configmaps", config_map("a"), {"fieldManager": "me"})
    both.post("configmaps", config_map("b"), {"fieldManager": "x" * 129})
    both.post("configmaps", config_map("c"), {"fieldManager": "a\nb"})
    both.post("configmaps", config_map("d"), user_agent="kubectl/v1.34.0 (linux/amd64) kubernetes/none")
    both.post("configmaps", config_map("e", managedFields=[]), {"fieldManager": ""})


@pytest.mark.parametrize("validation", ["Strict", "Warn", "Ignore", "", "strict"])
def test_unknown_and_repeated_fields(both: Both, validation: str) -> None:
    query = {"fieldValidation": validation} if validation else {}
    both.post("configmaps", {**config_map(), "extra": 1, "metadata": {"name": "a", "nmae": "b"}}, query)
    both.post("configmaps", b'{"metadata":{"name":"b"},"data":{"k":"1","k":"2"},"data":{"k":"3"}}', query)
    both.post("deployments.apps", deployment(replica=3, template={"spec": {"containers": [{"nam": "x"}]}}), query)


def test_options_of_a_query_are_checked(both: Both) -> None:
    both.post("configmaps", config_map("a"), {"pretty": "true"})
    both.post("configmaps", config_map("b"), {"unheard": "of"})


def test_a_deployment_gets_its_defaults(both: Both) -> None:
    both.post("deployments.apps", deployment())


def test_a_pod_gets_its_defaults(both: Both) -> None:
    probe = {"httpGet": {"port": "http"}}
    resources = {"requests": {"cpu": "0.5", "memory": "1024Mi"}, "limits": {"memory": "1Gi"}}
    containers = [
        {"name": "a", "image": "a", "readinessProbe": probe, "ports": [{"containerPort": 80, "name": "http"}]},
        {
            "name": "b",
            "image": "b:latest",
            "resources": resources,
            "lifecycle": {"preStop": {"exec": {"command": ["x"]}}},
        },
    ]
    volumes = [{"name": "s", "secret": {"secretName": "s"}}, {"name": "e", "emptyDir": {}}]
    both.post("pods", pod(containers=containers, volumes=volumes))


def test_a_volume_with_a_mistake_cannot_be_mounted(both: Both) -> None:
    mounts = [{"name": "two", "mountPath": "/two"}, {"name": "none", "mountPath": "/none"}]
    containers = [{"name": "a", "image": "a", "volumeMounts": mounts}]
    two = {"name": "two", "emptyDir": {}, "configMap": {"name": "c"}}
    both.post("pods", pod(containers=containers, volumes=[two, {"name": "two", "emptyDir": {}}, {"name": "none"}]))
    both.post("pods", pod(containers=containers, volumes=[two, {"name": "none", "secret": {}}]))


def test_an_address_that_was_given_back_is_not_given_again(both: Both) -> None:
    both.post("services", service())
    both.get("services/a")
    both.merge("services/a", {"spec": {"type": "ExternalName", "externalName": "a.example"}})
    both.merge("services/a", {"spec": {"type": "ClusterIP", "externalName": None}})
    both.get("services/a")


def test_a_service_gets_an_address(both: Both) -> None:
    both.post("services", service("a"))
    both.post("services", service("b", type="NodePort"))
    both.post("services", service("c", clusterIP="None"))
    both.post("services", service("d", type="ExternalName", externalName="example.com"))
    both.post("services", service("e", type="LoadBalancer"))


def test_values_of_a_wrong_type(both: Both) -> None:
    both.post("configmaps", {"metadata": {"name": "a"}, "data": {"k": 1}})
    both.post("configmaps", {"metadata": {"name": "a"}, "data": ["k"]})
    both.post("deployments.apps", deployment(replicas="3"))
    both.post("deployments.apps", deployment(replicas=1.5))
    both.post("deployments.apps", deployment(paused="yes"))


def test_what_a_deployment_needs(both: Both) -> None:
    both.post("deployments.apps", {"metadata": {"name": "a"}})
    both.post("deployments.apps", {"metadata": {"name": "a"}, "spec": {}})
    both.post("deployments.apps", deployment(selector={"matchLabels": {"app": "b"}}))
    both.post("deployments.apps", deployment(replicas=-1))
    both.post("deployments.apps", deployment(selector={}))


def test_a_method_that_a_path_does_not_have(both: Both) -> None:
    both.post("configmaps/a", config_map())
    both.put("configmaps", config_map())
    both.ask("PATCH", "configmaps", {}, {}, {"content_type": "application/merge-patch+json"})
    both.ask("OPTIONS", "configmaps", None, {}, {})


def test_a_path_that_leads_nowhere(both: Both) -> None:
    both.get("/api/v1/namespaces/{ns}/nothings")
    both.get("/api/v1/namespaces/{ns}/nothings/a")
    both.get("/apis/nowhere.example.com/v1/things")
    both.get("/api/v2")
    both.get("/nowhere")
    both.get("configmaps/a/status")
    both.get("deployments.apps/a/nothing")


def test_a_namespace_begins_active(both: Both) -> None:
    both.post("/api/v1/namespaces", {"metadata": {"name": "{ns}-b"}})
    both.post("/api/v1/namespaces", {"metadata": {"name": "{ns}.b"}})


def test_a_service_that_is_not_stored_takes_no_address(both: Both) -> None:
    both.post("services", service(), {"dryRun": "All"})
    both.post("services", service("b"), {"dryRun": "All"})
    both.post("services", service())


def test_two_owners_cannot_both_control(both: Both) -> None:
    owner = {"blockOwnerDeletion": True, "apiVersion": "v1", "kind": "ConfigMap", "controller": True}
    owners = [{**owner, "name": name, "uid": f"{name}-uid"} for name in ("b", "c")]
    both.apply("configmaps/a", config_map(ownerReferences=owners))


@pytest.mark.parametrize(
    "spec",
    [
        {"externalName": "a.example"},
        {"clusterIP": "None", "sessionAffinity": "ClientIP"},
        {"type": "ExternalName", "externalName": "a.example", "externalIPs": ["1.1.1.1"]},
    ],
)
def test_what_a_service_says_in_vain_is_warned_of(both: Both, spec: Any) -> None:
    both.post("services", service(**spec))


def test_a_spread_over_no_pods_is_warned_of(both: Both) -> None:
    spread: list[Any] = [{"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway"} for key in "ab"]
    spread[0]["labelSelector"] = {"matchLabels": LABELS}
    both.post("deployments.apps", deployment(template=pod_template(topologySpreadConstraints=spread)))
    both.merge("deployments.apps/a", {"spec": {"replicas": 2}})
    both.merge("deployments.apps/a", {"metadata": {"labels": {"x": "y"}}})


def test_a_load_balancer_gets_ports_for_its_nodes(both: Both) -> None:
    two = [{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]
    both.post("services", service(type="LoadBalancer", externalTrafficPolicy="Local", ports=two), {"dryRun": "All"})
    both.post("services", service(type="LoadBalancer", externalTrafficPolicy="Local", ports=two))
    both.merge("services/a", {"spec": {"externalTrafficPolicy": "Cluster"}})
    both.merge("services/a", {"spec": {"externalTrafficPolicy": "Local"}})
    both.merge("services/a", {"spec": {"type": "ClusterIP"}})
    both.delete("services/a")
    both.post("services", service(type="NodePort", ports=two))


@pytest.mark.parametrize("type_", ["LoadBalancer", "NodePort"])
def test_what_is_reached_through_nodes_has_an_address(both: Both, type_: str) -> None:
    both.post("services", service(type=type_, clusterIP="None"))


@pytest.mark.parametrize(
    "spec",
    [
        {"type": "ExternalName", "clusterIP": "None"},
        {"type": "ExternalName", "externalTrafficPolicy": "Cluster"},
        {"type": "ExternalName", "ipFamilies": ["IPv4"], "externalName": "a_b"},
        {"ipFamilyPolicy": "RequireDualStack"},
    ],
)
def test_what_a_service_of_its_type_cannot_have_is_refused(both: Both, spec: Any) -> None:
    both.post("services", service(**spec))


def test_a_service_of_two_families_stays_without_a_selector(both: Both) -> None:
    both.post("services", service(clusterIP="None", selector=None))
    both.merge("services/a", {"spec": {"selector": {"a": "b"}}})


@pytest.mark.parametrize("version", ["", "0", "7", "007", "70", "seven"])
def test_a_trial_keeps_the_version_that_it_came_with(both: Both, version: str) -> None:
    for trial in ({"dryRun": "All"}, {}):
        both.post("configmaps", config_map(resourceVersion=version), trial)
        both.post("configmaps", config_map("", generateName="b-", resourceVersion=version), trial)
        both.post("deployments.apps", {**deployment(), "metadata": {"name": "a", "resourceVersion": version}}, trial)
