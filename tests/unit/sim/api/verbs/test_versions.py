from tests.unit.sim.api.verbs.asking import APPLY, MERGE, Asking, config_map


def test_every_write_has_the_next_version():
    asking = Asking()
    first = asking.create("configmaps", config_map("a"))
    second = asking.create("configmaps", config_map("b"))
    assert int(second["metadata"]["resourceVersion"]) == int(first["metadata"]["resourceVersion"]) + 1


def test_a_write_that_changes_nothing_has_no_version():
    asking = Asking()
    before = asking.create("configmaps", config_map("a"))
    asking.now_s += 100
    assert asking.ask("PUT", "configmaps/a", config_map("a")) == before
    assert asking.merge("configmaps/a", {"data": {"k": "v"}}) == before
    assert asking.get("configmaps")["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


def test_true_is_not_one():
    asking = Asking()
    crd = custom("things", {"type": "object", "x-kubernetes-preserve-unknown-fields": True})
    asking.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
    path = "/apis/example.com/v1/namespaces/default/things"
    first = asking.create(path, {**thing("a"), "spec": {"x": True}})
    second = asking.merge(f"{path}/a", {"spec": {"x": 1}})
    assert second["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]


def test_a_dry_run_stores_nothing_and_uses_no_version():
    asking = Asking()
    version = asking.get("configmaps")["metadata"]["resourceVersion"]
    assert asking.create("configmaps?dryRun=All", config_map("a"))["metadata"]["uid"]
    assert asking.gone("configmaps/a")
    assert asking.get("configmaps")["metadata"]["resourceVersion"] == version


def test_an_outdated_write_is_refused():
    asking = Asking()
    old = asking.create("configmaps", config_map("a"))
    asking.merge("configmaps/a", {"data": {"k": "w"}})
    status = asking.refused("PUT", "configmaps/a", old)
    assert (status["code"], status["reason"]) == (409, "Conflict")


def test_a_new_object_has_no_version():
    asking = Asking()
    assert asking.refused("POST", "configmaps", config_map("a", resourceVersion="5"))["code"] == 500
    assert asking.gone("configmaps/a")


def test_what_is_forgotten_takes_no_room():
    asking = Asking()
    for value in "abc":
        asking.ask("PATCH", "configmaps/a?fieldManager=m", config_map("a", data={"k": value}), APPLY)
    events = asking.server.state.storage.table("", "configmaps").events
    assert len(events) == 3
    asking.server.compact()
    assert asking.server.state.storage.table("", "configmaps").events == []


def test_the_same_seed_makes_the_same_world():
    def world(seed: int) -> bytes:
        asking = Asking(seed)
        for _ in range(3):
            asking.create("configmaps", {"metadata": {"generateName": "a-"}})
        return asking.answer("GET", "configmaps").body

    assert world(7) == world(7)
    assert world(7) != world(8)


def test_a_generated_name_that_is_taken_is_generated_anew():
    asking = Asking()
    taken = Asking().create("configmaps", {"metadata": {"generateName": "a-"}})["metadata"]["name"]
    asking.create("configmaps", config_map(taken))
    made = [asking.create("configmaps", {"metadata": {"generateName": "a-"}})["metadata"]["name"] for _ in range(20)]
    assert len({taken, *made}) == 21


def test_an_applied_configuration_creates_and_its_fields_go_with_it():
    asking = Asking()
    created = asking.answer("PATCH", "configmaps/a?fieldManager=m", config_map("a", data={"k": "v", "l": "v"}), APPLY)
    assert created.status == 201
    changed = asking.ask("PATCH", "configmaps/a?fieldManager=m", config_map("a", data={"k": "v"}), APPLY)
    assert changed["data"] == {"k": "v"}


def test_a_patch_of_the_wrong_media_type_is_refused():
    asking = Asking()
    asking.create("configmaps", config_map("a"))
    assert asking.answer("PATCH", "configmaps/a", {}, "application/json").status == 415
    assert asking.answer("PATCH", "configmaps/a", {}, MERGE).status == 200


def custom(plural: str, schema: dict) -> dict:
    kind = plural.removesuffix("s").capitalize()
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": plural, "singular": plural.removesuffix("s"), "kind": kind, "listKind": f"{kind}List"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    kind = "CustomResourceDefinition"
    metadata = {"name": f"{plural}.example.com"}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": kind, "metadata": metadata, "spec": spec}


def thing(name: str, **metadata: object) -> dict:
    return {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": name, **metadata}}
