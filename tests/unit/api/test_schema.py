"""From structs to structural schemas, and back: what the API server fills in is what Fairlead would have assumed."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from fairlead.api.component import Component, ComponentSpec
from fairlead.api.crd import DEFINITIONS, definition
from fairlead.api.meta import ObjectMeta
from fairlead.api.release import Release, ReleaseSpec
from fairlead.api.schema import Schema, schema_of
from tests.unit.api.whole import whole

ROOTS = {d.struct: definition(d)["spec"]["versions"][0]["schema"]["openAPIV3Schema"] for d in DEFINITIONS}


def nodes(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    yield path, schema
    for name, node in schema.get("properties", {}).items():
        yield from nodes(node, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key], f"{path}[]")


def every_node() -> list[tuple[str, Schema]]:
    return [(f"{struct.__name__}{path}", node) for struct, root in ROOTS.items() for path, node in nodes(root) if path]


def filled(value: Any, schema: Schema) -> Any:
    """Fill in defaults as the API server does: what is missing first, then what lies below it."""
    if isinstance(value, dict):
        known = schema.get("properties", {})
        missing = {n: p["default"] for n, p in known.items() if n not in value and "default" in p}
        return {n: filled(v, known.get(n, {})) for n, v in (value | missing).items()}
    if isinstance(value, list):
        return [filled(v, schema["items"]) for v in value]
    return value


def unknown_paths(value: Any, schema: Schema, path: str = "") -> list[str]:
    """Name what the API server would drop."""
    if schema.get("x-kubernetes-preserve-unknown-fields") or path == ".metadata":
        return []
    if isinstance(value, dict):
        if "additionalProperties" in schema:
            return []
        known = schema["properties"]
        dropped = [f"{path}.{n}" for n in value if n not in known]
        return dropped + [p for n, v in value.items() if n in known for p in unknown_paths(v, known[n], f"{path}.{n}")]
    if isinstance(value, list):
        return [p for v in value for p in unknown_paths(v, schema["items"], f"{path}[]")]
    return []


def test_every_node_has_one_type_and_refers_to_nothing():
    for path, node in every_node():
        assert node["type"] in {"object", "array", "string", "integer", "boolean"}, path
        assert not node.keys() & {"$ref", "anyOf", "oneOf", "allOf", "not"}, path


def test_only_the_manifests_are_open():
    opened = [path for path, node in every_node() if node.get("x-kubernetes-preserve-unknown-fields")]

    assert opened == ["Component.spec.source.inline[]"]


def test_every_field_is_described():
    own = [(p, n) for p, n in every_node() if not p.endswith("[]") and p.split(".")[1] in {"spec", "status"}]

    assert [path for path, node in own if not node.get("description")] == []


def test_explain_shows_range_and_default():
    release = ROOTS[Component]["properties"]["spec"]["properties"]["release"]["properties"]

    assert release["watchSeconds"]["description"].endswith("From 0 to 604800. Default: 300.")


def test_what_the_api_server_fills_in_is_what_fairlead_assumes():
    written = {"serviceAccountName": "deployer", "source": {"inline": [{"kind": "ConfigMap"}]}}
    stored = filled(written, ROOTS[Component]["properties"]["spec"])

    assert stored["release"]["steps"][0] == {"weightPercent": 5, "holdSeconds": 60}
    assert stored["release"]["judge"]["falseAlarmPercent"] == 1
    assert msgspec.convert(stored, ComponentSpec) == msgspec.convert(written, ComponentSpec)


def test_nothing_is_filled_into_a_list_that_a_person_wrote():
    steps = {"steps": [{"weightPercent": 5}]}
    release = ROOTS[Component]["properties"]["spec"]["properties"]["release"]

    assert filled(steps, release)["steps"] == [{"weightPercent": 5}]


def test_a_release_records_its_plan_in_full():
    written = msgspec.to_builtins(ReleaseSpec(component="shop", to_revision="shop-0123456789"))
    declared = ROOTS[Release]["properties"]["spec"]["properties"]

    assert written["plan"].keys() == declared["plan"]["properties"].keys()
    assert written["plan"]["judge"].keys() == declared["plan"]["properties"]["judge"]["properties"].keys()
    assert written["traffic"].keys() == declared["traffic"]["properties"].keys()


@pytest.mark.parametrize("struct", ROOTS)
def test_nothing_that_fairlead_writes_is_unknown_to_the_schema(struct: type[Struct]):
    written = msgspec.to_builtins(msgspec.convert(whole(struct), struct))

    assert unknown_paths(written, ROOTS[struct]) == []


def test_a_written_object_says_what_it_is():
    spec = ReleaseSpec(component="shop", to_revision="shop-0123456789")

    written = msgspec.to_builtins(Release(metadata=ObjectMeta(name="shop-1"), spec=spec))

    assert (written["kind"], written["apiVersion"]) == ("Release", "fairlead.dev/v1alpha1")


def test_an_optional_field_may_be_null():
    class Wish(Struct):
        """A wish."""

        port: Annotated[int, Meta(ge=1)] | None = None

    assert schema_of(Wish)["properties"]["port"] == {
        "type": "integer",
        "format": "int64",
        "minimum": 1,
        "nullable": True,
        "description": "",
    }


def test_conditions_are_merged_by_their_type():
    conditions = ROOTS[Component]["properties"]["status"]["properties"]["conditions"]

    assert conditions["x-kubernetes-list-type"] == "map"
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]


@pytest.mark.parametrize("kind", [int | str, float, tuple[int, int]])
def test_a_type_without_structural_form_is_an_error(kind: Any):
    struct = msgspec.defstruct("Odd", [("field", kind)])

    with pytest.raises(TypeError, match="structural schema"):
        schema_of(struct)
