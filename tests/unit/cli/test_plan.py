"""A plan is made from a file alone, and compared with what serves where that is known."""

from pathlib import Path

import msgspec
import pytest
import yaml

from fairlead.api.component import Component, Rejected
from fairlead.api.meta import ObjectMeta
from fairlead.api.revision import InventoryItem, Revision, RevisionSpec
from fairlead.cli.failure import Failure
from fairlead.cli.manifest import read, typed
from fairlead.cli.plan import Known, Plan, PlannedStep, plan
from fairlead.cli.plan_page import plan_page
from fairlead.core.revision.render import render
from tests.unit.cli import scene
from tests.unit.cli.screen import golden, shown

ROOT = Path(__file__).parents[3]
OFFLINE = "no cluster was named"


def shop(**env: str) -> tuple[Component, dict]:
    """The example, some values of it replaced."""
    text = (ROOT / "examples" / "shop.yaml").read_text()
    for old, new in env.items():
        text = text.replace(old, new)
    component, manifest = _read(text)
    return component, manifest


def _read(text):
    manifest = yaml.safe_load(text)
    return typed(manifest, "shop.yaml"), manifest


def serving(component: Component) -> Revision:
    """The record of a Component as it serves."""
    revision = render(component.spec.source.inline, component="shop", namespace="shop").revision
    assert revision is not None
    items = [
        InventoryItem(
            api_version=o.api_version, kind=o.kind, name=o.name, source_name=o.source_name, role=o.role, digest=o.digest
        )
        for o in revision.objects
    ]
    spec = RevisionSpec(
        component="shop", inputs_digest=revision.inputs_digest, rewriting=1, inventory=tuple(items), chunks=()
    )
    return Revision(metadata=ObjectMeta(name=revision.name), spec=spec)


def with_steps_of_the_page(made: Plan) -> Plan:
    """The plan with requests that do not follow the judge's own constants."""
    steps = (
        PlannedStep(weight_percent=5, hold_seconds=30, requests=180, requests_per_s=120.0),
        PlannedStep(weight_percent=50, hold_seconds=30, requests=570, requests_per_s=38.0),
        PlannedStep(weight_percent=100, hold_seconds=0, requests=0, requests_per_s=0.0),
    )
    return msgspec.structs.replace(made, steps=steps)


def changes(made):
    return {(o.kind, o.source_name): o.change for o in made.objects if o.change != "Removed"}


