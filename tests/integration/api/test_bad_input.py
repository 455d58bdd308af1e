"""What the API server can know to be wrong is refused when it is written: with path, value and way out."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.kubectl import Kubectl

Component = dict[str, Any]
Change = Callable[[Component], None]


def steps(*weights: Any) -> Change:
    def change(component: Component) -> None:
        component["spec"]["release"]["steps"] = [{"weightPercent": w} for w in weights]

    return change


def field(path: str, value: Any) -> Change:
    def change(component: Component) -> None:
        *parents, last = path.split(".")
        for parent in parents:
            component = component.setdefault(parent, {})
        component[last] = value

    return change


def also(*manifests: Any) -> Change:
    """Add manifests to the six of the shop: the first of them is inline[6]."""

    def change(component: Component) -> None:
        component["spec"]["source"]["inline"] += manifests

    return change


def manifest(kind: str = "ConfigMap", api_version: str = "v1", spec: Any = None, **metadata: Any) -> dict[str, Any]:
    named = {"metadata": metadata} if metadata else {}
    return {"apiVersion": api_version, "kind": kind, **named, **({"spec": spec} if spec else {})}


A = "a" * 53

REFUSED: dict[str, tuple[Change, tuple[str, ...]]] = {
    "a weight that goes down": (
        steps(5, 50, 40),
        ("spec.release.steps: ", "steps[2].weightPercent: 40 is not more than the step before (50)", "remove the step"),
    ),
    "a weight that stays": (steps(5, 5), ("steps[1].weightPercent: 5 is not more", "give it more weight")),
    "a weight above 100": (steps(5, 120), ("spec.release.steps[1].weightPercent", "120", "less than or equal to 100")),
    "a weight of 0": (steps(0), ("spec.release.steps[0].weightPercent", "0", "greater than or equal to 1")),
    "a weight in words": (steps("half"), ("spec.release.steps[0].weightPercent", "must be of type integer")),
    "no steps": (steps(), ("spec.release.steps", "at least 1 items")),
    "more steps than anybody waits for": (steps(*range(1, 35)), ("spec.release.steps", "34", "at most 32 items")),
    "a misspelt field": (field("spec.relaese", {}), ('unknown field "spec.relaese"',)),
    "a misspelt field within": (
        field("spec.release.judge", {"falseAlarm": 1}),
        ('unknown field "spec.release.judge.falseAlarm"',),
    ),
    "no manifests": (field("spec.source.inline", []), ("spec.source.inline", "at least 1 items")),
    "no source": (field("spec.source", {}), ("spec.source.inline", "Required value")),
    "a manifest without metadata": (
        also(manifest()),
        ("spec.source.inline[6]", "metadata.name: ConfigMap without a name", "Give every manifest a name"),
    ),
    "a manifest with a generated name": (
        also(manifest(generateName="x-")),
        ("spec.source.inline[6]", "ConfigMap without a name", "generateName would make another object"),
    ),
    "a List": (
        also(manifest("List")),
        ("spec.source.inline[6]", "List without a name", "write the items of a List one by one"),
    ),
    "a manifest without a kind": (
        also({"apiVersion": "v1", "metadata": {"name": "x"}}),
        ("spec.source.inline[6].kind", "Required value"),
    ),
    "a manifest with a misspelt label field": (
        also(manifest(name="x", lables={})),
        ('unknown field "spec.source.inline[6].metadata.lables"',),
    ),
    "a manifest of Fairlead itself": (
        also(manifest("Component", "fairlead.dev/v1alpha1", name="x")),
        ("spec.source.inline[6]", "fairlead.dev/v1alpha1 is Fairlead itself", "beside the Component"),
    ),
    "a manifest for another namespace": (
        also(manifest(name="x", namespace="other")),
        ("spec.source.inline[6].metadata.namespace", '"other" of ConfigMap x', "(default)", "Leave it out"),
    ),
    "two manifests of one name": (
        also(manifest(name="settings")),
        ("spec.source.inline[6].metadata.name", "ConfigMap settings is there more than once", "Keep one of them"),
    ),
    "a Service that selects nothing": (
        also(manifest("Service", spec={"selector": {"app": "frnt"}}, name="typo")),
        ("spec.source.inline[6].spec.selector", "app=frnt of Service typo", "(app=front or app=cart)", "Correct it"),
    ),
    "a Service that selects by a label too many": (
        also(manifest("Service", spec={"selector": {"app": "front", "x": "y"}}, name="typo")),
        ("spec.source.inline[6].spec.selector", "Service typo selects none of the pods"),
    ),
    "a name that is too long": (
        field("metadata.name", A),
        ("metadata.name", f"{A} has 53 characters", "at most 52"),
    ),
    "a service account that cannot be": (
        field("spec.serviceAccountName", "Shop Deployer"),
        ("spec.serviceAccountName", '"Shop Deployer"', "lower case letters", "shop-deployer"),
    ),
    "a route that cannot be": (field("spec.traffic.httpRoutes", ["a", "b_"]), ("spec.traffic.httpRoutes[1]", '"b_"')),
    "a route twice": (
        field("spec.traffic.httpRoutes", ["a", "a"]),
        ("spec.traffic.httpRoutes[1]", 'Duplicate value: "a"'),
    ),
    "a header that cannot be": (
        field("spec.traffic.versionHeader", "X Version"),
        ("spec.traffic.versionHeader", '"X Version"', "for example X-Version"),
    ),
    "a path that is none": (
        field("spec.traffic.probePath", "healthz"),
        ("spec.traffic.probePath", '"healthz" is not a path', "Begin with /"),
    ),
    "a port that cannot be": (
        field("spec.release.judge", {"metrics": {"port": 70000}}),
        ("spec.release.judge.metrics.port", "70000", "less than or equal to 65535"),
    ),
    "a deletion policy that does not exist": (
        field("spec.deletionPolicy", "Keep"),
        ("spec.deletionPolicy", '"Keep"', '"Delete", "Orphan"'),
    ),
}


@pytest.mark.parametrize("bad", REFUSED)
def test_bad_input_is_refused_with_path_value_and_way_out(bad: str, kubectl: Kubectl, shop: Component):
    change, told = REFUSED[bad]
    change(shop)

    refusal = kubectl.refusal_of(shop)

    assert [part for part in told if part not in refusal] == [], refusal


ACCEPTED: dict[str, Change] = {
    "everything at once after the preparation": steps(100),
    "as many steps as there may be": steps(*range(1, 33)),
    "a port that is left open": field("spec.release.judge", {"metrics": {"port": None}}),
    "the longest name": field("metadata.name", "a" * 52),
    "a Service that is an alias": also(
        manifest("Service", spec={"type": "ExternalName", "externalName": "db.example"}, name="db")
    ),
    "a Service without selector": also(manifest("Service", spec={"ports": [{"port": 80}]}, name="db")),
    "a Service of another group": also(
        manifest("Service", "serving.example/v1", spec={"selector": {"app": "x"}}, name="front")
    ),
    "a Service of a bare pod": also(
        manifest("Pod", name="alone", labels={"app": "alone"}),
        manifest("Service", spec={"selector": {"app": "alone"}}, name="alone"),
    ),
    "one name for two kinds": also(manifest(name="front")),
    "the namespace of the Component": also(manifest(name="same", namespace="default")),
}


@pytest.mark.parametrize("good", ACCEPTED)
def test_what_is_unusual_but_right_is_accepted(good: str, kubectl: Kubectl, shop: Component):
    ACCEPTED[good](shop)

    assert "created" in kubectl("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(shop))


def test_the_largest_component_is_checked_in_full(kubectl: Kubectl, shop: Component):
    def app(i: int) -> list[dict[str, Any]]:
        labels = {"app.kubernetes.io/name": f"app-{i}", "app.kubernetes.io/instance": "shop", "tier": "web"}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "x" * 500}]}}
        return [
            manifest("Deployment", "apps/v1", spec={"template": template}, name=f"app-{i}"),
            manifest("Service", spec={"selector": labels}, name=f"app-{i}"),
        ]

    shop["spec"]["source"]["inline"] = [m for i in range(128) for m in app(i)]
    kubectl("create", "--dry-run=server", "-f", "-", stdin=json.dumps(shop))

    shop["spec"]["source"]["inline"][255]["spec"]["selector"] = {"app.kubernetes.io/name": "app-128"}
    assert "spec.source.inline[255].spec.selector" in kubectl.refusal_of(shop)

    shop["spec"]["source"]["inline"][254]["metadata"]["name"] = "app-0"
    assert "spec.source.inline[254].metadata.name" in kubectl.refusal_of(shop)
