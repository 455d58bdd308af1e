"""A custom resource with every form of list and map: what is refused of it, and when it gets a new version."""

from typing import Any

import pytest

from tests.contract.api.agreement import kinds
from tests.contract.api.both import Both

Object = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def _known(servers: tuple[Any, Any]) -> None:
    """Both know the definition."""
    kinds.install(Both(*servers).enter())


def shape(spec: Any = None, status: Any = None, version: str = "v1", **metadata: Any) -> Object:
    parts = {name: part for name, part in (("spec", spec), ("status", status)) if part is not None}
    named = {"apiVersion": f"agreement.example.com/{version}", "kind": "Shape", "metadata": {"name": "a", **metadata}}
    return named | parts


@pytest.mark.parametrize(
    "metadata", [{"labels": {}}, {"finalizers": []}, {"annotations": None}, {"labels": {"x": "y"}}]
)
def test_empty_parts_of_an_applied_object_are_gone_with_the_next_write(both: Both, metadata: Object) -> None:
    both.apply("shapes.agreement/a", shape({"text": "x"}, **metadata))
    both.merge("shapes.agreement/a", {})
    both.merge("shapes.agreement/a", {})


def test_a_deletion_writes_what_an_apply_left_too(both: Both) -> None:
    both.apply("shapes.agreement/a", shape({"text": "x"}, labels={}, finalizers=["example.com/a"]))
    both.delete("shapes.agreement/a")
    both.apply("shapes.agreement/a", shape({"text": "x"}, labels={}, finalizers=["example.com/a"]))
    both.delete("shapes.agreement/a")
    both.get("shapes.agreement/a")


def test_a_null_that_is_not_kept_is_a_change(both: Both) -> None:
    both.apply("shapes.agreement/a", shape({"text": "x", "any": [1]}))
    both.apply("shapes.agreement/a", shape({"text": "x", "any": None}))
    both.apply("shapes.agreement/a", shape({"text": "x", "any": None}))
    both.get("shapes.agreement/a")
    both.merge("shapes.agreement/a", {"spec": {"text": "y"}})


def test_a_null_is_told_with_the_end_of_an_object(both: Both) -> None:
    both.apply("shapes.agreement/a", shape({"any": [1]}, finalizers=["example.com/a"]))
    both.delete("shapes.agreement/a")
    both.apply("shapes.agreement/a", shape({"any": None}))
    both.get("shapes.agreement/a")


@pytest.mark.parametrize(
    "status",
    [
        "x",
        [],
        {"replicas": "x"},
        {"replicas": 1.5},
        {"replicas": -1},
        {"replicas": None},
        {"conditions": {}},
        {"conditions": [None]},
        {"conditions": [{"status": "True"}]},
        {"conditions": [{"type": 1}]},
        {"conditions": [{"type": "A"}, {"type": "A"}]},
    ],
)
def test_a_status_is_checked_alone(both: Both, status: Any) -> None:
    made = both.post("shapes.agreement", shape({"text": "x"}))
    both.merge("shapes.agreement/a/status", {"status": status})
    both.put("shapes.agreement/a/status", made.changed({"status": status}))


def test_a_status_of_which_nothing_is_left_is_refused(both: Both) -> None:
    both.post("shapes.agreement", shape({"text": "x"}))
    both.apply("shapes.agreement/a/status", shape(status={"replicas": 1}))
    both.apply("shapes.agreement/a/status", shape(status={}))
    both.apply("shapes.agreement/a/status", shape())


@pytest.mark.parametrize(
    "spec",
    [
        "x",
        {"map": [None]},
        {"map": [None, None]},
        {"map": ["x", "y"]},
        {"map": [{"name": "a"}, {"name": "a"}, {"name": "a"}]},
        {"map": [{"name": "a", "inner": [None]}]},
        {"map": [{}, {}]},
        {"twoKeys": [None, {"port": 1}, {"port": 1, "protocol": "TCP"}]},
        {"set": [None, None]},
        {"set": ["a", "a", "a"]},
        {"numbers": [1, 1.5, 1, 1.5]},
        {"plain": ["a", "a"]},
        {"atomic": [{"a": "b"}, {"a": "b"}]},
    ],
)
def test_items_are_told_apart(both: Both, spec: Any) -> None:
    both.post("shapes.agreement", shape(spec))
    both.post("shapes.agreement", shape({"text": "x"}))
    both.merge("shapes.agreement/a", {"spec": spec})


def test_finalizers_without_a_domain_are_warned_of(both: Both) -> None:
    both.post("shapes.agreement", shape({"text": "x"}, finalizers=["b", "a.example"]))
    both.merge("shapes.agreement/a", {"metadata": {"finalizers": ["b", "a.example", "c", "orphan", "d.example/e"]}})
    both.merge("shapes.agreement/a/status", {"status": {"replicas": 1}})
    both.delete("shapes.agreement/a")
    both.apply("shapes.agreement/a", shape({"text": "x"}, finalizers=[], labels=None), force=True)
    both.merge("shapes.agreement/a", {"metadata": {"finalizers": None}})


def test_a_write_of_the_scale_keeps_the_managers_of_every_version(both: Both) -> None:
    both.apply("shapes.agreement/a", shape({"text": "x"}), "one")
    both.apply("shapes.agreement-v2/a", shape({"replicas": 1, "nullable": "x"}, version="v2"), "two")
    both.merge("shapes.agreement/a/scale", {"spec": {"replicas": 1}})
    both.get("shapes.agreement/a")
    both.merge("shapes.agreement-v2/a/scale", {"spec": {"replicas": 2}})
    both.get("shapes.agreement/a")


def test_a_status_takes_what_it_leaves_alone_from_managers_of_another_version(both: Both) -> None:
    both.apply("shapes.agreement/a", shape({"text": "x", "replicas": 1}), "one")
    both.apply("shapes.agreement-v2/a", shape({"text": "x", "nullable": "x"}, version="v2"), "two")
    body = {**shape({"text": "y", "nullable": "y"}), "status": {"replicas": 1}}
    both.apply("shapes.agreement/a/status", body, "three")
    both.apply("shapes.agreement/a/status", body, "three", force=True)
    both.get("shapes.agreement/a")


def test_a_default_of_another_version_is_not_written_by_an_apply(both: Both) -> None:
    route = {"kind": "HTTPRoute", "metadata": {"name": "a"}, "spec": {"rules": [{}]}}
    both.post("httproutes.gateway", {"apiVersion": "gateway.networking.k8s.io/v1", **route})
    beta = {"apiVersion": "gateway.networking.k8s.io/v1beta1", **route}
    both.apply("httproutes.gateway-v1beta1/a", beta, "two")
    both.apply("httproutes.gateway-v1beta1/a", beta, "two", force=True)


def test_what_is_stored_in_another_version_has_no_empty_parts(both: Both) -> None:
    both.apply("shapes.agreement-v2/a", shape({"text": "x", "any": None}, version="v2", labels={}))
    both.merge("shapes.agreement-v2/a", {})
    both.merge("shapes.agreement/a", {})
