from typing import Any

from tests.unit.sim.api.verbs.asking import Asking

PATH = "/apis/apps/v1/namespaces/default/deployments"


def deployment(replicas: int) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "a"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec}


def test_a_scale_shows_and_sets_the_replicas():
    asking = Asking()
    asking.create(PATH, deployment(2))
    scale = asking.get(f"{PATH}/a/scale")
    assert (scale["spec"], scale["status"]["selector"]) == ({"replicas": 2}, "app=a")
    asking.merge(f"{PATH}/a/scale", {"spec": {"replicas": 3}})
    found = asking.get(f"{PATH}/a")
    assert (found["spec"]["replicas"], found["metadata"]["generation"]) == (3, 2)


def test_an_outdated_scale_is_refused():
    asking = Asking()
    asking.create(PATH, deployment(2))
    scale = asking.get(f"{PATH}/a/scale")
    asking.merge(f"{PATH}/a/scale", {"spec": {"replicas": 3}})
    assert asking.refused("PUT", f"{PATH}/a/scale", scale)["code"] == 409


def test_status_and_the_rest_are_written_apart():
    asking = Asking()
    asking.create(PATH, deployment(2))
    asking.merge(f"{PATH}/a/status", {"spec": {"replicas": 9}, "status": {"replicas": 1}})
    found = asking.get(f"{PATH}/a")
    assert (found["spec"]["replicas"], found["status"]["replicas"], found["metadata"]["generation"]) == (2, 1, 1)
    asking.merge(f"{PATH}/a", {"status": {"replicas": 7}})
    assert asking.get(f"{PATH}/a")["status"]["replicas"] == 1
