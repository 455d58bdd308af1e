"""Custom resources: what their definition makes of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.api.both import JSON_PATCH, Both

DATA = Path(__file__).parents[4] / "shared/data"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
SPEC = {
    "type": "object",
    "required": ["n"],
    "x-kubernetes-validations": [
        {"rule": "self.n > 1", "message": "n too small"},
        {"rule": "self.n >= oldSelf.n"},
        {"rule": "self.n < 9", "messageExpression": "'not that many'", "reason": "FieldValueForbidden"},
    ],
    "properties": {
        "replicas": {"type": "integer", "default": 1},
        "n": {"type": "integer", "maximum": 10},
        "e": {"type": "string", "enum": ["a", "b"]},
        "l": {
            "type": "array",
            "maxItems": 2,
            "items": {"type": "string", "maxLength": 3, "pattern": "^[a-z]+$"},
            "x-kubernetes-list-type": "set",
        },
        "a": {
            "anyOf": [{"required": ["x"]}, {"required": ["y"]}],
            "type": "object",
            "properties": {"x": {"type": "string", "minLength": 2}, "y": {"type": "string", "format": "date-time"}},
        },
        "i": {"x-kubernetes-int-or-string": True},
        "q": {
            "type": "string",
            "maxLength": 9,
            "x-kubernetes-validations": [{"rule": "quantity(self).isLessThan(quantity('1Gi'))"}],
        },
    },
}


def definition(plural: str) -> dict[str, Any]:
    kind = plural.removesuffix("s").capitalize()
    status = {"type": "object", "properties": {"replicas": {"type": "integer"}, "sel": {"type": "string"}}}
    scale = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
    columns = [{"name": "N", "type": "integer", "jsonPath": ".spec.replicas"}]
    schema = {"type": "object", "properties": {"spec": SPEC, "status": status}}
    versions = [
        {
            "name": "v1",
            "served": True,
            "storage": True,
            "subresources": {"status": {}, "scale": scale},
            "additionalPrinterColumns": columns,
            "schema": {"openAPIV3Schema": schema},
        },
        {
            "name": "v2",
            "served": True,
            "storage": False,
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        },
    ]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.types.example"},
        "spec": {
            "group": "types.example",
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind},
            "versions": versions,
        },
    }


@pytest.fixture(scope="module", name="things")
def _things() -> str:
    return "/apis/types.example/v1/namespaces/{ns}/things"


@pytest.fixture(name="thing")
def _thing(both: Both, things: str) -> str:
    """The definition, made once and served by both."""
    both.post(DEFINITIONS, definition("things"))
    both.until_served(things)
    return things


@pytest.mark.parametrize(
    "spec",
    [
        {"n": "x", "e": "c", "l": ["A", "aaaa", "b", "b"], "a": {"x": "a", "y": "z"}, "i": True},
        {"n": 1},
        {"n": 9},
        {"n": 11, "a": {}},
        {"l": ["a", "a"]},
        {"n": 3.5},
        {"n": 3, "e": None},
        {"n": None},
        {"n": 3, "q": "2Gi"},
        {"n": 3, "unknown": 1},
    ],
)
def test_a_schema_refuses(both: Both, thing: str, spec: dict[str, Any]) -> None:
    both.post(thing, {"apiVersion": "types.example/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": spec})


def test_a_rule_compares_with_what_was(both: Both, thing: str) -> None:
    body = {"apiVersion": "types.example/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {"n": 5}}
    both.post(thing, body)
    both.merge(f"{thing}/a", {"spec": {"n": 4}})
    both.merge(f"{thing}/a", {"spec": {"n": 6}, "status": {"replicas": 9}})
    both.merge(f"{thing}/a/status", {"status": {"replicas": 2, "unknown": 1}, "spec": {"n": 7}})
    both.get(thing, accept="application/json;as=Table;v=v1;g=meta.k8s.io")


@pytest.mark.parametrize("replicas", [True, "x", 1.5, -1, {}, [1], None, 1 << 31, (1 << 31) - 1])
def test_replicas_are_a_small_number_and_true_is_none(both: Both, thing: str, replicas: Any) -> None:
    body = {
        "apiVersion": "types.example/v1",
        "kind": "Thing",
        "metadata": {"name": "a"},
        "spec": {"replicas": replicas},
    }
    both.post(thing, body)
    both.post(thing, {**body, "metadata": {"name": "b"}, "spec": {"replicas": 1}})
    both.patch(f"{thing}/b", [{"op": "replace", "path": "/spec/replicas", "value": replicas}], JSON_PATCH)
    both.merge(f"{thing}/b", {"spec": {"replicas": replicas}})
    both.put(f"{thing}/b", {**body, "metadata": {"name": "b"}})
    both.merge(f"{thing}/b/status", {"status": {"replicas": replicas}})


def test_what_the_stored_version_does_not_know_is_lost(both: Both, thing: str) -> None:
    other = thing.replace("/v1/", "/v2/")
    both.post(other, {"apiVersion": "types.example/v2", "kind": "Thing", "metadata": {"name": "b"}, "extra": [1]})
    both.get(f"{other}/b")
    both.get(f"{thing}/b")


def test_who_owns_in_another_version_is_forgotten_over_an_item_that_is_there_twice(both: Both, thing: str) -> None:
    def applied(version: str, **metadata: Any) -> dict[str, Any]:
        return {"apiVersion": f"types.example/{version}", "kind": "Thing", "metadata": {"name": "a", **metadata}}

    first, other = f"{thing}/a", f"{thing.replace('/v1/', '/v2/')}/a"
    both.apply(first, applied("v1", finalizers=["example.com/x"]), "one")
    both.apply(other, applied("v2", labels={"a": "1"}), "two")
    both.patch(first, [{"op": "add", "path": "/metadata/finalizers/0", "value": "example.com/x"}], JSON_PATCH)
    both.apply(other, applied("v2", labels={"a": "2"}), "two")
    both.apply(first, applied("v1", labels={"b": "1"}), "three")
    both.merge(first, {"metadata": {"labels": {"c": "1"}}})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metadata", "name"), "other.types.example"),
        (("spec", "scope"), "Somewhere"),
        (("spec", "group"), "nodots"),
        (("spec", "names", "kind"), "not_good"),
        (("spec", "versions", 0, "schema", "openAPIV3Schema", "type"), "string"),
        (("spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "x"), {}),
        (("spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "x"), {"type": "array"}),
        (
            ("spec", "versions", 0, "schema", "openAPIV3Schema", "properties", "x"),
            {
                "type": "array",
                "items": {"type": "object", "properties": {"k": {"type": "string"}}},
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["k"],
            },
        ),
        (("spec", "versions", 0, "subresources", "scale", "specReplicasPath"), "spec.replicas"),
        (("spec", "versions", 0, "additionalPrinterColumns", 0, "type"), "text"),
    ],
)
def test_a_definition_is_refused(both: Both, path: tuple[Any, ...], value: Any) -> None:
    crd = json.loads(json.dumps(definition("gadgets")))
    part = crd
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    both.post(DEFINITIONS, crd, {"dryRun": "All"})


class Loader(yaml.CSafeLoader):
    """Reads a lone `=` as text."""


Loader.yaml_implicit_resolvers = {
    first: resolvers for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items() if first != "="
}


def _documents(folder: Path) -> Iterator[Any]:
    """All objects of a folder, in order of their files."""
    for path in sorted(folder.rglob("*.y*ml")):
        for found in yaml.load_all(path.read_text(), Loader=Loader):
            if isinstance(found, dict):
                yield json.loads(json.dumps(found, default=str))


@pytest.mark.skipif(not DATA.exists(), reason="the public definitions are not beside this repository")
def test_public_definitions_are_accepted_alike(both: Both) -> None:
    found = [one for one in _documents(DATA / "crds") if one.get("kind") == "CustomResourceDefinition"]
    assert len(found) >= 234
    for crd in found:
        both.post(DEFINITIONS, crd, {"dryRun": "All"})


@pytest.mark.skipif(not DATA.exists(), reason="the examples of the Gateway API are not beside this repository")
def test_gateway_api_examples_are_accepted_and_refused_alike(both: Both) -> None:
    plurals = {}
    for crd in _documents(DATA / "crds/gateway-api/experimental"):
        if crd.get("kind") == "CustomResourceDefinition":
            both.post(DEFINITIONS, crd)
            spec = crd["spec"]
            plurals[spec["group"], spec["names"]["kind"]] = (spec["names"]["plural"], spec["scope"] == "Namespaced")
            for version in spec["versions"]:
                if version["served"]:
                    both.until_served(f"/apis/{spec['group']}/{version['name']}/{spec['names']['plural']}")
    for obj in _documents(DATA / "mesh/gateway-api"):
        group, _, version = str(obj.get("apiVersion")).partition("/")
        if (named := plurals.get((group, str(obj.get("kind"))))) is not None:
            obj["metadata"].pop("namespace", None)
            place = f"namespaces/{{ns}}/{named[0]}" if named[1] else named[0]
            both.post(f"/apis/{group}/{version}/{place}", obj, {"dryRun": "All"})
