"""Patches of routes and Services: only what differs, and only if nobody was faster."""

import pytest

from fairlead.core.traffic.http_route import json_patch, replace_rules, split_rules
from fairlead.core.traffic.service_switch import service_patch
from tests.unit.core.traffic.rules import Rule, backend, rule, stored

CART = [{"path": {"type": "PathPrefix", "value": "/cart"}}]
SPLITS = {"front": ("front-old", "front-new", 20)}
UNCHANGED = {"op": "test", "path": "/metadata/resourceVersion", "value": "7"}


def test_in_a_route_of_others_only_our_backends_change_each_under_a_test_of_its_rule():
    live = stored([rule(backend("cart"), matches=CART), rule(backend("front"), name="front")])

    assert json_patch(live, split_rules(live, SPLITS), "7") == [
        UNCHANGED,
        {"op": "test", "path": "/spec/rules/1/name", "value": "front"},
        {"op": "test", "path": "/spec/rules/1/matches", "value": live[1]["matches"]},
        {
            "op": "replace",
            "path": "/spec/rules/1/backendRefs",
            "value": split_rules(live, SPLITS)[1]["backendRefs"],
        },
    ]


def test_a_route_of_ours_is_replaced_whole():
    wanted = [rule(backend("front"), matches=CART)]

    assert replace_rules(stored([rule(backend("front"))]), wanted, "7") == [
        UNCHANGED,
        {"op": "add", "path": "/spec/rules", "value": wanted},
    ]


def test_nothing_is_written_where_nothing_differs():
    live = stored(split_rules([rule(backend("front"), matches=CART)], SPLITS))

    assert json_patch(live, live, "7") == []
    assert replace_rules(live, split_rules([rule(backend("front"), matches=CART)], SPLITS), "7") == []


SAME: dict[str, tuple[Rule, Rule]] = {
    "a rule without matches": (rule(backend("front")), rule(backend("front"), matches=[{}])),
    "a redirect without a code": (
        rule(filters=[{"type": "RequestRedirect", "requestRedirect": {}}]),
        rule(filters=[{"type": "RequestRedirect", "requestRedirect": {"statusCode": 302}}]),
    ),
    "a mirror": (
        rule(filters=[{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "m"}}}]),
        rule(
            filters=[
                {
                    "type": "RequestMirror",
                    "requestMirror": {"backendRef": {"name": "m", "kind": "Service", "group": ""}},
                }
            ]
        ),
    ),
    "a part of the requests": (
        rule(filters=[{"requestMirror": {"fraction": {"numerator": 5}}}]),
        rule(filters=[{"requestMirror": {"fraction": {"numerator": 5, "denominator": 100}}}]),
    ),
    "a header": (
        rule(matches=[{"headers": [{"name": "a", "value": "b"}]}]),
        rule(matches=[{"headers": [{"name": "a", "value": "b", "type": "Exact"}]}]),
    ),
    "an empty list": (rule(backend("front"), filters=[]), rule(backend("front"))),
    "a default of a later version": (
        rule(backend("front")),
        rule(backend("front", fromTheFuture="yes"), alsoFromTheFuture={"a": 1}),
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_what_the_api_server_fills_in_is_no_difference(what: str):
    wanted, live = SAME[what]

    assert replace_rules(stored([live]), [wanted], "7") == []


METHOD = {"path": {"type": "PathPrefix", "value": "/"}, "method": "GET"}
DIFFERENT: dict[str, tuple[Rule, Rule]] = {
    "a match that is gone": (rule(backend("front"), matches=[{}]), rule(backend("front"), matches=[METHOD])),
    "a filter that is gone": (
        rule(backend("front")),
        rule(backend("front"), filters=[{"type": "ExtensionRef"}]),
    ),
    "a filter of a backend that is gone": (rule(backend("front")), rule(backend("front", filters=[{"type": "X"}]))),
    "a timeout that is gone": (
        rule(backend("front"), timeouts={"request": "5s"}),
        rule(backend("front"), timeouts={"request": "5s", "backendRequest": "1s"}),
    ),
    "a weight": (rule(backend("front", 2)), rule(backend("front"))),
    "a weight that is gone": (rule(backend("front")), rule(backend("front", 0))),
    "a port": (rule(backend("front")), rule(backend("front", port=81))),
    "another kind of path": (
        rule(backend("front"), matches=[{"path": {"value": "/"}}]),
        rule(backend("front"), matches=[{"path": {"value": "/", "type": "Exact"}}]),
    ),
    "one backend more": (rule(backend("front")), rule(backend("front"), backend("other"))),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_what_is_wanted_otherwise_is_written(what: str):
    wanted, live = DIFFERENT[what]

    assert replace_rules(stored([live]), [wanted], "7")


def test_a_route_without_rules_has_the_one_that_the_api_server_gives_it():
    assert replace_rules([{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}]}], [], "7") == []


def test_one_rule_more_or_less_is_written():
    one, two = [rule(backend("front"))], [rule(backend("front")), rule(backend("front"), matches=CART)]

    assert replace_rules(stored(one), two, "7")
    assert replace_rules(stored(two), one, "7")


def test_a_service_is_switched_in_one_write_with_selector_and_ports():
    spec = {"type": "NodePort", "selector": {"app": "front", "fairlead.dev/copy": "new"}, "ports": [{"port": 80}]}

    assert service_patch("7", spec) == [
        UNCHANGED,
        {"op": "add", "path": "/spec/selector", "value": spec["selector"]},
        {"op": "add", "path": "/spec/ports", "value": spec["ports"]},
    ]
