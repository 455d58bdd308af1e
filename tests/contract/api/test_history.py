"""What is forgotten, what is yet to come, and what a watch is told by the clock alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.api.both import Both, Pair
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated
from tests.contract.api.test_custom import DEFINITIONS, definition
from tests.contract.api.test_read import METADATA, TABLE
from tests.contract.api.things import config_map

PASTS = "/apis/types.example/v1/namespaces/{ns}/pasts"
# Events are in no cache of the real one.
RESOURCES = ("configmaps", "events", PASTS)
INITIAL = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}


def made(resource: str, name: str) -> dict[str, Any]:
    """A small object of one of the resources."""
    if resource == "configmaps":
        return config_map(name)
    if resource == "events":
        return {"metadata": {"name": name, "namespace": "{ns}"}, "involvedObject": {"namespace": "{ns}", "name": "x"}}
    return {"apiVersion": "types.example/v1", "kind": "Past", "metadata": {"name": name}, "spec": {"n": 2}}


class Past:
    """A namespace in which things happened, of which both servers have forgotten all but the last."""

    def __init__(self, both: Both) -> None:
        self.both = both
        both.post(DEFINITIONS, definition("pasts"))
        both.until_served(PASTS)
        self.first: dict[str, str] = {}
        self.token: dict[str, str] = {}
        for resource in RESOURCES:
            self.first[resource] = both.post(resource, made(resource, "a")).version
            for name in "bcd":
                both.post(resource, made(resource, name))
            self.token[resource] = both.get(resource, {"limit": 2})["metadata.continue"]
            both.delete(f"{resource}/c")
        both.compact()
        both.until_served(PASTS)


@pytest.fixture(scope="module")
def past(servers: tuple[Real, Simulated]) -> Iterator[Past]:
    """One for all cases: the real server is begun anew for it."""
    both = Both(*servers).enter()
    yield Past(both)
    both.leave()


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_list_of_what_is_forgotten(past: Past, resource: str) -> None:
    old = {"resourceVersion": past.first[resource]}
    assert past.both.get(resource, {**old, "resourceVersionMatch": "Exact"}).status == 410
    assert past.both.get(resource, {**old, "limit": 1}).status == 410
    assert past.both.get(resource, {**old, "resourceVersionMatch": "NotOlderThan"}).status == 200
    assert past.both.get(resource, old).status == 200
    assert past.both.get(f"{resource}/a", old).status == 200
    past.both.get(resource, {"resourceVersion": "0", "limit": 1})


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_token_that_has_expired_brings_another(past: Past, resource: str) -> None:
    expired = past.both.get(resource, {"limit": 1, "continue": past.token[resource]})
    assert expired.status == 410
    query = {"limit": 1, "continue": expired["metadata.continue"]}
    assert [item["metadata"]["name"] for item in past.both.get(resource, query).real["items"]] == ["d"]


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_watch_from_what_is_forgotten(past: Past, resource: str) -> None:
    events = past.both.watch(resource, {"resourceVersion": past.first[resource]}).ends()
    assert [(event["type"], event["object"]["code"]) for event in events] == [("ERROR", 410)]


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_watch_from_now_on_goes_on(past: Past, resource: str) -> None:
    version = past.both.get(resource).version
    watch = past.both.watch(resource, {"resourceVersion": version})
    past.both.delete(f"{resource}/b")
    assert [event["type"] for event in watch.take()] == ["DELETED"]


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_watch_that_begins_with_what_is_there_needs_no_past(past: Past, resource: str) -> None:
    query = {**INITIAL, "allowWatchBookmarks": "true", "resourceVersion": past.first[resource]}
    assert past.both.watch(resource, query).take()[-1]["type"] == "BOOKMARK"


@pytest.mark.parametrize("resource", ["configmaps", "events"])
@pytest.mark.parametrize("match", ["Exact", "NotOlderThan"])
def test_a_list_of_the_future(both: Both, resource: str, match: str) -> None:
    # The cache waits for it: three seconds of the case.
    query = {"resourceVersion": "99999999", "resourceVersionMatch": match, "timeoutSeconds": 1}
    assert both.get(resource, query).status == 504


def test_an_object_of_the_future(both: Both) -> None:
    both.post("events", made("events", "a"))
    assert both.get("events/a", {"resourceVersion": "99999999"}).status == 504


def test_a_watch_of_the_future_waits_until_it_has_come(both: Both) -> None:
    made = both.post("configmaps", config_map("a"))
    later = both.keep(Pair(*(str(int(version) + 2) for version in both.value(made.version))))
    watch = both.watch("configmaps", {"resourceVersion": later})
    for name in "bcd":
        both.post("configmaps", config_map(name))
    assert [event["object"]["metadata"]["name"] for event in watch.take()] == ["d"]


def test_initial_events_of_the_future(both: Both) -> None:
    query = {**INITIAL, "allowWatchBookmarks": "true", "resourceVersion": "99999999"}
    assert [event["type"] for event in both.watch("configmaps", query).ends()] == ["ERROR"]


@pytest.mark.parametrize(
    ("resource", "bookmarks", "bookmarked"),
    [("configmaps", "true", ["BOOKMARK"]), ("configmaps", "false", []), ("events", "true", [])],
)
def test_a_bookmark_comes_shortly_before_the_end(
    both: Both, resource: str, bookmarks: str, bookmarked: list[str]
) -> None:
    version = both.post(resource, made(resource, "a")).version
    watch = both.watch(resource, {"resourceVersion": version, "allowWatchBookmarks": bookmarks, "timeoutSeconds": 4})
    both.post(resource, made(resource, "b"))
    events = watch.ends()
    assert [event["type"] for event in events] == ["ADDED", *bookmarked]


@pytest.mark.parametrize("bookmarks", ["true", "false"])
def test_initial_events_are_followed_by_bookmarks_that_were_asked_for(both: Both, bookmarks: str) -> None:
    both.post("configmaps", config_map("a"))
    query = {**INITIAL, "resourceVersion": "", "allowWatchBookmarks": bookmarks, "timeoutSeconds": 4}
    types = [event["type"] for event in both.watch("configmaps", query).ends()]
    # With nothing new, there is nothing to be said before the end.
    assert types == ["ADDED", *(["BOOKMARK"] if bookmarks == "true" else [])]


@pytest.mark.parametrize("accept", [TABLE, METADATA])
@pytest.mark.parametrize("resource", ["configmaps", "pods", "statefulsets.apps", "daemonsets.apps", PASTS])
def test_other_forms_of_bookmarks(past: Past, resource: str, accept: str) -> None:
    query = {**INITIAL, "resourceVersion": "", "allowWatchBookmarks": "true"}
    assert past.both.watch(resource, query, accept=accept).take()[-1]["type"] == "BOOKMARK"


@pytest.mark.parametrize(
    "resource",
    [
        *("services", "pods", "serviceaccounts", "events", "persistentvolumeclaims", "replicationcontrollers"),
        *("deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch"),
        *("cronjobs.batch", "horizontalpodautoscalers.autoscaling", "poddisruptionbudgets.policy"),
        *("networkpolicies.networking", "ingresses.networking", "roles.rbac", "rolebindings.rbac"),
        *("leases.coordination", "endpointslices.discovery", "/api/v1/nodes", "/api/v1/persistentvolumes"),
    ],
)
def test_a_bookmark_is_an_empty_object(both: Both, resource: str) -> None:
    query = {**INITIAL, "resourceVersion": "", "allowWatchBookmarks": "true", "labelSelector": "none=none"}
    assert len(both.watch(resource, query).take()) == 1


def test_a_changed_definition_ends_its_watches_and_forgets(both: Both) -> None:
    changes = "/apis/types.example/v1/namespaces/{ns}/changes"
    changing = {"apiVersion": "types.example/v1", "kind": "Change", "metadata": {"name": "a"}, "spec": {"n": 2}}
    before = both.post("configmaps", config_map("before")).version
    both.post(DEFINITIONS, definition("changes"))
    both.until_served(changes)
    assert both.watch(changes, {"resourceVersion": before}).ends()[0]["object"]["code"] == 410
    version = both.post(changes, changing).version
    watch = both.watch(changes, {"resourceVersion": version})
    both.merge(f"{DEFINITIONS}/changes.types.example", {"metadata": {"labels": {"x": "y"}}})
    both.merge(f"{changes}/a", {"metadata": {"labels": {"x": "y"}}})
    assert len(watch.take()) == 1
    both.merge(f"{DEFINITIONS}/changes.types.example", {"spec": {"names": {"shortNames": ["chg"]}}})
    assert watch.ends() == []
    both.until_served(changes)
    assert both.watch(changes, {"resourceVersion": version}).ends()[0]["object"]["code"] == 410
    assert len(both.watch(changes).take()) == 1


def test_a_definition_that_goes_ends_its_watches(both: Both) -> None:
    goings = "/apis/types.example/v1/namespaces/{ns}/goings"
    both.post(DEFINITIONS, definition("goings"))
    both.until_served(goings)
    watch = both.watch(goings)
    both.delete(f"{DEFINITIONS}/goings.types.example")
    assert watch.ends() == []
