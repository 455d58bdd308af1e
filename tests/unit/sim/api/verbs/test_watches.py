import json

from tests.unit.sim.api.verbs.asking import Asking, config_map, seen


def test_a_watch_begins_with_what_is_there_and_goes_on():
    asking = Asking()
    asking.create("configmaps", config_map("b"))
    asking.create("configmaps", config_map("a"))
    watch = asking.watch("configmaps?watch=1")
    assert seen(watch) == [("ADDED", "a"), ("ADDED", "b")]
    asking.merge("configmaps/b", {"data": {"k": "w"}})
    asking.delete("configmaps/a")
    assert seen(watch) == [("MODIFIED", "b"), ("DELETED", "a")]
    assert seen(watch) == []


def test_a_watch_from_a_version_sees_what_came_after_it():
    asking = Asking()
    version = asking.create("configmaps", config_map("a"))["metadata"]["resourceVersion"]
    asking.create("configmaps", config_map("b"))
    assert seen(asking.watch(f"configmaps?watch=1&resourceVersion={version}")) == [("ADDED", "b")]


def test_a_selector_turns_changes_into_coming_and_going():
    asking = Asking()
    asking.create("configmaps", config_map("a"))
    watch = asking.watch("configmaps?watch=1&labelSelector=on%3Dyes")
    asking.merge("configmaps/a", {"metadata": {"labels": {"on": "yes"}}})
    asking.merge("configmaps/a", {"data": {"k": "w"}})
    asking.merge("configmaps/a", {"metadata": {"labels": None}})
    asking.merge("configmaps/a", {"data": {"k": "x"}})
    assert seen(watch) == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]


def test_a_deleted_object_is_told_with_the_version_of_its_end():
    asking = Asking()
    version = asking.create("configmaps", config_map("a"))["metadata"]["resourceVersion"]
    watch = asking.watch("configmaps?watch=1")
    asking.delete("configmaps/a")
    last = json.loads(watch.take()[-1])
    assert int(last["object"]["metadata"]["resourceVersion"]) == int(version) + 1


def test_a_watch_of_a_namespace_does_not_see_others():
    asking = Asking()
    watch = asking.watch("configmaps?watch=1")
    everywhere = asking.watch("/api/v1/configmaps?watch=1")
    asking.create("/api/v1/namespaces/kube-system/configmaps", config_map("a"))
    assert seen(watch) == []
    assert seen(everywhere) == [("ADDED", "a")]


def test_what_is_forgotten_cannot_be_watched():
    asking = Asking()
    version = asking.create("configmaps", config_map("a"))["metadata"]["resourceVersion"]
    asking.create("configmaps", config_map("b"))
    asking.server.compact()
    watch = asking.watch(f"configmaps?watch=1&resourceVersion={version}")
    (error,) = [json.loads(frame) for frame in watch.take()]
    assert (error["type"], error["object"]["code"], error["object"]["reason"]) == ("ERROR", 410, "Expired")
    assert watch.ended


def test_a_watch_that_has_begun_survives_forgetting():
    asking = Asking()
    watch = asking.watch("configmaps?watch=1")
    asking.create("configmaps", config_map("a"))
    asking.server.compact()
    asking.create("configmaps", config_map("b"))
    assert seen(watch) == [("ADDED", "a"), ("ADDED", "b")]


def test_bookmarks_come_to_those_who_asked():
    asking = Asking()
    query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    asked = asking.watch(f"configmaps?{query}&allowWatchBookmarks=true")
    other = asking.watch(f"configmaps?{query}")
    assert seen(asked) == [("BOOKMARK", "")]
    asking.now_s += 60
    assert asked.take() == []
    path = "/api/v1/namespaces/kube-system/configmaps"
    version = asking.create(path, config_map("a"))["metadata"]["resourceVersion"]
    assert asked.take() == []
    asking.now_s += 60
    (frame,) = [json.loads(frame) for frame in asked.take()]
    assert frame["object"]["metadata"] == {"resourceVersion": version}
    assert asked.take() == []
    asking.now_s += 60
    assert seen(asked) == [("BOOKMARK", "")]
    assert seen(other) == []


def test_a_bookmark_comes_shortly_before_the_end():
    asking = Asking()
    watch = asking.watch("configmaps?watch=1&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=10")
    asking.create("/api/v1/namespaces/kube-system/configmaps", config_map("a"))
    begun_s = asking.now_s
    assert watch.due_s == begun_s + 8
    asking.now_s = watch.due_s
    assert seen(watch) == [("BOOKMARK", "")]
    assert watch.due_s == begun_s + 10
    assert not watch.ended
    asking.now_s = watch.due_s
    assert watch.ended


def test_events_have_no_bookmarks():
    asking = Asking()
    watch = asking.watch("events?watch=1&allowWatchBookmarks=true&resourceVersion=1")
    asking.now_s += 600
    assert watch.take() == []


def test_a_watch_ends_when_its_time_is_over():
    asking = Asking()
    watch = asking.watch("configmaps?watch=1&timeoutSeconds=10")
    asking.create("configmaps", config_map("a"))
    asking.now_s += 10
    assert watch.ended
    assert seen(watch) == [("ADDED", "a")]
    asking.create("configmaps", config_map("b"))
    assert seen(watch) == []


def test_whoever_waits_is_called_once_until_it_takes():
    asking = Asking()
    watch = asking.watch("configmaps?watch=1")
    calls: list[None] = []
    watch.on_ready(lambda: calls.append(None))
    asking.create("configmaps", config_map("a"))
    asking.create("configmaps", config_map("b"))
    assert len(calls) == 1
    watch.take()
    asking.create("configmaps", config_map("c"))
    assert len(calls) == 2


def test_a_closed_watch_hears_nothing():
    asking = Asking()
    watch = asking.watch("configmaps?watch=1")
    watch.close()
    asking.create("configmaps", config_map("a"))
    assert watch.take() == []


def test_frames_are_made_once_for_all_watches():
    asking = Asking()
    watches = [asking.watch("configmaps?watch=1") for _ in range(3)]
    asking.create("configmaps", config_map("a"))
    first, *others = [watch.take()[0] for watch in watches]
    assert all(frame is first for frame in others)


def test_only_the_first_table_of_a_watch_has_columns():
    asking = Asking()
    asking.create("configmaps", config_map("a"))
    asking.create("configmaps", config_map("b"))
    watch = asking.answer("GET", "configmaps?watch=1", accept="application/json;as=Table;g=meta.k8s.io;v=v1").watch
    assert watch is not None
    first, second = [json.loads(frame)["object"]["columnDefinitions"] for frame in watch.take()]
    assert first
    assert second is None
