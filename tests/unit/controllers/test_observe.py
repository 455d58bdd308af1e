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


def route(*managed_fields) -> kinds.HTTPRoute:
    metadata = {"name": "shop", "namespace": "shop", "managedFields": managed_fields}
    return msgspec.json.decode(json.dumps({"metadata": metadata}), type=kinds.HTTPRoute)


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
