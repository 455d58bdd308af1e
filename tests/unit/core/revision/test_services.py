"""Which Services lead to one copy, and the Services that revisions have for themselves."""

import pytest

from fairlead.core.revision.services import revision_service
from tests.unit.core.revision.parts import deployment, names, rendered, revision, route, service, the


def copy_of(made, source_name: str = "front") -> str:
    return names(made, "Deployment")[source_name].removeprefix(f"{source_name}-")


def test_a_service_keeps_its_name_and_leads_to_the_copy():
    made = revision(deployment("front"), service("front"))
    stored = the("Service", "front", made)

    assert (stored.name, stored.role) == ("front", "Single")
    assert stored.manifest["spec"]["selector"] == {"app": "front", "fairlead.dev/copy": copy_of(made)}


def shared():
    front, cart = deployment("front"), deployment("cart")
    for manifest in (front, cart):
        manifest["spec"]["template"]["metadata"]["labels"]["tier"] = "web"
    return [front, cart, service("web", {"tier": "web"})]


NOT_JUDGED = {
    "a shared one": (shared(), "Service web leads to several workloads (cart, front): it leads to both revisions"),
    "a headless one": (
        [deployment("front"), service("web", {"app": "front"}, clusterIP="None")],
        "Service web is headless: it leads to both revisions",
    ),
    "one without selector": (
        [deployment("front"), service("web", {})],
        "Service web selects no pods of the Component",
    ),
    "one that leads out of the cluster": (
        [deployment("front"), service("web", {"app": "x"}, type="ExternalName", externalName="shop.example")],
        "Service web selects no pods of the Component",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_JUDGED)
def test_other_services_stay_as_they_are_and_the_plan_says_that_they_are_not_judged(what: str):
    manifests, told = NOT_JUDGED[what]
    made = rendered(*manifests)
    assert made.revision is not None, made.refused

    assert the("Service", "web", made.revision).manifest["spec"] == manifests[-1]["spec"]
    (warning,) = made.warnings
    assert warning.startswith(told)
    assert warning.endswith("not judged")


def test_the_service_of_a_revision_is_a_plain_one():
    front = service("front", type="LoadBalancer", sessionAffinity="ClientIP", externalTrafficPolicy="Local")
    front["spec"]["ports"][0]["nodePort"] = 30080
    front["metadata"] |= {"labels": {"chart": "shop"}, "annotations": {"load-balancer": "big"}}
    made = revision(deployment("front"), front)

    own = revision_service(the("Service", "front", made), "qqqqqqqqqq", component="shop")

    assert own.name == "front-qqqqqqqqqq"
    assert own.manifest == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "front-qqqqqqqqqq",
            "namespace": "shop",
            "labels": {
                "app.kubernetes.io/managed-by": "fairlead",
                "fairlead.dev/component": "shop",
                "fairlead.dev/service": "front",
            },
        },
        "spec": {
            "type": "ClusterIP",
            "selector": {"app": "front", "fairlead.dev/copy": "qqqqqqqqqq"},
            "ports": [{"name": "http", "port": 80, "targetPort": 8080, "appProtocol": "http"}],
        },
    }


def test_services_with_long_names_that_begin_alike_do_not_share_the_service_of_a_revision():
    one, two = "s" + "a" * 60 + "-1", "s" + "a" * 60 + "-2"
    made = revision(deployment("front"), service(one, {"app": "front"}), service(two, {"app": "front"}))

    own = {revision_service(the("Service", s, made), copy_of(made), component="shop").name for s in (one, two)}

    assert len(own) == 2
    assert max(map(len, own)) <= 63


def test_a_route_is_stored_with_the_services_themselves():
    made = revision(deployment("front"), service("front"), route("front", {"name": "front", "port": 80}))

    assert the("HTTPRoute", "front", made).manifest["spec"]["rules"] == [
        {"backendRefs": [{"name": "front", "port": 80}]}
    ]


def test_a_backend_that_repeats_the_namespace_of_its_route_is_known_as_ours():
    backends = [{"name": "front", "namespace": "shop"}, {"name": "front", "namespace": "other"}]
    made = revision(deployment("front"), service("front"), route("front", *backends))

    assert the("HTTPRoute", "front", made).manifest["spec"]["rules"][0]["backendRefs"] == [
        {"name": "front"},
        {"name": "front", "namespace": "other"},
    ]
