"""What becomes a copy, when it gets a new name, and what follows it."""

from typing import Any

import pytest

from tests.unit.core.release.shop import shop
from tests.unit.core.revision.parts import budget, config, deployment, names, revision, service, the

LONG = "a" * 60


def pod_spec(of, source_name: str = "front") -> dict[str, Any]:
    spec: dict[str, Any] = the("Deployment", source_name, of).manifest["spec"]["template"]["spec"]
    return spec


def test_a_changed_image_copies_that_workload_and_nothing_else():
    before, after = shop("v1"), shop("v2")

    assert names(before, "Deployment")["front"] != names(after, "Deployment")["front"]
    assert names(before, "Deployment")["cart"] == names(after, "Deployment")["cart"]
    assert names(before, "ConfigMap") == names(after, "ConfigMap")
    assert before.name != after.name


def test_changed_configuration_copies_everything_that_reads_it():
    before, after = shop(config="a"), shop(config="b")

    for kind, source_name in (("ConfigMap", "shop"), ("Deployment", "front"), ("Deployment", "cart")):
        assert names(before, kind)[source_name] != names(after, kind)[source_name]


def test_configuration_that_only_one_workload_reads_copies_only_that_one():
    def of(front_data: str):
        return revision(
            config("front", key=front_data),
            config("cart", key="same"),
            deployment("front", container={"envFrom": [{"configMapRef": {"name": "front"}}]}),
            deployment("cart", container={"envFrom": [{"configMapRef": {"name": "cart"}}]}),
        )

    before, after = names(of("a"), "Deployment"), names(of("b"), "Deployment")

    assert before["front"] != after["front"]
    assert before["cart"] == after["cart"]


def test_scaling_is_no_new_copy_but_the_size_is_kept():
    before, after = shop(replicas=2), shop(replicas=6)

    assert names(before, "Deployment") == names(after, "Deployment")
    assert the("Deployment", "front", before).digest == the("Deployment", "front", after).digest
    assert the("Deployment", "front", after).manifest["spec"]["replicas"] == 6
    assert before.name != after.name


def test_a_copy_selects_its_own_pods_and_no_others():
    made = the("Deployment", "front", shop())
    copy = made.name.removeprefix("front-")
    spec = made.manifest["spec"]

    assert spec["selector"]["matchLabels"] == {"app": "front", "fairlead.dev/copy": copy}
    assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()
    assert made.role == "Copy"


def test_pods_carry_their_component_and_no_manager():
    labels = the("Deployment", "front", shop()).manifest["spec"]["template"]["metadata"]["labels"]

    assert labels["fairlead.dev/component"] == "shop"
    assert "app.kubernetes.io/managed-by" not in labels


def test_everything_that_is_applied_names_its_component_its_manager_and_its_namespace():
    for o in shop().objects:
        metadata = o.manifest["metadata"]
        assert metadata["labels"]["fairlead.dev/component"] == "shop"
        assert metadata["labels"]["app.kubernetes.io/managed-by"] == "fairlead"
        assert (metadata["name"], metadata["namespace"]) == (o.name, "shop")


def test_a_manager_that_the_manifests_name_is_left_alone():
    front = deployment("front")
    front["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm"}

    assert the("Deployment", "front", revision(front)).manifest["metadata"]["labels"] == {
        "app.kubernetes.io/managed-by": "Helm",
        "fairlead.dev/component": "shop",
    }


REFERENCES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a volume": ("ConfigMap", {"volumes": [{"name": "v", "configMap": {"name": "NAME"}}]}, {}),
    "a secret volume": ("Secret", {"volumes": [{"name": "v", "secret": {"secretName": "NAME"}}]}, {}),
    "a projected volume": (
        "Secret",
        {"volumes": [{"name": "v", "projected": {"sources": [{"downwardAPI": {}}, {"secret": {"name": "NAME"}}]}}]},
        {},
    ),
    "a driver": ("Secret", {"volumes": [{"name": "v", "csi": {"nodePublishSecretRef": {"name": "NAME"}}}]}, {}),
    "a pull secret": ("Secret", {"imagePullSecrets": [{"name": "NAME"}]}, {}),
    "the environment": ("ConfigMap", {}, {"envFrom": [{"configMapRef": {"name": "NAME"}}]}),
    "a secret environment": ("Secret", {}, {"envFrom": [{"prefix": "A_", "secretRef": {"name": "NAME"}}]}),
    "a variable": (
        "ConfigMap", {}, {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "NAME", "key": "k"}}}]},
    ),
    "a secret variable": (
        "Secret", {}, {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "NAME", "key": "k"}}}]},
    ),
    "an init container": (
        "ConfigMap", {"initContainers": [{"name": "i", "envFrom": [{"configMapRef": {"name": "NAME"}}]}]}, {},
    ),
}  # fmt: skip


def filled(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {k: filled(v, name) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, name) for v in value]
    return name if value == "NAME" else value


@pytest.mark.parametrize("where", REFERENCES)
def test_a_reference_is_rewired(where: str):
    kind, pod, container = REFERENCES[where]
    front = deployment("front", pod=filled(pod, "settings"), container=filled(container, "settings"))
    made = revision(config("settings", kind, key="value"), front)
    name = names(made, kind)["settings"]

    spec = pod_spec(made)
    (written,) = spec["containers"]

    assert name.startswith("settings-")
    assert {k: spec[k] for k in pod} == filled(pod, name)
    assert {k: written[k] for k in container} == filled(container, name)


