"""Changes that a Release could not make without a loss, forward or back."""

import itertools

import pytest

from fairlead.core.release.beside import IDENTITIES, refused_beside
from fairlead.core.release.pair import Pair
from fairlead.core.revision.stored import StoredRevision
from tests.unit.core.revision.parts import deployment, revision, service

ROLE = "eks.amazonaws.com/role-arn"


def leads(image: str, **spec: object) -> StoredRevision:
    web = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"ports": [{"port": 80}], **spec},
    }
    return revision(deployment("front", container={"image": image}), service("front"), web)


def acts(image: str, **annotations: str) -> StoredRevision:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "front", "annotations": annotations}}
    return revision(deployment("front", container={"image": image}), account)


def told(stable: StoredRevision, candidate: StoredRevision) -> str:
    return "\n".join(map(str, refused_beside(Pair(candidate, stable))))


OF_FRONT = {"selector": {"app": "front"}}
ELSEWHERE = {"type": "ExternalName", "externalName": "web.example.com"}


def test_a_service_that_loses_its_selector_would_lead_to_pods_that_are_removed():
    """Kubernetes leaves its EndpointSlices as they are: all its requests would be lost once stable is gone."""
    assert "would go to stable's pods that are gone" in told(leads("a", **OF_FRONT), leads("b"))


def test_a_service_that_gains_a_selector_could_not_go_back():
    """It would lose the selector then, and go on leading to the candidate's pods."""
    message = told(leads("a"), leads("b", **OF_FRONT))

    assert message.startswith("Service web: spec.selector: is new")
    assert "would go to the candidate's pods that are gone" in message
    assert message.endswith("Give the new form of the Service a name of its own.")


@pytest.mark.parametrize(("before", "after"), [(OF_FRONT, ELSEWHERE), (ELSEWHERE, OF_FRONT)])
def test_one_that_becomes_a_name_of_something_elsewhere_is_the_same(before, after):
    assert "Service web" in told(leads("a", **before), leads("b", **after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (OF_FRONT, OF_FRONT),
        ({}, {"ports": [{"port": 81}]}),
        (ELSEWHERE, {**ELSEWHERE, "externalName": "other.example.com"}),
    ],
)
def test_whatever_else_changes_in_a_service_is_released(before, after):
    assert told(leads("a", **before), leads("b", **after)) == ""


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize(("before", "after"), [("old", "new"), ("old", ""), ("", "new")])
def test_an_account_whose_pods_would_act_as_somebody_else_is_refused(identity, before, after):
    """Applied first, stable's new pods would act as it; applied last, the candidate's were judged without it."""
    stable, candidate = (acts(i, **({identity: v} if v else {})) for i, v in (("a", before), ("b", after)))

    assert f"ServiceAccount front: metadata.annotations: {identity}={after}" in told(stable, candidate)


def test_other_annotations_of_an_account_are_released():
    assert told(acts("a", team="x", **{ROLE: "r"}), acts("b", team="y", **{ROLE: "r"})) == ""


def test_the_first_revision_stands_beside_nothing():
    assert refused_beside(Pair(acts("a", **{ROLE: "r"}), None)) == ()


def routed(image: str, port: int, *ports: int) -> StoredRevision:
    rule = {"backendRefs": [{"name": "front", "port": port}, {"name": "elsewhere", "port": 7}]}
    metadata = {"name": "front"}
    kind = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute"}
    route = {**kind, "metadata": metadata, "spec": {"rules": [rule]}}
    front = service("front", ports=[{"name": f"p{p}", "port": p} for p in ports])
    return revision(deployment("front", container={"image": image}), front, route)


def test_a_route_and_its_service_cannot_move_to_another_port_at_once():
    """With the first weight the route would lead to the candidate's Service by a port that it does not have."""
    of_candidate, of_stable = told(routed("a", 80, 80), routed("b", 81, 81)).splitlines()

    assert "spec.ports: 80 is named by a route, and is no port of the Service in the candidate" in of_candidate
    assert "spec.ports: 81 is named by a route, and is no port of the Service in the revision that serves" in of_stable


def test_a_port_is_moved_in_three_releases():
    way = (routed("a", 80, 80), routed("b", 80, 80, 81), routed("c", 81, 80, 81), routed("d", 81, 81))

    assert [told(before, after) for before, after in itertools.pairwise(way)] == ["", "", ""]


def test_a_route_that_never_led_to_a_port_may_be_mended():
    assert told(routed("a", 80, 81), routed("b", 81, 81)) == ""
