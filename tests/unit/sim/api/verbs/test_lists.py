from tests.unit.sim.api.verbs.asking import Asking, config_map


def letters(asking: Asking, names: str) -> None:
    for name in names:
        asking.create("configmaps", config_map(name, labels={"name": name}))


def test_a_list_in_pieces_is_of_one_moment():
    asking = Asking()
    letters(asking, "acde")
    first = asking.get("configmaps?limit=2")
    assert first["metadata"]["remainingItemCount"] == 2
    asking.create("configmaps", config_map("b"))
    asking.delete("configmaps/d")
    token = first["metadata"]["continue"]
    assert asking.names(f"configmaps?limit=2&continue={token}") == ["d", "e"]


def test_a_token_expires_and_brings_one_that_does_not():
    asking = Asking()
    letters(asking, "acde")
    token = asking.get("configmaps?limit=2")["metadata"]["continue"]
    asking.delete("configmaps/d")
    asking.server.compact()
    status = asking.refused("GET", f"configmaps?limit=2&continue={token}")
    assert (status["code"], status["reason"]) == (410, "Expired")
    assert asking.names(f"configmaps?continue={status['metadata']['continue']}") == ["e"]


def test_a_list_of_the_past_is_as_it_was():
    asking = Asking()
    letters(asking, "ab")
    version = asking.get("configmaps")["metadata"]["resourceVersion"]
    asking.delete("configmaps/a")
    asking.merge("configmaps/b", {"data": {"k": "w"}})
    asking.create("configmaps", config_map("c"))
    past = asking.get(f"configmaps?resourceVersion={version}&resourceVersionMatch=Exact")
    assert [(item["metadata"]["name"], item["data"]["k"]) for item in past["items"]] == [("a", "v"), ("b", "v")]
    asking.server.compact()
    status = asking.refused("GET", f"configmaps?resourceVersion={version}&resourceVersionMatch=Exact")
    assert status["code"] == 410


def test_namespaces_whose_names_begin_alike_are_apart():
    asking = Asking()
    for name in ("a", "a-b", "a0", "ab"):
        asking.create("/api/v1/namespaces", {"metadata": {"name": name}})
        asking.create(f"/api/v1/namespaces/{name}/configmaps", config_map(name))
    assert asking.names("/api/v1/namespaces/a/configmaps") == ["a"]
    assert asking.names("/api/v1/configmaps") == ["a-b", "a", "a0", "ab"]


def test_selectors_choose():
    asking = Asking()
    letters(asking, "abc")
    for selector, names in {
        "name=a": "a",
        "name!=a": "bc",
        "name in (a,c)": "ac",
        "name notin (a,c)": "b",
        "name": "abc",
        "!name": "",
        "name=a,name=b": "",
    }.items():
        assert asking.names(f"configmaps?labelSelector={selector}") == list(names), selector
    assert asking.names("configmaps?fieldSelector=metadata.name!%3Da") == ["b", "c"]
