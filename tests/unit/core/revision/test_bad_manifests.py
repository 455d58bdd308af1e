"""What cannot be released safely is refused with path, value, reason and way out; all of it at once."""

from typing import Any

import pytest

from tests.unit.core.revision.parts import Manifest, config, deployment, refusals, rendered, revision, route, service


def of(kind: str, api_version: str = "apps/v1", **more: Any) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **more}


def with_metadata(manifest: Manifest, **metadata: Any) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], **metadata}}


def claiming() -> Manifest:
    return deployment("front", pod={"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]})


REFUSED: dict[str, tuple[Manifest, str]] = {
    "a typo in a selector": (
        service("front", {"app": "frnt"}),
        ("spec.source.inline[1] (Service front): spec.selector: app=frnt selects none of the Component's pods."
        " The labels of the pods are Deployment shop: app=shop; the closest is Deployment shop."),
    ),
    "another namespace": (
        with_metadata(config("settings"), namespace="prod"),
        ("spec.source.inline[1] (ConfigMap settings): metadata.namespace: prod is another namespace than the"
        " Component's (shop). Remove it, or make it another Component."),
    ),
    "a name that is there already": (
        deployment("shop"),
        ("spec.source.inline[1] (Deployment shop): is there already, as spec.source.inline[0]."
        " Keep one of them, or give the other a name of its own."),
    ),
    "no name": (
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}},
        ("spec.source.inline[1]: has no apiVersion, kind or metadata.name."
        " Give it all three; generateName is not enough."),
    ),
    "a list": (
        {"apiVersion": "v1", "kind": "List", "items": [config("a")]},
        "spec.source.inline[1]: List is several manifests in one. Write its items one by one.",
    ),
    "a stateful workload": (
        of("StatefulSet"),
        ("spec.source.inline[1] (StatefulSet x): cannot run twice beside itself."
        " Use a Deployment; in-place updates come later."),
    ),
    "a workload of another project": (
        {**deployment("front"), "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"},
        (
            "spec.source.inline[1] (Rollout front): cannot run twice beside itself."
            " Use a Deployment; in-place updates come later."
        ),
    ),
    "a claim": (
        claiming(),
        ("spec.source.inline[1] (Deployment front): spec.template.spec.volumes[0].persistentVolumeClaim: data is a"
        " claim, and pods of two revisions would write to it at the same time."
        " Keep state outside; in-place updates come later."),
    ),
    "one version at a time": (
        deployment("front", strategy={"type": "Recreate"}),
        ("spec.source.inline[1] (Deployment front): spec.strategy.type: Recreate says that two versions must not run at"
        " the same time, and a release runs them beside each other."
        " Remove it if they can; in-place updates come later."),
    ),
    "an autoscaler": (
        of("HorizontalPodAutoscaler", "autoscaling/v2"),
        ("spec.source.inline[1] (HorizontalPodAutoscaler x): would size a workload that the release sizes."
        " Leave it out and set spec.replicas; autoscalers come later."),
    ),
    "something of the whole cluster": (
        of("ClusterRole", "rbac.authorization.k8s.io/v1"),
        ("spec.source.inline[1] (ClusterRole x): belongs to no namespace."
        " Apply it beside the Component, by who manages the cluster."),
    ),
    "Fairlead itself": (
        of("Component", "fairlead.dev/v1alpha1"),
        "spec.source.inline[1] (Component x): is Fairlead itself. Apply it beside the Component, not within it.",
    ),
    "a namesake of another group": (
        of("Service", "serving.knative.dev/v1", spec={}),
        ("spec.source.inline[1] (Service x): apiVersion: serving.knative.dev/v1 is not the Service that Fairlead knows,"
        " and would be taken for it. Apply it beside the Component."),
    ),
    "an object out of a cluster": (
        with_metadata(config("a"), resourceVersion="7"),
        "spec.source.inline[1] (ConfigMap a): metadata.resourceVersion: belongs to an object in a cluster. Remove it.",
    ),
    "a label of ours": (
        service("shop", {"app": "shop", "fairlead.dev/copy": "x"}),
        "spec.source.inline[1] (Service shop): spec.selector: fairlead.dev/copy is set by Fairlead itself. Remove it.",
    ),
    "pods that are not its own": (
        deployment("front", selector={"matchLabels": {"app": "other"}}),
        ("spec.source.inline[1] (Deployment front): spec.selector.matchLabels: app=other does not select its own pods."
        " The labels of its pods are app=front."),
    ),
    "no label to select by": (
        deployment("front", selector={"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
        ("spec.source.inline[1] (Deployment front): spec.selector.matchLabels: has no label, and copies are told apart"
        " by labels. The labels of its pods are app=front."),
    ),
    "a wrong type": (
        service("front", selector={}, ports={"port": 80}),
        ("spec.source.inline[1] (Service front): spec.ports: expected `array`, got `object`."
        " `kubectl explain service` shows what belongs there."),
    ),
    "a missing field": (
        of("Deployment", spec={"selector": {}, "template": {"metadata": {}}}),
        ("spec.source.inline[1] (Deployment x): spec.template: object missing required field `spec`."
        " `kubectl explain deployment` shows what belongs there."),
    ),
    "a backend without a name": (
        route("x", {"port": 80}),
        ("spec.source.inline[1] (HTTPRoute x): spec.rules[0].backendRefs[0]: object missing required field `name`."
        " `kubectl explain httproute` shows what belongs there."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_path_value_reason_and_way_out(what: str):
    manifest, told = REFUSED[what]

    assert told in refusals(deployment("shop"), manifest)


@pytest.mark.parametrize("kind", ["DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod", "ScaledObject", "Namespace"])
def test_kinds_that_cannot_be_released_are_refused(kind: str):
    assert rendered(of(kind)).revision is None


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_manifests():
    told = refusals(of("Job"), service("a", {"app": "b"}), of("StatefulSet"), claiming(), claiming())

    assert [r.split(" ")[0] for r in told] == [
        "spec.source.inline[0]",
        "spec.source.inline[1]",
        "spec.source.inline[2]",
        "spec.source.inline[3]",
        "spec.source.inline[4]",
        "spec.source.inline[4]",
    ]


def test_the_closest_workload_is_named_for_a_selector_that_misses():
    cart, front = deployment("cart"), deployment("front")

    (told,) = refusals(cart, front, service("front", {"app": "front", "tier": "web"}))

    assert told.endswith("the closest is Deployment front.")


def test_a_service_of_a_workload_that_is_refused_is_not_called_wrong_as_well():
    stateful = of("StatefulSet", spec={"template": {"metadata": {"labels": {"app": "db"}}}})

    assert len(refusals(stateful, service("db"))) == 1


def test_a_service_alone_is_told_that_there_are_no_workloads():
    (told,) = refusals(service("front"))

    assert "There is no Deployment among the manifests" in told


def test_the_content_of_a_secret_is_in_no_message_and_no_representation():
    secret = config("db", "Secret", password="hunter2")
    bad = [
        with_metadata(secret, namespace="prod"),
        with_metadata(secret, labels={"a": ["hunter2"]}),
        {**secret, "metadata": "hunter2"},
    ]
    front = deployment("front", container={"envFrom": [{"secretRef": {"name": "db"}}]})
    whole = [secret, front]
    mentioned = [secret, deployment("front", container={"args": ["db"]})]

    for manifests in (*([m] for m in bad), whole, mentioned):
        made = rendered(*manifests)
        assert "hunter2" not in repr(made) + "".join(map(str, made.refused)) + "".join(made.warnings)


ODD = [None, [], {}, "text", 7, 1.5, [None], {"a": None}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize(
    "kind", ["ConfigMap", "Deployment", "HTTPRoute", "PodDisruptionBudget", "Service", "StatefulSet"]
)
def test_no_manifest_is_so_odd_that_it_cannot_be_answered(kind: str, odd: Any):
    whole: dict[str, Manifest] = {
        "Deployment": deployment("x"),
        "Service": service("x"),
        "HTTPRoute": route("x", {"name": "x"}),
    }
    for path in paths(whole.get(kind, of(kind, spec={"selector": {}, "template": {"metadata": {"labels": {}}}}))):
        manifest = whole.get(kind, of(kind, spec={"selector": {}, "template": {"metadata": {"labels": {}}}}))
        made = rendered(replaced(manifest, path, odd), deployment("y"))
        assert (made.revision is None) == bool(made.refused)


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for k, v in items for p in ((*before, k), *paths(v, (*before, k)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    first, *rest = path
    if isinstance(value, dict):
        return {k: replaced(v, tuple(rest), by) if k == first else v for k, v in value.items()}
    return [replaced(v, tuple(rest), by) if i == first else v for i, v in enumerate(value)]


def test_a_null_is_an_absent_field():
    front = deployment("front", strategy=None, pod={"volumes": None})
    front["metadata"]["creationTimestamp"] = None

    assert revision(front) == revision(deployment("front"))
