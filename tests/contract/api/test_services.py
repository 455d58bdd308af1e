"""Services that change their type, and what load balancers report of them."""

from typing import Any

import pytest

from tests.contract.api.both import APPLY, JSON_PATCH, Both
from tests.contract.api.things import Object, service

OUTSIDE: dict[str, Any] = {"type": "ExternalName", "externalName": "a.example"}
POLICY = "/spec/internalTrafficPolicy"


def test_a_service_that_leads_outside_keeps_its_internal_policy_and_does_not_show_it(both: Both) -> None:
    both.post("services", service(internalTrafficPolicy="Local"), {"fieldManager": "one"})
    both.merge("services/a", {"spec": OUTSIDE}, {"fieldManager": "two"})
    both.get("services/a")
    both.get("services")
    both.patch("services/a", [{"op": "test", "path": POLICY, "value": "Local"}], JSON_PATCH)
    both.merge("services/a", {"spec": {"type": "NodePort", "externalName": None}}, {"fieldManager": "three"})


def test_a_watch_begins_with_the_policy_that_is_not_shown(both: Both) -> None:
    both.post("services", service(**OUTSIDE, internalTrafficPolicy="Local"))
    both.watch("services").take()
    both.get("services", {"resourceVersion": "0"})


def test_the_status_of_a_service_that_leads_outside_comes_with_all_that_is_stored(both: Both) -> None:
    both.post("services", service(**OUTSIDE, internalTrafficPolicy="Local"))
    both.get("services/a/status")
    both.merge("services/a/status", {"status": {"loadBalancer": {}}})
    both.merge("services/a/status", {"status": {"conditions": None}, "metadata": {"labels": {"a": "b"}}})
    both.get("services/a/status", accept="application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")


def test_who_applies_a_service_that_leads_outside_owns_the_policy_that_is_not_shown(both: Both) -> None:
    both.apply("services/a", service(**OUTSIDE, internalTrafficPolicy="Local"))
    both.apply("services/a", service(**OUTSIDE, internalTrafficPolicy="Cluster"), "other")
    both.apply("services/a", service(**OUTSIDE, internalTrafficPolicy="Cluster"), "other", force=True)
    both.put("services/a", service(**OUTSIDE), {"fieldManager": "third"})
    both.put("services/a", service(), {"fieldManager": "third"})


def test_a_service_that_only_ever_led_outside_has_the_policy_that_it_was_given(both: Both) -> None:
    both.post("services", service(**OUTSIDE, internalTrafficPolicy="Local"), {"dryRun": "All"})
    both.post("services", service(**OUTSIDE, internalTrafficPolicy="Local"))
    both.merge("services/a", {"spec": {"type": "ClusterIP", "externalName": None}})
    both.merge("services/a", {"spec": OUTSIDE, "metadata": {"finalizers": ["example.com/x"]}})
    both.delete("services/a", {"dryRun": ["All"]})
    both.delete("services/a")
    both.delete("services/a")


@pytest.mark.parametrize(
    "ingress",
    [
        [{"ip": "1.1.1.1"}, {"hostname": "a.example"}],
        [{"ip": "1.1.1.1", "ipMode": "Proxy"}, {"ip": "1.1.1.1", "ipMode": "Else"}, {"ipMode": "VIP"}],
        [{"ip": "one", "hostname": "1.1.1.1"}, {"hostname": "a_b"}, {}],
    ],
)
@pytest.mark.parametrize("type_", ["LoadBalancer", "NodePort"])
def test_a_load_balancer_reports_where_it_is(both: Both, type_: str, ingress: list[dict[str, Any]]) -> None:
    both.post("services", service(type=type_))
    both.merge("services/a/status", {"status": {"loadBalancer": {"ingress": ingress}}})


@pytest.mark.parametrize("type_", ["LoadBalancer", "NodePort"])
def test_the_mode_of_an_address_follows_from_the_type_that_was_sent(both: Both, type_: str) -> None:
    both.post("services", service(type="LoadBalancer"))
    reported = {"status": {"loadBalancer": {"ingress": [{"ip": "1.1.1.1"}]}}}
    body = {**service(type=type_), **reported}
    both.patch("services/a/status", body, APPLY, {"fieldManager": "m", "force": "true"})
    both.put("services/a/status", body)


def endpoints(name: str = "a", **metadata: Any) -> Object:
    subsets = [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, **metadata}, "subsets": subsets}


def test_the_endpoints_of_a_service_go_with_it(both: Both) -> None:
    for name in "ab":
        both.post("services", service(name))
        both.post("endpoints", endpoints(name))
    watched = both.watch("endpoints")
    both.delete("services/a", {"dryRun": ["All"]})
    both.get("endpoints/a")
    both.delete("services/a")
    both.get("endpoints/a")
    both.delete("endpoints/a")
    both.get("endpoints")
    both.delete("services")
    both.get("endpoints")
    watched.take()


def test_endpoints_go_when_the_last_finalizer_of_their_service_does(both: Both) -> None:
    both.post("services", {**service(), "metadata": {"name": "a", "finalizers": ["example.com/x"]}})
    both.post("endpoints", endpoints(finalizers=["example.com/y"]))
    both.delete("services/a")
    both.get("endpoints/a")
    both.merge("services/a", {"metadata": {"finalizers": None}})
    both.get("endpoints/a")
    both.post("services", service())
    both.delete("services/a")
    both.get("endpoints/a")
    both.merge("endpoints/a", {"metadata": {"finalizers": None}})
    both.get("endpoints/a")
