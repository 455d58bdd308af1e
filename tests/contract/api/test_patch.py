"""Patching in three ways."""

from typing import Any

import pytest

from tests.contract.api.both import APPLY, JSON_PATCH, MERGE_PATCH, STRATEGIC, Both
from tests.contract.api.things import config_map, deployment, pod, service


@pytest.mark.parametrize("content_type", [JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY])
def test_what_is_not_there_is_not_patched(both: Both, content_type: str) -> None:
    body: Any = [] if content_type == JSON_PATCH else {}
    both.patch("configmaps/a", body, content_type)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x", "", "application/merge-patch+json; charset=utf-8"]
)
def test_a_patch_names_its_kind(both: Both, content_type: str) -> None:
    both.post("configmaps", config_map())
    both.patch("configmaps/a", {"data": {"x": "y"}}, content_type)


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "add", "path": "/data/x", "value": "y"}],
        [{"op": "replace", "path": "/data/k", "value": "y"}],
        [{"op": "replace", "path": "/data/none", "value": "y"}],
        [{"op": "remove", "path": "/data/k"}],
        [{"op": "remove", "path": "/data/none"}],
        [{"op": "remove", "path": "/none/none"}],
        [{"op": "add", "path": "/none/none", "value": "y"}],
        [{"op": "test", "path": "/data/k", "value": "v"}, {"op": "remove", "path": "/data/k"}],
        [{"op": "test", "path": "/data/k", "value": "w"}],
        [{"op": "test", "path": "/data/none", "value": "w"}],
        [{"op": "test", "path": "/data/none", "value": None}],
        [{"op": "move", "from": "/data/k", "path": "/data/l"}],
        [{"op": "copy", "from": "/data/k", "path": "/data/l"}],
        [{"op": "copy", "from": "/data/none", "path": "/data/l"}],
        [{"op": "turn", "path": "/data/k"}],
        [{"op": "add", "path": "/data/a~1b", "value": "y"}, {"op": "add", "path": "/data/a~0b", "value": "y"}],
        [
            {"op": "add", "path": "/metadata/finalizers", "value": []},
            {"op": "add", "path": "/metadata/finalizers/-", "value": "example.com/a"},
        ],
        [{"op": "add", "path": "/metadata/finalizers/5", "value": "x"}],
        [{"op": "add", "path": "", "value": {}}],
        [{"op": "add", "path": "data", "value": {}}],
        [{"op": "add", "path": "/data/x"}],
        [{"op": "add", "path": "/data/x", "value": 1}],
        [{"op": "add", "path": "/extra", "value": 1}],
        [{"path": "/data/k"}],
        [],
        {},
        "x",
    ],
)
def test_json_patch(both: Both, operations: Any) -> None:
    both.post("configmaps", config_map())
    both.patch("configmaps/a", operations, JSON_PATCH)
    both.get("configmaps/a")


@pytest.mark.parametrize(
    "path", ["/spec/ports/0", "/spec/ports/1", "/spec/ports/-", "/spec/ports/x", "/spec/ports/-1", "/spec/ports/01"]
)
@pytest.mark.parametrize("op", ["add", "replace", "remove"])
def test_json_patch_of_lists(both: Both, op: str, path: str) -> None:
    both.post("services", service(ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]))
    both.patch("services/a", [{"op": op, "path": path, "value": {"port": 82, "name": "c"}}], JSON_PATCH)


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"k": None, "l": "1"}},
        {"data": None},
        {"data": {"l": None}},
        {"metadata": {"labels": {"a": "b"}, "name": "other"}},
        {"metadata": {"resourceVersion": "1"}},
        {"metadata": {"uid": "12345678-1234-1234-1234-123456789012"}},
        {"metadata": {"finalizers": ["example.com/a"]}},
        {"metadata": None},
        {"extra": 1},
        {"kind": "Other"},
        {},
        [],
        "x",
    ],
)
@pytest.mark.parametrize("content_type", [MERGE_PATCH, STRATEGIC])
def test_merge_patches(both: Both, body: Any, content_type: str) -> None:
    both.post("configmaps", config_map(labels={"x": "y"}))
    both.patch("configmaps/a", body, content_type)
    both.get("configmaps/a")


@pytest.mark.parametrize("content_type", [MERGE_PATCH, STRATEGIC, JSON_PATCH])
def test_a_patch_that_is_no_json(both: Both, content_type: str) -> None:
    both.post("configmaps", config_map())
    both.patch("configmaps/a", b"{", content_type)
    both.patch("configmaps/a", b"", content_type)
    both.patch("configmaps/a", b"data: {x: y}", content_type)


def test_a_merge_patch_replaces_lists(both: Both) -> None:
    both.post("deployments.apps", deployment())
    container = {"name": "d", "image": "i:2"}
    both.patch("deployments.apps/a", {"spec": {"template": {"spec": {"containers": [container]}}}}, MERGE_PATCH)


