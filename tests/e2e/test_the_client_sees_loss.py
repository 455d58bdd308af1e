"""A client that cannot see loss proves nothing when it sees none."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.e2e import sample
from tests.e2e.load import Load, Summary
from tests.e2e.namespace import Namespace
from tests.until import until

Users = Callable[..., Load]


def serving(namespace: Namespace, load: Users, env: Mapping[str, str] | None = None) -> Load:
    """Version v1 serves, and users come at 200 requests/s."""
    namespace.apply(
        sample.deployment("v1", "v1", env),
        sample.service("shop", app="v1"),
        sample.route("shop", namespace.host, to_service="shop"),
    )
    namespace.wait_for_rollout("v1")
    # The gateway has the route some time after the API server.
    first = load(namespace.host, rate=20)
    first.wait_for_version("v1")
    first.stop()
    users = load(namespace.host, rate=200)
    users.wait_for_requests(200)
    return users


def replace_the_pods(namespace: Namespace, users: Load) -> Summary:
    """Replace the pods of v1 by pods that say v2, as every Deployment does it, under load."""

    def to_v2(template: dict[str, Any]) -> None:
        [version] = (each for each in template["spec"]["containers"][0]["env"] if each["name"] == "VERSION")
        version["value"] = "v2"

    namespace.edit_template("v1", to_v2)
    namespace.wait_for_rollout("v1")
    until("the pods before are gone", lambda: len(namespace.list("pods", "app=v1")) == 2)
    users.wait_for_requests(200)
    return users.stop()


def test_a_service_that_is_switched_before_its_endpoints_are_ready_loses_requests(namespace, load):
    users = serving(namespace, load)

    namespace.apply(sample.deployment("v2", "v2"), sample.service("shop", app="v2"))
    users.wait_for_version("v2")
    summary = users.stop()

    print(summary)
    assert summary.lost > 0
    assert summary.versions.keys() == {"v1", "v2"}


def test_pods_that_die_at_once_lose_the_requests_under_way(namespace, load):
    summary = replace_the_pods(namespace, serving(namespace, load, {"GRACEFUL": "false"}))

    print(summary)
    assert summary.lost > 0
    assert summary.versions.keys() == {"v1", "v2"}


def test_pods_that_drain_lose_nothing(namespace, load):
    summary = replace_the_pods(namespace, serving(namespace, load))

    print(summary)
    assert summary.lost == 0, summary.why
    assert summary.bad == 0
    assert summary.versions.keys() == {"v1", "v2"}
