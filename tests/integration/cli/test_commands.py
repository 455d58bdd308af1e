"""What people and programs get from the commands, from an API server that keeps what it is given."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.integration.cli.conftest import ROOT, Shop
from tests.unit.cli import scene

RELEASE = ("release", "shop-3")


def test_components_are_listed(shop: Shop):
    listed = shop.fairlead("get")

    assert listed.returncode == 0
    header, row = listed.stdout.splitlines()
    assert header.split() == ["NAME", "STABLE", "CANDIDATE", "RELEASE", "READY", "PROGRESS", "AGE"]
    assert row.split()[:5] == ["shop", "-", "-", "-", "True"]


def test_releases_are_listed_with_where_they_stand(shop: Shop):
    shop.write(scene.holding())

    header, row = shop.fairlead("get", "releases").stdout.splitlines()

    assert header.split()[:7] == ["NAME", "COMPONENT", "TO", "STAGE", "STEP", "WEIGHT", "REASON"]
    assert row.split()[:9] == ["shop-3", "shop", scene.V2, "Shifting", "2", "of", "4", "20", "%"]


def test_an_object_is_shown_whole_for_programs(shop: Shop):
    shop.write(scene.holding())

    found = shop.answer("get", *RELEASE)

    assert found["status"]["weightPercent"] == 20
    assert "managedFields" not in found["metadata"]
    assert [o["metadata"]["name"] for o in shop.answer("get", "releases")["items"]] == ["shop-3"]


def test_an_empty_namespace_says_so(shop: Shop):
    assert shop.fairlead("get", "revisions").stdout == f"No revisions found in namespace {shop.namespace}.\n"


def test_every_namespace_is_listed_on_demand(shop: Shop):
    listed = shop.fairlead("get", "comp", "-A").stdout.splitlines()

    assert listed[0].startswith("NAMESPACE")
    assert any(line.split()[:2] == [shop.namespace, "shop"] for line in listed)


def test_what_is_not_there_is_told_with_a_way_to_look(shop: Shop):
    missing = shop.fairlead("why", "shopp")

    assert missing.returncode == 1
    assert missing.stderr == (
        f"error: there is no Component shopp in namespace {shop.namespace}.\n"
        f"  See what there is: fairlead get components -n {shop.namespace}\n"
    )


def test_why_is_answered_for_people_and_for_programs(shop: Shop):
    shop.write(scene.holding())

    screen = shop.fairlead("why", "shop").stdout
    answer = shop.answer("why", "shop")

    assert screen.startswith("Release shop-3 is at step 2 of 4")
    assert f"fairlead promote shop -n {shop.namespace}" in " ".join(screen.split())
    assert answer["holds"]["reason"] == "Holding"


@pytest.mark.parametrize(("verb", "requested"), [("promote", "Promote"), ("rollback", "Rollback")])
def test_a_person_asks_for_something_about_the_release_under_way(shop: Shop, verb: str, requested: str):
    shop.write(scene.holding())

    done = shop.fairlead(verb, "shop")

    assert done.returncode == 0, done.stderr
    assert f"fairlead watch shop -n {shop.namespace}" in done.stdout
    assert shop.requested("shop-3") == requested


def test_what_was_asked_for_is_printed_for_programs(shop: Shop):
    shop.write(scene.holding())

    changed = shop.answer("rollback", "shop")

    assert (changed["kind"], changed["spec"]["requested"]) == ("Release", "Rollback")


def test_what_went_back_is_tried_again(shop: Shop):
    shop.write(scene.rolled_back())

    assert shop.answer("retry", "shop")["spec"]["requested"] == "Retry"
    assert shop.requested("shop-3") == "Retry"


def test_with_nothing_under_way_nothing_is_written(shop: Shop):
    shop.write(scene.promoted())

    done = shop.fairlead("rollback", "shop")

    assert done.returncode == 1
    assert done.stderr.startswith("error: nothing is under way; the last: Release shop-3 promoted")
    assert shop.requested("shop-3") == ""


def test_a_watch_ends_with_its_release(shop: Shop):
    shop.write(scene.going_back())
    command = [sys.executable, "-u", "-m", "fairlead", "watch", "shop", "-n", shop.namespace]
    watching = subprocess.Popen(
        [*command, "--kubeconfig", str(shop.kubeconfig)], stdout=subprocess.PIPE, text=True, cwd=ROOT / "src"
    )
    with watching:
        assert watching.stdout is not None
        first = watching.stdout.readline()
        ended = {"stage": "RolledBack", "endedAt": "2026-11-25T16:32:00Z"}
        shop.status("release", "shop-3", ended)
        rest = watching.stdout.read()
        code = watching.wait(timeout=30)

    assert "sends all traffic back" in first
    assert "went back to" in rest
    assert code == 1


@pytest.mark.parametrize(("ended", "code"), [(scene.promoted, 0), (scene.rolled_back, 1)])
def test_a_watch_of_what_has_ended_tells_the_outcome(shop: Shop, ended, code):
    shop.write(ended())

    assert shop.fairlead("watch", "shop").returncode == code


def test_a_watch_of_what_cannot_be_released_says_what_stands_in_the_way(shop: Shop):
    shop.write(scene.component(progressing=scene.MISSING_RIGHTS))

    done = shop.fairlead("watch", "shop")

    assert done.returncode == 1
    assert "error: ServiceAccount shop-deployer lacks: patch services" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_asks_the_api_server_and_writes_nothing(shop: Shop, tmp_path: Path):
    example = yaml.safe_load((ROOT / "examples" / "shop.yaml").read_text())
    example["metadata"] = {"name": "fresh"}
    example["spec"]["serviceAccountName"] = "Not A Name"
    file = tmp_path / "fresh.yaml"
    file.write_text(yaml.safe_dump(example))

    done = shop.fairlead("plan", "-f", str(file))

    assert done.returncode == 1
    assert "cannot be the name of an object" in " ".join(done.stdout.split())
    assert "fresh" not in shop.fairlead("get").stdout


def test_a_plan_of_a_first_release_is_compared_with_nothing(shop: Shop, tmp_path: Path):
    example = yaml.safe_load((ROOT / "examples" / "shop.yaml").read_text())
    example["metadata"] = {"name": "fresh"}
    file = tmp_path / "fresh.yaml"
    file.write_text(yaml.safe_dump(example))

    made = shop.answer("plan", "-f", str(file))

    assert made["outcome"] == "First"
    assert "compared" not in made


def test_a_component_in_the_cluster_is_planned_by_its_name(shop: Shop):
    assert shop.answer("plan", "shop")["component"] == "shop"