TWO = [{"name": "c", "image": "i:1", "env": [{"name": "X", "value": "1"}]}, {"name": "d", "image": "i:1"}]


@pytest.mark.parametrize(
    "containers",
    [
        [{"name": "c", "image": "i:2"}],
        [{"name": "e", "image": "i:2"}],
        [{"name": "c", "$patch": "delete"}],
        [{"$patch": "replace"}, {"name": "e", "image": "i:2"}],
        [{"name": "c", "$patch": "replace", "image": "i:3"}],
        [{"name": "c", "env": [{"name": "X", "value": "2"}, {"name": "Y", "value": "1"}]}],
        [{"name": "c", "env": [{"name": "X", "$patch": "delete"}]}],
        [{"name": "c", "env": None}],
        [{"name": "c", "$patch": "turn"}],
        [{"image": "i:2"}],
        [{"$patch": "delete"}],
        ["c"],
    ],
)
def test_a_strategic_patch_merges_lists_by_key(both: Both, containers: Any) -> None:
    both.post("pods", pod())
    made = deployment()
    made["spec"]["template"]["spec"]["containers"] = TWO
    both.post("deployments.apps", made)
    both.patch("deployments.apps/a", {"spec": {"template": {"spec": {"containers": containers}}}}, STRATEGIC)


@pytest.mark.parametrize(
    "spec",
    [
        {"$setElementOrder/containers": [{"name": "d"}, {"name": "c"}]},
        {"$setElementOrder/containers": [{"name": "d"}, {"name": "c"}], "containers": [{"name": "d", "image": "i:2"}]},
        {"$setElementOrder/containers": [{"name": "d"}], "containers": [{"name": "c", "$patch": "delete"}]},
        {"$setElementOrder/containers": [{"name": "d"}], "containers": [{"name": "c", "image": "i:2"}]},
        {"$retainKeys": ["containers"], "containers": [{"name": "c", "image": "i:2"}]},
        {"volumes": [{"name": "v", "emptyDir": {}}]},
        {"volumes": [{"name": "w", "$retainKeys": ["name", "configMap"], "configMap": {"name": "x"}}]},
        {"volumes": [{"name": "w", "$patch": "delete"}]},
        {"nodeSelector": {"a": None, "b": "c"}},
        {"nodeSelector": {"$patch": "replace", "b": "c"}},
        {"nodeSelector": {"$patch": "delete"}},
        {"tolerations": [{"key": "x", "operator": "Exists"}]},
    ],
)
def test_the_directives_of_a_strategic_patch(both: Both, spec: Any) -> None:
    made = deployment()
    volumes = [{"name": "w", "emptyDir": {}}]
    made["spec"]["template"]["spec"] |= {"containers": TWO, "volumes": volumes, "nodeSelector": {"a": "b"}}
    both.post("deployments.apps", made)
    both.patch("deployments.apps/a", {"spec": {"template": {"spec": spec}}}, STRATEGIC)


@pytest.mark.parametrize(
    "metadata",
    [
        {"finalizers": ["example.com/c"]},
        {"$deleteFromPrimitiveList/finalizers": ["example.com/a"]},
        {"$setElementOrder/finalizers": ["example.com/b", "example.com/a"]},
        {
            "$setElementOrder/finalizers": ["example.com/b", "example.com/c"],
            "finalizers": ["example.com/c"],
            "$deleteFromPrimitiveList/finalizers": ["example.com/a"],
        },
        {"finalizers": None},
        {"ownerReferences": [{"uid": "u", "name": "n", "kind": "K", "apiVersion": "v1"}]},
        {"annotations": {"$patch": "replace", "x": "y"}},
    ],
)
def test_a_strategic_patch_of_metadata(both: Both, metadata: Any) -> None:
    both.post("configmaps", config_map(finalizers=["example.com/a", "example.com/b"], annotations={"a": "b"}))
    both.patch("configmaps/a", {"metadata": metadata}, STRATEGIC)


def test_ports_of_a_service_merge_by_port(both: Both) -> None:
    both.post("services", service(ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]))
    both.patch("services/a", {"spec": {"ports": [{"port": 81, "targetPort": "x"}]}}, STRATEGIC)
    both.patch("services/a", {"spec": {"ports": [{"port": 80, "$patch": "delete"}]}}, STRATEGIC)


def test_a_patch_that_changes_nothing_gives_no_version(both: Both) -> None:
    both.post("configmaps", config_map())
    both.merge("configmaps/a", {"data": {"k": "v"}})
    both.patch("configmaps/a", {"data": {"k": "v"}}, STRATEGIC)
    both.patch("configmaps/a", [{"op": "replace", "path": "/data/k", "value": "v"}], JSON_PATCH)
    both.get("configmaps/a")


