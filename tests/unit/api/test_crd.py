"""The CustomResourceDefinitions that the chart installs."""

from pathlib import Path

import msgspec
import pytest
import yaml

from fairlead.api.component import DEFAULT_STEPS, Component
from fairlead.api.crd import DEFINITIONS, Definition, as_yaml, definition, main

ROOT = Path(__file__).parents[3]
CRDS = ROOT / "charts" / "fairlead" / "crds"


@pytest.mark.parametrize("of", DEFINITIONS, ids=lambda d: d.plural)
def test_the_chart_has_the_definition_that_the_types_give(of: Definition):
    assert (CRDS / f"{of.plural}.yaml").read_text() == as_yaml(of), "out of date: run `make generate`"


def test_the_chart_has_no_other_definitions():
    assert sorted(p.stem for p in CRDS.iterdir()) == sorted(d.plural for d in DEFINITIONS)


def test_each_resource_is_found_under_its_names():
    names = {d["names"]["kind"]: (d["names"]["shortNames"], d["names"]["categories"]) for d in specs()}

    assert names == {
        "Component": (["comp"], ["fairlead"]),
        "Revision": (["frev"], ["fairlead"]),
        "Release": (["frel"], ["fairlead"]),
    }


def test_what_has_a_status_has_it_as_a_subresource():
    assert {d["names"]["kind"]: d["versions"][0]["subresources"] for d in specs()} == {
        "Component": {"status": {}},
        "Revision": {},
        "Release": {"status": {}},
    }


def test_one_definition_can_be_printed(capsys: pytest.CaptureFixture[str]):
    assert main(["releases"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["metadata"]["name"] == "releases.fairlead.dev"


def test_all_definitions_are_printed_as_one_stream(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    assert [d["spec"]["names"]["plural"] for d in yaml.safe_load_all(capsys.readouterr().out)] == [
        "components",
        "revisions",
        "releases",
    ]


def test_an_unknown_resource_is_told_with_what_there_is(capsys: pytest.CaptureFixture[str]):
    assert main(["component"]) == 2
    assert capsys.readouterr().err == "component: no such resource; there are components, revisions, releases\n"


def test_ten_lines_are_a_component():
    written = yaml.safe_load((ROOT / "examples" / "minimal.yaml").read_text())
    component = msgspec.convert(written, Component)

    assert component.spec.release.steps == DEFAULT_STEPS
    del written["spec"]["source"]["inline"]
    assert len(yaml.safe_dump(written).splitlines()) <= 10


def test_the_shop_ships_only_what_its_rights_cover():
    component = msgspec.convert(yaml.safe_load((ROOT / "examples" / "shop.yaml").read_text()), Component)
    rights = {o["kind"]: o for o in yaml.safe_load_all((ROOT / "examples" / "shop-rights.yaml").read_text())}

    shipped = {
        (m["apiVersion"].rpartition("/")[0], m["kind"].lower() + "s") for m in component.spec.source.inline
    }  # each of these kinds has the regular plural
    allowed = {(g, r) for rule in rights["Role"]["rules"] for g in rule["apiGroups"] for r in rule["resources"]}
    assert shipped == allowed
    assert rights["ServiceAccount"]["metadata"]["name"] == component.spec.service_account_name
    assert rights["ServiceAccount"]["metadata"]["namespace"] == component.metadata.namespace


def specs() -> list[dict]:
    return [definition(d)["spec"] for d in DEFINITIONS]
