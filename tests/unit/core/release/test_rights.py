"""Rights that differ between the revisions: added ones come first, taken ones go last."""

from typing import Any

import pytest

from fairlead.core.release.commands import Apply, Remove
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.release.shop import manifests
from tests.unit.core.release.test_services_and_routes_that_differ import made, of
from tests.unit.core.release.world import FAILED, World

READ = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
WATCH = {"apiGroups": [""], "resources": ["pods"], "verbs": ["watch"]}
WRITE = {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]}
RBAC = "rbac.authorization.k8s.io"


def role(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": "front"}, "rules": list(rules)}


def binding(*accounts: str, to: str = "front") -> dict[str, Any]:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "front"},
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": to},
        "subjects": [{"kind": "ServiceAccount", "name": name} for name in accounts],
    }


def account(*secrets: str, **annotations: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "front", "annotations": annotations},
        "imagePullSecrets": [{"name": name} for name in secrets],
    }


def version(front: str, *rights: dict[str, Any]) -> StoredRevision:
    return made([*manifests(front, "v1", "a"), *rights])


def between(before: dict[str, Any], after: dict[str, Any]) -> World:
    return World(candidate=version("v2", after), stable=version("v1", before))


def applied(world: World, kind: str) -> int:
    return sum(o.kind == kind for c in world.log if isinstance(c, Apply) for o in c.objects)


def test_an_added_right_is_there_before_the_candidates_pods():
    world = between(role(READ), role(READ, WATCH))

    for _ in world.turns():
        if len(world.names("Deployment")) == 3:
            break

    assert of(world, "Role", "front")["rules"] == [READ, WATCH]


def test_during_the_release_the_rights_are_those_of_both():
    world = between(role(READ, WRITE), role(WATCH, READ)).until("Watching", reason="Holding")

    assert of(world, "Role", "front")["rules"] == [READ, WRITE, WATCH]


def test_a_right_is_taken_away_once_nothing_of_stable_runs():
    world = between(role(READ, WRITE), role(READ))

    for decision in world.turns():
        if any(isinstance(c, Remove) and any(o.kind == "Deployment" for o in c.objects) for c in decision.commands):
            break
    assert of(world, "Role", "front")["rules"] == [READ, WRITE]

    world.until("Promoted")
    assert of(world, "Role", "front")["rules"] == [READ]


@pytest.mark.parametrize("stage", ["Preparing", "Watching"])
def test_going_back_gives_stable_its_own_rights_again(stage):
    world = between(role(READ, WRITE), role(WATCH)).until(stage)

    world.verdict = FAILED
    world.until("RolledBack")

    assert of(world, "Role", "front")["rules"] == [READ, WRITE]


def test_rights_that_only_grow_are_written_once():
    world = between(role(READ), role(READ, WATCH)).until("Promoted")

    assert applied(world, "Role") == 1


def test_rights_that_only_shrink_are_written_once():
    world = between(role(READ, WATCH), role(READ)).until("Promoted")

    assert applied(world, "Role") == 1
    assert of(world, "Role", "front")["rules"] == [READ]


def test_a_binding_binds_the_accounts_of_both_and_then_the_candidates():
    world = between(binding("old"), binding("new")).until("Shifting")
    assert [x["name"] for x in of(world, "RoleBinding", "front")["subjects"]] == ["old", "new"]

    world.until("Promoted")
    assert [x["name"] for x in of(world, "RoleBinding", "front")["subjects"]] == ["new"]


def test_a_binding_to_another_role_meets_the_api_server_before_any_traffic():
    world = between(binding("front"), binding("front", to="other"))

    first = next(o for d in world.turns() for c in d.commands for o in c.objects if o.kind == "RoleBinding")

    assert world.status.stage == "Preparing"
    assert first.manifest["roleRef"]["name"] == "other"


def test_what_an_account_has_beside_its_lists_is_added_first_and_changed_last():
    world = between(account("a", role="old"), account("b", role="new", team="x")).until("Shifting")
    during = of(world, "ServiceAccount", "front")
    assert during["imagePullSecrets"] == [{"name": "a"}, {"name": "b"}]
    assert during["metadata"]["annotations"] == {"role": "old", "team": "x"}

    world.until("Promoted")
    after = of(world, "ServiceAccount", "front")
    assert after["imagePullSecrets"] == [{"name": "b"}]
    assert after["metadata"]["annotations"] == {"role": "new", "team": "x"}


def test_a_kind_of_the_same_name_in_another_group_is_no_right():
    def cloud_role(*rules: dict[str, Any]) -> dict[str, Any]:
        return {**role(*rules), "apiVersion": "iam.example.com/v1"}

    world = between(cloud_role(READ), cloud_role(WATCH)).until("Shifting")

    assert of(world, "Role", "front")["rules"] == [READ]


@pytest.mark.parametrize("rules", [None, "all", {"a": 1}])
def test_rules_of_another_shape_are_for_the_api_server_to_refuse(rules):
    odd = {**role(), "rules": rules}

    between(role(READ), odd).until("Promoted")
    between(odd, role(READ)).until("Promoted")


@pytest.mark.parametrize(
    ("before", "after", "during"),
    [(None, False, None), (False, None, None), (True, False, True), (False, True, None), (False, False, False)],
)
def test_a_token_that_either_revision_wants_is_mounted_during_the_release(before, after, during):
    """What is left out is wanted."""

    def of(wanted: bool | None) -> dict[str, Any]:
        return {**account(), **({} if wanted is None else {"automountServiceAccountToken": wanted})}

    world = between(of(before), of(after)).until("Shifting")
    assert of_account(world) is during

    world.until("Promoted")
    assert of_account(world) is after


def of_account(world: World) -> Any:
    return of(world, "ServiceAccount", "front").get("automountServiceAccountToken")
