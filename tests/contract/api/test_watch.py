"""Watching."""

import pytest

from tests.contract.api.both import STRATEGIC, Both
from tests.contract.api.test_read import METADATA, TABLE
from tests.contract.api.things import config_map, pod


def test_a_watch_tells_every_change(both: Both) -> None:
    made = both.post("configmaps", config_map("old"))
    watch = both.watch("configmaps", {"resourceVersion": made.version})
    both.post("configmaps", config_map("a"))
    both.put("configmaps/a", config_map("a", data={"k": "2"}))
    both.put("configmaps/a", config_map("a", data={"k": "2"}))
    both.delete("configmaps/a")
    assert [event["type"] for event in watch.take()] == ["ADDED", "MODIFIED", "DELETED"]


def test_a_watch_from_nowhere_begins_with_what_is_there(both: Both) -> None:
    both.post("configmaps", config_map("a"))
    both.post("configmaps", config_map("b"))
    watch = both.watch("configmaps")
    assert len(watch.take()) == 2
    both.delete("configmaps/a")
    assert len(watch.take()) == 1


@pytest.mark.parametrize("version", ["0", ""])
def test_a_watch_from_any_version(both: Both, version: str) -> None:
    both.post("configmaps", config_map("a"))
    both.get("configmaps")
    assert both.watch("configmaps", {"resourceVersion": version}).take()


def test_a_watch_from_the_past_tells_what_was(both: Both) -> None:
    first = both.post("configmaps", config_map("a"))
    both.put("configmaps/a", config_map("a", data={"k": "2"}))
    both.put("configmaps/a", config_map("a", data={"k": "3"}))
    watch = both.watch("configmaps", {"resourceVersion": first.version})
    assert [event["object"]["data"]["k"] for event in watch.take()] == ["2", "3"]


@pytest.mark.parametrize("version", ["x", "-1", "99999999"])
def test_a_version_that_never_was(both: Both, version: str) -> None:
    both.watch("configmaps", {"resourceVersion": version, "timeoutSeconds": "1"}).take()


def test_a_selector_turns_a_change_into_coming_and_going(both: Both) -> None:
    made = both.post("configmaps", config_map("a", labels={"x": "1"}))
    watch = both.watch("configmaps", {"resourceVersion": made.version, "labelSelector": "x=2"})
    for label in ("2", "2", "1", "3"):
        both.put("configmaps/a", config_map("a", {"k": label}, labels={"x": label}))
    both.put("configmaps/a", config_map("a", {"k": "again"}, labels={"x": "2"}))
    both.put("configmaps/a", config_map("a", {"k": "more"}, labels={"x": "2"}))
    both.delete("configmaps/a")
    assert [event["type"] for event in watch.take()] == ["ADDED", "DELETED", "ADDED", "MODIFIED", "DELETED"]


def test_a_field_selector_does_too(both: Both) -> None:
    made = both.post("pods", pod("a"))
    watch = both.watch("pods", {"resourceVersion": made.version, "fieldSelector": "spec.nodeName=n"})
    both.post("pods/a/binding", {"target": {"kind": "Node", "name": "n"}, "metadata": {"name": "a"}})
    both.post("pods", pod("b", nodeName="m"))
    both.delete("pods/a", {"gracePeriodSeconds": 0})
    assert watch.take()


def test_one_object_is_watched_by_its_name(both: Both) -> None:
    made = both.post("configmaps", config_map("a"))
    both.post("configmaps", config_map("b"))
    watch = both.watch("configmaps", {"resourceVersion": made.version, "fieldSelector": "metadata.name=b"})
    single = both.watch("/api/v1/watch/namespaces/{ns}/configmaps/b", {"resourceVersion": made.version})
    both.delete("configmaps/a")
    both.delete("configmaps/b")
    assert len(watch.take()) == 2
    single.take()


def test_all_namespaces(both: Both) -> None:
    made = both.post("configmaps", config_map("a"))
    watch = both.watch("/api/v1/configmaps", {"resourceVersion": made.version})
    both.post("configmaps", config_map("b"))
    watch.take()


def test_initial_events_end_with_a_bookmark(both: Both) -> None:
    both.post("configmaps", config_map("a"))
    query = {
        "sendInitialEvents": "true",
        "allowWatchBookmarks": "true",
        "resourceVersionMatch": "NotOlderThan",
        "resourceVersion": "",
    }
    watch = both.watch("configmaps", query)
    assert [event["type"] for event in watch.take()] == ["ADDED", "BOOKMARK"]
    both.post("configmaps", config_map("b"))
    assert [event["type"] for event in watch.take()] == ["ADDED"]


@pytest.mark.parametrize(
    "query",
    [
        {"sendInitialEvents": "true"},
        {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"},
        {"sendInitialEvents": "true", "resourceVersionMatch": "Exact", "allowWatchBookmarks": "true"},
        {"resourceVersionMatch": "NotOlderThan"},
        {"sendInitialEvents": "x"},
        {"limit": "1"},
        {"continue": "x"},
        {"timeoutSeconds": "x"},
        {"labelSelector": "=="},
        {"fieldSelector": "spec.x=1"},
    ],
)
def test_a_watch_that_was_asked_wrongly(both: Both, query: dict[str, str]) -> None:
    both.post("configmaps", config_map("a"))
    both.watch("configmaps", query).take()


@pytest.mark.parametrize("accept", [TABLE, METADATA])
def test_other_forms_of_events(both: Both, accept: str) -> None:
    made = both.post("configmaps", config_map("a"))
    watch = both.watch("configmaps", {"resourceVersion": made.version}, accept=accept)
    both.post("configmaps", config_map("b"))
    both.patch("configmaps/b", {"data": {"k": "2"}}, STRATEGIC)
    assert watch.take()


def test_a_deletion_that_waits_is_a_change(both: Both) -> None:
    made = both.post("configmaps", config_map("a", finalizers=["example.com/x"]))
    watch = both.watch("configmaps", {"resourceVersion": made.version})
    both.delete("configmaps/a")
    both.merge("configmaps/a", {"metadata": {"finalizers": None}})
    assert [event["type"] for event in watch.take()] == ["MODIFIED", "DELETED"]


def test_a_watch_ends_when_its_time_is_over(both: Both) -> None:
    made = both.post("configmaps", config_map("a"))
    watch = both.watch("configmaps", {"resourceVersion": made.version, "timeoutSeconds": "1"})
    assert watch.ends() == []


def test_get_with_watch_of_one_object(both: Both) -> None:
    made = both.post("configmaps", config_map("a"))
    watch = both.watch("configmaps/a", {"resourceVersion": made.version})
    both.put("configmaps/a", config_map("a", data={"k": "2"}))
    watch.take()
