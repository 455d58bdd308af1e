"""What is seen of an object as the API server writes it."""

import json

import msgspec
import pytest

from fairlead.controllers import kinds, observe

OURS = {
    "manager": "fairlead",
    "operation": "Update",
    "time": "2026-01-01T00:00:03Z",
    "fieldsV1": {"f:spec": {"f:rules": {}}},
}
TOOL = {
    "manager": "tool",
    "operation": "Apply",
    "time": "2026-01-01T00:00:02Z",
    "fieldsV1": {"f:spec": {"f:rules": {}}},
}
OLDER = {**TOOL, "manager": "older", "time": "2026-01-01T00:00:01Z"}
GATEWAY = {
    "manager": "gateway", "operation": "Update", "subresource": "status", "time": "2026-01-01T00:00:09Z",
    "fieldsV1": {"f:status": {"f:parents": {}}},
}  # fmt: skip
LABELLER = {
    "manager": "labeller", "operation": "Update", "time": "2026-01-01T00:00:08Z",
    "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:team": {}}}, "f:spec": {"f:hostnames": {}}},
}  # fmt: skip


WEB, MESH = {"name": "web", "namespace": "gateway"}, {"kind": "Service", "name": "front", "port": 80}


def route(*managed_fields, parents=(), said=(), generation=1) -> kinds.HTTPRoute:
    metadata = {"name": "shop", "namespace": "shop", "generation": generation, "managedFields": managed_fields}
    made = {"metadata": metadata, "spec": {"parentRefs": parents}, "status": {"parents": said}}
    return msgspec.json.decode(json.dumps(made), type=kinds.HTTPRoute)


def says(parent, generation=1, **conditions) -> dict:
    wanted = {"Accepted": "True", "ResolvedRefs": "True", **conditions}
    told = [{"type": t, "status": s, "message": "no", "observedGeneration": generation} for t, s in wanted.items()]
    return {"parentRef": parent, "conditions": told}


@pytest.mark.parametrize(
    ("parents", "said", "accepted"),
    [
        ([WEB], [says(WEB)], True),
        ([WEB, MESH], [says(WEB), says({**MESH, "namespace": "shop"})], True),
        ([WEB, MESH], [says(WEB)], False),
        ([WEB, MESH], [says(WEB), says(WEB)], False),
        ([WEB], [says(WEB, ResolvedRefs="False")], False),
        ([WEB], [says(WEB), says(WEB, Accepted="False")], False),
        ([WEB], [says(WEB, generation=0)], False),
        ([], [], False),
    ],
)
def test_a_route_is_accepted_when_all_its_parents_say_so_of_its_generation(parents, said, accepted):
    assert observe.route(route(parents=parents, said=said)).accepted is accepted


def test_what_a_former_parent_said_does_not_count_whoever_left_it_there():
    former = says({"name": "old", "namespace": "gateway"}, generation=3, Accepted="False")

    seen = observe.route(route(parents=[WEB], said=[former, says(WEB, generation=4)], generation=4))

    assert (seen.accepted, seen.trouble) == (True, "")


def test_what_was_said_of_a_route_that_was_deleted_does_not_count_for_the_new_one():
    """A gateway that was slow may write it there: the generations of the new one have begun anew."""
    assert not observe.route(route(parents=[WEB], said=[says(WEB, generation=5)], generation=1)).accepted


@pytest.mark.parametrize(
    ("managed_fields", "expected"),
    [
        ((OURS, OLDER, TOOL, GATEWAY, LABELLER), "tool"),
        ((OURS, GATEWAY), ""),
        ((), ""),
    ],
)
def test_the_other_writer_of_a_route_is_who_owns_its_rules_beside_us(managed_fields, expected):
    assert observe.route(route(*managed_fields)).other_writer == expected
