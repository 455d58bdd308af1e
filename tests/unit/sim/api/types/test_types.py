"""The kinds that one server serves."""

import copy
from typing import Any

from fairlead.sim.api.types.discovery import Discovery, priority
from fairlead.sim.api.types.establish import establish, is_established
from fairlead.sim.api.types.kind import Write
from fairlead.sim.api.types.table import table
from fairlead.sim.api.types.types import Types

NOW = "2026-01-01T00:00:00Z"
CRD: dict[str, Any] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "additionalPrinterColumns": [{"name": "N", "type": "integer", "jsonPath": ".spec.n"}],
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {
                                "type": "object",
                                "properties": {"n": {"type": "integer", "default": 3}},
                                "x-kubernetes-validations": [{"rule": "self.n >= oldSelf.n", "message": "never less"}],
                            }
                        },
                    }
                },
            }
        ],
    },
}


def test_a_definition_is_served_once_its_names_are_accepted() -> None:
    types = Types()
    settled = establish(copy.deepcopy(CRD), types, NOW)

    types.add_crd(settled)

    assert is_established(settled)
    assert types.find("example.com", "v1", "things") is types.by_kind("example.com", "v1", "Thing")
    types.remove_crd("things.example.com")
    assert types.find("example.com", "v1", "things") is None


def test_a_name_that_another_has_is_not_accepted() -> None:
    types = Types()
    types.add_crd(establish(copy.deepcopy(CRD), types, NOW))
    other = copy.deepcopy(CRD)
    other["spec"]["names"]["plural"] = "others"

    settled = establish(other, types, NOW)

    assert not is_established(settled)
    assert settled["status"]["conditions"][0]["reason"] == "SingularConflict"


def test_a_custom_resource_is_pruned_filled_in_and_compared_with_what_was() -> None:
    types = Types()
    types.add_crd(establish(copy.deepcopy(CRD), types, NOW))
    kind = types.by_kind("example.com", "v1", "Thing")
    assert kind is not None
    meta = {"name": "a", "namespace": "b", "resourceVersion": "1"}
    obj: dict[str, Any] = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": meta, "spec": {"x": 1}}

    assert kind.prune(obj) == ["spec.x"]
    kind.default(obj)
    assert obj["spec"] == {"n": 3}
    assert kind.validate(obj, Write(old=None)) == []
    less = {**obj, "spec": {"n": 2}}
    assert [str(cause) for cause in kind.validate(less, Write(old=obj))] == [
        'spec: Invalid value: "object": never less'
    ]
    assert table(kind, [obj], NOW)["rows"][0]["cells"] == ["a", 3]


def test_what_passes_through_go_structs_takes_their_form() -> None:
    kind = Types().by_kind("apps", "v1", "Deployment")
    assert kind is not None
    container = {"name": "c", "image": "x", "resources": {"limits": {"cpu": "1000m"}}, "env": [], "tty": False}
    spec: dict[str, Any] = {"template": {"spec": {"containers": [container], "volumes": None}}, "unknown": 1}
    obj: dict[str, Any] = {"metadata": {"name": "a", "labels": {}}, "spec": spec}

    assert kind.prune(obj) == ["spec.unknown"]

    assert obj["metadata"] == {"name": "a"}
    assert spec["template"]["spec"] == {
        "containers": [{"name": "c", "image": "x", "resources": {"limits": {"cpu": "1"}}}]
    }
    assert (spec["selector"], spec["strategy"], obj["status"]) == (None, {}, {})


def test_a_text_where_a_number_belongs_cannot_be_decoded() -> None:
    kind = Types().by_kind("apps", "v1", "Deployment")
    assert kind is not None
    assert kind.mismatch({"spec": {"replicas": "3"}}) == (
        'Deployment in version "v1" cannot be handled as a Deployment: '
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    )


def test_the_best_version_comes_first() -> None:
    names = ["v1beta1", "v2", "foo", "v1", "v1alpha1", "v11", "v1beta2", "bar"]
    ordered = ["v11", "v2", "v1", "v1beta2", "v1beta1", "v1alpha1", "bar", "foo"]
    assert sorted(names, key=priority, reverse=True) == ordered


def test_the_description_of_a_group_changes_with_its_definitions() -> None:
    types = Types()
    discovery = Discovery(types)
    assert discovery.document("/openapi/v3/apis/example.com/v1", "") is None
    types.add_crd(establish(copy.deepcopy(CRD), types, NOW))
    found = discovery.document("/openapi/v3/apis/example.com/v1", "")
    assert found is not None
    assert "com.example.v1.Thing" in found[0]["components"]["schemas"]
    changed = establish(copy.deepcopy(CRD), types, NOW)
    changed["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"] = "changed"
    types.add_crd(changed)
    after = discovery.document("/openapi/v3/apis/example.com/v1", "")
    assert after is not None
    assert after[0]["components"]["schemas"]["com.example.v1.Thing"]["description"] == "changed"
