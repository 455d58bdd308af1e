"""How Components, Revisions and Releases behave in a real API server."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from fairlead.api.component import Component
from fairlead.api.meta import ObjectMeta
from fairlead.api.release import Release, ReleaseSpec, ReleaseStatus
from fairlead.api.revision import InventoryItem, Revision, RevisionSpec
from tests.integration.api.policy import enforce_policy
from tests.integration.kubectl import Kubectl
from tests.unit.api.whole import whole
from tests.until import until

EXAMPLES = Path(__file__).parents[3] / "examples"
NOON = "2026-01-01T12:00:00Z"


def revision(name: str, namespace: str) -> dict[str, Any]:
    item = InventoryItem(api_version="v1", kind="Service", name="front", source_name="front", role="Single", digest="d")
    spec = RevisionSpec(component="shop", inputs_digest="ab" * 32, rewriting=1, inventory=(item,), chunks=("chunk-0",))
    return _plain(Revision(metadata=ObjectMeta(name=name, namespace=namespace), spec=spec))


def release(name: str, namespace: str) -> dict[str, Any]:
    spec = ReleaseSpec(component="shop", to_revision="shop-0123456789", from_revision="shop-abcdef0123")
    return _plain(Release(metadata=ObjectMeta(name=name, namespace=namespace), spec=spec))


def set_status(kubectl: Kubectl, name: str, namespace: str, status: Any) -> None:
    kubectl(*_status_patch(name, namespace, status))


def _status_patch(name: str, namespace: str, status: Any) -> list[str]:
    body = json.dumps({"status": msgspec.to_builtins(status)})
    return ["patch", name, "-n", namespace, "--subresource=status", "--type=merge", "-p", body]


def _plain(resource: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(msgspec.json.encode(resource))
    return plain


def test_the_examples_are_accepted(kubectl: Kubectl, namespace: str):
    kubectl("apply", "-f", str(EXAMPLES / "shop-rights.yaml"))

    assert "created" in kubectl("apply", "--dry-run=server", "-f", str(EXAMPLES / "shop.yaml"))
    assert "created" in kubectl("apply", "-n", namespace, "-f", str(EXAMPLES / "minimal.yaml"))


def test_a_stored_component_shows_the_plan_that_ten_lines_mean(kubectl: Kubectl, namespace: str):
    kubectl("apply", "-n", namespace, "-f", str(EXAMPLES / "minimal.yaml"))
    written = yaml.safe_load((EXAMPLES / "minimal.yaml").read_text())

    stored = kubectl.get("component", "hello", "-n", namespace)

    assert [s["weightPercent"] for s in stored["spec"]["release"]["steps"]] == [5, 20, 50]
    assert stored["spec"]["release"]["judge"]["falseAlarmPercent"] == 1
    assert msgspec.convert(stored, Component).spec == msgspec.convert(written, Component).spec
    assert "status" not in stored


def test_a_revision_is_stored_as_written_and_never_changes(kubectl: Kubectl, namespace: str):
    written = revision("shop-0123456789", namespace)
    kubectl.apply(written)
    assert kubectl.get("frev", "shop-0123456789", "-n", namespace)["spec"] == written["spec"]

    refusal = kubectl.refusal(
        *("patch", "frev", "shop-0123456789", "-n", namespace, "--type=merge", "-p", '{"spec":{"rewriting":2}}')
    )

    assert "spec" in refusal
    assert "never changes. Change the Component" in refusal
    kubectl("label", "frev", "shop-0123456789", "-n", namespace, "kept=yes")


def test_a_release_is_stored_as_written(kubectl: Kubectl, namespace: str):
    written = release("shop-1", namespace)
    path = f"/apis/fairlead.dev/v1alpha1/namespaces/{namespace}/releases"
    kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(written))  # as it is, nulls included
    status = whole(ReleaseStatus) | {"stage": "Shifting", "endedAt": ""}
    set_status(kubectl, "frel/shop-1", namespace, status)

    stored = kubectl.get("release", "shop-1", "-n", namespace)

    assert stored["spec"] == written["spec"]
    assert stored["status"] == status
    assert msgspec.convert(stored, Release).status.evidence != ()


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("spec.component", {"component": "cart"}),
        ("spec.toRevision", {"toRevision": "shop-abcdef0123"}),
        ("spec.fromRevision", {"fromRevision": None}),
        ("spec.plan", {"plan": {"watchSeconds": 1}}),
        ("spec.plan", {"plan": {"judge": {"falseAlarmPercent": 20}}}),
        ("spec.traffic", {"traffic": {"httpRoutes": ["other"]}}),
    ],
)
def test_the_order_of_a_release_stands(path: str, change: dict[str, Any], kubectl: Kubectl, namespace: str):
    kubectl.apply(release("shop-1", namespace))
    patch = ["patch", "frel", "shop-1", "-n", namespace, "--type=merge", "-p", json.dumps({"spec": change})]

    refusal = kubectl.refusal(*patch)

    assert f"{path}: " in refusal
    assert "never changes. Change the Component" in refusal


def test_a_person_may_ask_something_of_a_release(kubectl: Kubectl, namespace: str):
    kubectl.apply(release("shop-1", namespace))
    ask = ["patch", "frel", "shop-1", "-n", namespace, "--type=merge", "-p"]

    kubectl(*ask, '{"spec":{"requested":"Rollback"}}')
    kubectl(*ask, '{"spec":{"requested":""}}')

    refusal = kubectl.refusal(*ask, '{"spec":{"requested":"Undo"}}')
    assert 'supported values: "", "Promote", "Retry", "Rollback"' in refusal


def test_a_release_stays_as_it_ended(kubectl: Kubectl, namespace: str):
    kubectl.apply(release("shop-1", namespace))
    set_status(kubectl, "frel/shop-1", namespace, ReleaseStatus(stage="RolledBack", ended_at=NOON))
    set_status(
        kubectl, "frel/shop-1", namespace, {"waiting": None, "because": {"reason": "CheckFailed", "message": ""}}
    )

    refusal = kubectl.refusal(*_status_patch("frel/shop-1", namespace, {"stage": "Promoted"}))

    assert "status.stage: " in refusal
    assert "Promoted after RolledBack" in refusal


@pytest.mark.parametrize("status", [{"stage": "Promoted"}, {"stage": "Watching", "endedAt": NOON}])
def test_the_end_of_a_release_and_its_time_are_one_write(status: dict[str, str], kubectl: Kubectl, namespace: str):
    kubectl.apply(release("shop-1", namespace))

    refusal = kubectl.refusal(*_status_patch("frel/shop-1", namespace, status))

    assert "status.endedAt: " in refusal
    assert "in the write that ends the Release" in refusal


def test_kubectl_get_shows_where_things_stand(kubectl: Kubectl, namespace: str, shop: dict[str, Any]):
    shop["metadata"]["namespace"] = namespace
    kubectl.apply(shop, revision("shop-0123456789", namespace), release("shop-1", namespace))
    ready = {"type": "Ready", "status": "False", "reason": "RolledBack", "message": "5 % of requests failed"}
    component = {"stable": "shop-abcdef0123", "candidate": "shop-0123456789", "release": "shop-1"}
    set_status(kubectl, "comp/shop", namespace, component | {"conditions": [ready]})
    set_status(kubectl, "frel/shop-1", namespace, {"because": {"reason": "CheckFailed", "message": ""}})

    def rows(*args: str) -> list[list[str]]:
        return [line.split() for line in kubectl("get", "-n", namespace, *args).splitlines()]

    header, row = rows("comp")
    assert header == ["NAME", "STABLE", "CANDIDATE", "RELEASE", "READY", "REASON", "AGE"]
    assert row[:6] == ["shop", "shop-abcdef0123", "shop-0123456789", "shop-1", "False", "RolledBack"]
    header, row = rows("frel")
    assert header == ["NAME", "COMPONENT", "TO", "STAGE", "STEP", "WEIGHT", "REASON", "AGE"]
    assert row[:7] == ["shop-1", "shop", "shop-0123456789", "Preparing", "0", "0", "CheckFailed"]
    header, row = rows("frev")
    assert header == ["NAME", "COMPONENT", "AGE"]
    assert row[:2] == ["shop-0123456789", "shop"]
    assert "5 % of requests failed" in kubectl("get", "comp", "-n", namespace, "-o", "wide")
    assert {line[0] for line in rows("fairlead", "--no-headers")} == {
        "component.fairlead.dev/shop",
        "revision.fairlead.dev/shop-0123456789",
        "release.fairlead.dev/shop-1",
    }


def test_kubectl_explain_tells_what_the_plan_of_a_release_is(kubectl: Kubectl):
    told = " ".join(kubectl("explain", "component.spec.release", "--recursive=false").split())

    assert "back by itself when it is worse" in told
    assert "watchSeconds <integer> Observed time, in seconds, after all traffic has moved" in told
    assert "From 0 to 604800. Default: 300." in told
    assert "Default: 5, 20 and 50 percent, 60 seconds each." in told


def test_a_component_from_before_the_policy_can_still_be_labelled(
    kubectl: Kubectl, namespace: str, shop: dict[str, Any]
):
    shop["metadata"]["namespace"] = namespace
    shop["spec"]["source"]["inline"][2]["spec"]["selector"] = {"app": "frnt"}
    kubectl("delete", "validatingadmissionpolicybinding", "components.fairlead.dev")
    try:
        until("it is created", lambda: "created" in kubectl.run("apply", "-f", "-", stdin=json.dumps(shop)).stdout)
    finally:
        enforce_policy(kubectl)

    kubectl("label", "comp", "shop", "-n", namespace, "team=front")
    shop["spec"]["source"]["inline"][2]["spec"]["ports"][0]["port"] = 81
    assert "app=frnt of Service front selects none" in kubectl.refusal_of(shop)