def test_a_patch_with_a_version_is_held_to_it(both: Both) -> None:
    first = both.post("configmaps", config_map())
    both.merge("configmaps/a", {"metadata": {"resourceVersion": first.version}, "data": {"k": "2"}})
    both.merge("configmaps/a", {"metadata": {"resourceVersion": first.version}, "data": {"k": "3"}})
    both.patch(
        "configmaps/a", [{"op": "test", "path": "/metadata/resourceVersion", "value": first.version}], JSON_PATCH
    )


def test_managers_of_patches(both: Both) -> None:
    both.post("configmaps", config_map(), {"fieldManager": "a"})
    both.patch("configmaps/a", {"data": {"l": "1"}}, MERGE_PATCH, {"fieldManager": "b"})
    both.patch("configmaps/a", {"data": {"k": "2"}}, STRATEGIC, {"fieldManager": "b"})
    both.patch("configmaps/a", [{"op": "remove", "path": "/data/k"}], JSON_PATCH, {"fieldManager": "c"})


def test_a_patch_in_trial(both: Both) -> None:
    both.post("configmaps", config_map())
    both.merge("configmaps/a", {"data": {"k": "2"}}, {"dryRun": "All"})
    both.get("configmaps/a")


@pytest.mark.parametrize("validation", ["Strict", "Warn", "Ignore"])
@pytest.mark.parametrize("content_type", [MERGE_PATCH, STRATEGIC, APPLY])
def test_unknown_fields_in_patches(both: Both, content_type: str, validation: str) -> None:
    both.post("configmaps", config_map())
    manager = {"fieldManager": "m"} if content_type == APPLY else {}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "nmae": "b"}}
    both.patch("configmaps/a", body, content_type, {"fieldValidation": validation, **manager})
    both.patch(
        "configmaps/a",
        {**body, "extra": {"x": 1}, "metadata": {"name": "a"}},
        content_type,
        {"fieldValidation": validation, **manager},
    )


def test_force_is_only_for_apply(both: Both) -> None:
    both.post("configmaps", config_map())
    both.merge("configmaps/a", {}, {"force": "true"})
    both.merge("configmaps/a", {}, {"force": "x"})


def test_patches_of_status(both: Both) -> None:
    both.post("deployments.apps", deployment())
    both.patch("deployments.apps/a/status", {"status": {"replicas": 3}, "spec": {"replicas": 9}}, MERGE_PATCH)
    both.patch("deployments.apps/a", {"status": {"replicas": 4}}, STRATEGIC)
    condition = {"type": "Available", "status": "True"}
    both.patch("deployments.apps/a/status", {"status": {"conditions": [condition]}}, STRATEGIC)


def test_a_patch_may_not_break_the_rules(both: Both) -> None:
    both.post("deployments.apps", deployment())
    both.merge("deployments.apps/a", {"spec": {"selector": {"matchLabels": {"app": "b"}}}})
    both.merge("deployments.apps/a", {"spec": {"replicas": "x"}})
    both.merge("deployments.apps/a", {"spec": None})


@pytest.mark.parametrize(
    "operations",
    [
        [{"op": "replace", "path": "/spec/paused", "value": {}}, {"op": "add", "path": "/spec/replicas", "value": "1"}],
        [{"op": "add", "path": "/spec/replicas", "value": "1"}, {"op": "replace", "path": "/spec/paused", "value": {}}],
        [{"op": "add", "path": "/spec/strategy", "value": {"type": 1, "rollingUpdate": "x"}}],
        [{"op": "add", "path": "/metadata/managedFields/0", "value": 1.5}],
        [{"op": "add", "path": "/metadata/finalizers", "value": [1.5]}],
        [{"op": "add", "path": "/spec/replicas", "value": 1.5}],
    ],
)
def test_the_first_mistake_of_a_patched_object_is_told(both: Both, operations: Any) -> None:
    both.post("deployments.apps", deployment())
    both.patch("deployments.apps/a", operations, JSON_PATCH)


@pytest.mark.parametrize(
    "body",
    [
        {"metadata": {"labels": {"$patch": "replace", "q": "1"}}},
        {"metadata": {"labels": {"$patch": "delete"}}},
        {"metadata": {"finalizers": ["example.com/a"], "$setElementOrder/finalizers": ["example.com/a"]}},
        {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
        {"spec": {"template": {"spec": {"containers": [{"name": "c", "$patch": "replace", "image": "r"}]}}}},
    ],
)
def test_directives_that_were_followed_are_not_told_with_a_mistake(both: Both, body: Any) -> None:
    both.post("deployments.apps", deployment())
    both.patch("deployments.apps/a", {**body, "unknown": 1}, STRATEGIC, {"fieldValidation": "Strict"})