def only_front_changed():
    """The shop with another VERSION of front alone."""
    component, manifest = shop()
    changed = msgspec.json.decode(msgspec.json.encode(manifest))
    front = next(m for m in changed["spec"]["source"]["inline"] if m["metadata"]["name"] == "front")
    front["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = "v2"
    return typed(changed, "shop.yaml"), component


def test_without_a_cluster_the_plan_reads_like_this():
    component, _ = shop()

    made = with_steps_of_the_page(plan(component, "shop", OFFLINE))

    assert shown(plan_page(made)) == golden("plan", "offline.txt")


def test_compared_with_what_serves_the_plan_reads_like_this():
    changed, before = only_front_changed()

    made = with_steps_of_the_page(plan(changed, "shop", Known(stable=serving(before))))

    assert shown(plan_page(made)) == golden("plan", "front-changed.txt")


def test_only_what_differs_is_copied():
    changed, before = only_front_changed()

    made = changes(plan(changed, "shop", Known(stable=serving(before))))

    assert made["Deployment", "front"] == "Copied"
    assert made["Deployment", "cart"] == "Shared"
    assert made["ConfigMap", "settings"] == "Shared"
    assert made["HTTPRoute", "shop"] == "Kept"


def test_what_serves_already_is_not_released():
    component, _ = shop()

    assert plan(component, "shop", Known(stable=serving(component))).outcome == "Nothing"


def test_what_went_back_is_not_tried_again_and_the_plan_says_why():
    changed, before = only_front_changed()
    revision = render(changed.spec.source.inline, component="shop", namespace="shop").revision
    assert revision is not None
    rejected = Rejected(revision=revision.name, release="shop-2", reason="CheckFailed", message="too many errors")

    drawn = shown(plan_page(plan(changed, "shop", Known(stable=serving(before), rejected=rejected))))

    assert "is not tried again as it is" in drawn
    assert "too many errors" in drawn
    assert "fairlead retry shop -n shop" in drawn


def test_what_is_being_released_already_does_not_begin_again():
    changed, before = only_front_changed()
    revision = render(changed.spec.source.inline, component="shop", namespace="shop").revision
    assert revision is not None
    active = scene.release("Shifting", to=revision.name)

    made = plan(changed, "shop", Known(stable=serving(before), active=active))

    assert made.outcome == "UnderWay"
    assert "by Release shop-3" in shown(plan_page(made))


def test_another_release_under_way_goes_back_first():
    changed, before = only_front_changed()

    made = plan(changed, "shop", Known(stable=serving(before), active=scene.holding()))

    assert made.outcome == "Release"
    assert made.warnings[0] == "Release shop-3 is under way: it goes back first"


def test_a_first_release_has_no_steps():
    component, _ = shop()

    drawn = shown(plan_page(plan(component, "shop", Known())))

    assert "for the first time" in drawn
    assert "must see" not in drawn


def test_a_step_tells_how_much_traffic_it_needs():
    component, _ = shop()

    first, second, last = plan(component, "shop", OFFLINE).steps

    assert first.requests > 0
    assert first.requests_per_s == pytest.approx(first.requests / (30 * 0.05), rel=0.01)
    assert second.requests > 0
    assert (last.weight_percent, last.requests) == (100, 0)


def test_what_is_wrong_is_told_with_path_value_reason_and_way_out():
    component, _ = shop(**{"app: front\n          ports": "app: frnt\n          ports"})

    made = plan(component, "shop", Known())

    assert made.outcome == "Refused"
    drawn = shown(plan_page(made))
    assert "spec.source.inline[2] (Service front): spec.selector" in drawn
    assert "frnt" in drawn
    assert "labels of the pods are" in drawn


def test_steps_that_shrink_are_refused_without_a_cluster():
    component, _ = shop(**{"weightPercent: 50": "weightPercent: 5"})

    made = plan(component, "shop", OFFLINE)

    (wrong,) = made.refused
    assert wrong.startswith("spec.release.steps[1].weightPercent: 5 is not more than the step before (5).")
    assert wrong.endswith("remove the step, or raise it")


def test_what_the_api_server_says_comes_first():
    component, _ = shop()

    made = plan(component, "shop", Known(refused=("spec: no",)))

    assert made.refused[0] == "spec: no"


def test_traffic_that_no_route_splits_is_named():
    component, _ = read(str(ROOT / "examples" / "minimal.yaml"))

    made = plan(component, "default", OFFLINE)

    assert not made.steps
    assert any("Service hello: no route of the Component leads to it" in warning for warning in made.warnings)


def refusal(text):
    with pytest.raises(Failure) as refused:
        _read(text)
    return str(refused.value)


def test_a_field_that_does_not_exist_is_named_with_its_path():
    text = (ROOT / "examples" / "shop.yaml").read_text().replace("watchSeconds", "watchSecond")

    assert refusal(text).startswith("shop.yaml: spec.release.watchSecond: there is no such field.")


def test_a_value_that_does_not_fit_is_named_with_its_path():
    text = (ROOT / "examples" / "shop.yaml").read_text().replace("weightPercent: 50", "weightPercent: 150")

    said = refusal(text)

    assert said == "shop.yaml: spec.release.steps[1].weightPercent: Expected `int` <= 100."


def test_a_file_without_a_component_is_no_plan(tmp_path):
    file = tmp_path / "other.yaml"
    file.write_text("kind: ConfigMap\napiVersion: v1\n")

    with pytest.raises(Failure, match="no objects of kind Component"):
        read(str(file))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Failure, match="No such file"):
        read(str(tmp_path / "missing.yaml"))
