"""Routes at a weight: our Services share their part, and the part of others stays what it was."""

import pytest

from fairlead.core.traffic.http_route import backend_names, local_rules, split_rules, unsplit_rules
from tests.unit.core.traffic.rules import Rule, backend, rule, weights

FILTER = [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "A", "value": "b"}]}}]
MATCHES = [{"path": {"type": "PathPrefix", "value": "/cart"}}]


def at(weight_percent: int) -> dict[str, tuple[str, str, int]]:
    return {"front": ("front-old", "front-new", weight_percent)}


@pytest.mark.parametrize("weight_percent", [0, 5, 50, 100])
def test_a_rule_of_ours_alone_is_shared_in_percent(weight_percent: int):
    (shared,) = split_rules([rule(backend("front"))], at(weight_percent))

    assert weights(shared) == {"front-old": 100 - weight_percent, "front-new": weight_percent}


def test_what_a_backend_weighs_that_is_alone_means_nothing():
    (shared,) = split_rules([rule(backend("front", 7000))], at(20))

    assert weights(shared) == {"front-old": 80, "front-new": 20}


def test_a_rule_that_is_switched_off_stays_off():
    (shared,) = split_rules([rule(backend("front", 0))], at(20))
    (back,) = unsplit_rules([shared], at(20))

    assert weights(shared) == {"front-old": 0, "front-new": 0}
    assert weights(back) == {"front": 0}


def test_the_share_of_others_is_kept_exactly():
    (shared,) = split_rules([rule(backend("front", 3), backend("other", 1))], at(20))

    assert weights(shared) == {"front-old": 240, "front-new": 60, "other": 100}


def test_a_backend_of_others_that_gets_nothing_gets_nothing_afterwards():
    rules = [rule(backend("front", 1), backend("other", 0))]

    assert unsplit_rules(split_rules(rules, at(50)), at(50)) == rules


def test_weights_near_the_limit_stay_within_it():
    (shared,) = split_rules([rule(backend("front", 500_000), backend("other", 1_000_000))], at(50))

    assert weights(shared) == {"front-old": 50, "front-new": 50, "other": 200}


def test_weights_near_the_limit_that_have_nothing_in_common_are_rounded_and_nobody_loses_all():
    (shared,) = split_rules([rule(backend("front", 1), backend("other", 999_983))], at(50))

    assert weights(shared) == {"front-old": 50, "front-new": 50, "other": 1_000_000}


def test_rules_that_do_not_lead_to_us_are_left_alone():
    rules = [rule(backend("other")), {"filters": [{"type": "RequestRedirect"}]}]

    assert split_rules(rules, at(50)) == rules
    assert unsplit_rules(rules, at(50)) == rules


def test_everything_else_of_a_rule_and_of_a_backend_is_kept():
    whole = rule(
        backend("front", filters=FILTER), name="cart", matches=MATCHES, filters=FILTER, timeouts={"request": "5s"}
    )

    (shared,) = split_rules([whole], at(50))

    assert {k: v for k, v in shared.items() if k != "backendRefs"} == {
        k: v for k, v in whole.items() if k != "backendRefs"
    }
    assert shared["backendRefs"] == [
        backend("front-old", 50, filters=FILTER),
        backend("front-new", 50, filters=FILTER),
    ]


def test_each_service_has_its_own_weight():
    splits = {**at(5), "cart": ("cart-old", "cart-new", 50)}

    front, cart = split_rules([rule(backend("front")), rule(backend("cart"))], splits)

    assert weights(front) == {"front-old": 95, "front-new": 5}
    assert weights(cart) == {"cart-old": 50, "cart-new": 50}


def test_backends_that_differ_in_more_than_their_weight_are_not_folded_into_one():
    rules = [rule(backend("front", 1), backend("front", 2, filters=FILTER))]

    assert unsplit_rules(split_rules(rules, at(20)), at(20)) == rules


def test_a_weight_that_somebody_edited_keeps_the_shares_they_wrote():
    edited = [rule(backend("front-old", 7), backend("front-new", 2), backend("other", 300))]

    (back,) = unsplit_rules(edited, at(20))

    assert weights(back) == {"front": 9, "other": 300}


def test_a_rule_in_which_somebody_put_the_service_back_beside_its_revisions_is_folded_whole():
    mixed = [rule(backend("front-old", 95), backend("front-new", 5), backend("front", 100))]

    assert unsplit_rules(mixed, at(5)) == [rule(backend("front", 2))]


def test_weights_that_somebody_edited_do_not_add_up_to_more_than_the_limit():
    edited = [rule(backend("front-old", 1_000_000), backend("front-new", 999_999), backend("other", 1))]

    (back,) = unsplit_rules(edited, at(5))

    assert weights(back) == {"front": 1_000_000, "other": 1}


def test_what_others_wrote_twice_stays_there_twice():
    rules = [rule(backend("front", 1), backend("other", 1), backend("other", 1))]

    assert unsplit_rules(split_rules(rules, at(5)), at(5)) == rules


FOREIGN: dict[str, Rule] = {
    "in another namespace": backend("front", 1, namespace="other"),
    "of another group": backend("front", 1, group="serving.knative.dev"),
    "of another kind": backend("front", 1, group="multicluster.x-k8s.io", kind="ServiceImport"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_namesake_is_not_ours(what: str):
    (shared,) = split_rules([rule(backend("front", 1), FOREIGN[what])], at(20))

    assert shared["backendRefs"][2] == {**FOREIGN[what], "weight": 100}
    assert backend_names([rule(FOREIGN[what])]) == frozenset()


def test_the_namespace_of_the_route_itself_is_ours():
    rules = local_rules([rule(backend("front", namespace="shop"), backend("front", namespace="other"))], "shop")

    assert rules == [rule(backend("front"), backend("front", namespace="other"))]