def test_a_reference_to_what_is_not_among_the_manifests_stays():
    front = deployment("front", container={"envFrom": [{"secretRef": {"name": "from-elsewhere"}}]})

    assert pod_spec(revision(front))["containers"][0]["envFrom"] == [{"secretRef": {"name": "from-elsewhere"}}]


def test_a_secret_and_a_config_map_of_the_same_name_are_not_mixed_up():
    front = deployment("front", container={"envFrom": [{"secretRef": {"name": "a"}}, {"configMapRef": {"name": "a"}}]})
    made = revision(config("a", "Secret", k="1"), config("a", "ConfigMap", k="2"), front)

    assert pod_spec(made)["containers"][0]["envFrom"] == [
        {"secretRef": {"name": names(made, "Secret")["a"]}},
        {"configMapRef": {"name": names(made, "ConfigMap")["a"]}},
    ]
    assert names(made, "Secret")["a"] != names(made, "ConfigMap")["a"]


def test_what_is_single_follows_a_renamed_secret_as_well():
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "front"},
        "imagePullSecrets": [{"name": "pull"}],
    }
    made = revision(config("pull", "Secret", k="v"), account)

    name = names(made, "Secret")["pull"]

    assert name.startswith("pull-")
    assert the("ServiceAccount", "front", made).name == "front"
    assert the("ServiceAccount", "front", made).manifest["imagePullSecrets"] == [{"name": name}]


def test_a_budget_goes_with_the_pods_it_protects():
    made = revision(deployment("front"), budget("front", "front"))
    copy = names(made, "Deployment")["front"].removeprefix("front-")
    protects = the("PodDisruptionBudget", "front", made)

    assert (protects.name, protects.role) == (f"front-{copy}", "Copy")
    assert protects.manifest["spec"]["selector"]["matchLabels"] == {"app": "front", "fairlead.dev/copy": copy}


def test_a_changed_budget_keeps_its_name_because_two_for_one_pod_stop_all_evictions():
    before = the("PodDisruptionBudget", "front", revision(deployment("front"), budget("front", "front", 1)))
    after = the("PodDisruptionBudget", "front", revision(deployment("front"), budget("front", "front", 2)))

    assert before.name == after.name
    assert before.digest != after.digest


def test_a_budget_for_several_workloads_is_left_as_it_is():
    cart = deployment("cart")
    cart["spec"]["template"]["metadata"]["labels"]["tier"] = "web"
    front = deployment("front")
    front["spec"]["template"]["metadata"]["labels"]["tier"] = "web"
    both = budget("web", "front")
    both["spec"]["selector"]["matchLabels"] = {"tier": "web"}

    kept = the("PodDisruptionBudget", "web", revision(front, cart, both))

    assert (kept.name, kept.role) == ("web", "Single")
    assert kept.manifest["spec"]["selector"]["matchLabels"] == {"tier": "web"}


def test_placement_beside_other_pods_stays_as_it_is_written():
    spread = [{"topologyKey": "zone", "maxSkew": 1, "labelSelector": {"matchLabels": {"app": "front"}}}]
    front = deployment("front", pod={"topologySpreadConstraints": spread})

    assert pod_spec(revision(front))["topologySpreadConstraints"] == spread


def test_names_of_copies_fit_and_stay_different():
    made = revision(
        deployment(f"{LONG}-one"), deployment(f"{LONG}-two"), service("one", {"app": f"{LONG}-one"}),
    )  # fmt: skip

    one, two = names(made, "Deployment").values()

    assert one != two
    assert max(len(one), len(two)) <= 63


def test_what_others_need_is_applied_first():
    front = deployment("front", container={"envFrom": [{"configMapRef": {"name": "settings"}}]})
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "front"}}
    custom = {"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "a"}}

    made = revision(custom, front, service("front"), config("settings", k="v"), account)

    assert [o.kind for o in made.objects] == ["ServiceAccount", "ConfigMap", "Service", "Deployment", "Gadget"]


def test_the_namespace_is_written_but_makes_no_difference():
    placed = deployment("front")
    placed["metadata"]["namespace"] = "shop"

    assert revision(placed) == revision(deployment("front"))


def test_the_status_of_an_object_that_was_copied_from_a_cluster_is_dropped():
    live = {**deployment("front"), "status": {"replicas": 7}}

    assert revision(live) == revision(deployment("front"))


def test_the_manifests_of_the_person_are_not_written_to():
    front, settings = deployment("front", container={"envFrom": [{"configMapRef": {"name": "s"}}]}), config("s", k="v")

    revision(front, settings)

    assert front == deployment("front", container={"envFrom": [{"configMapRef": {"name": "s"}}]})
    assert settings == config("s", k="v")


def test_a_new_version_of_the_same_api_is_the_same_object():
    old, new = ({"apiVersion": f"example.com/{v}", "kind": "Gadget", "metadata": {"name": "a"}} for v in ("v1", "v2"))

    before, after = the("Gadget", "a", revision(old)), the("Gadget", "a", revision(new))

    assert before.key == after.key
    assert before.digest != after.digest
