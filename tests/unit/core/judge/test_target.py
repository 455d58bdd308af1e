"""Where pods are scraped, and which requests are not traffic."""

from fairlead.api.component import MetricsEndpoint
from fairlead.core.judge.target import target

PROBE = {"httpGet": {"path": "/healthz", "port": 8080}}


def deployment(ports=(), annotations=None, probe=PROBE):
    container = {"name": "app", "ports": list(ports), "readinessProbe": probe}
    metadata = {"labels": {"app": "front"}, "annotations": annotations or {}}
    return {"spec": {"template": {"metadata": metadata, "spec": {"containers": [container]}}}}


def service(target_port):
    return {"spec": {"ports": [{"port": 80, "targetPort": target_port}]}}


def found(deployment, service=None, endpoint=MetricsEndpoint(), probe_path="/"):  # noqa: B008
    return target(deployment, service, endpoint, probe_path)


def test_the_port_that_the_service_leads_to_is_the_default():
    assert found(deployment(), service(8080)).port == 8080


def test_a_named_target_port_is_looked_up_in_the_containers():
    ports = [{"name": "http", "containerPort": 9000}]

    assert found(deployment(ports), service("http")).port == 9000


def test_a_port_named_metrics_comes_before_the_serving_port():
    ports = [{"name": "http", "containerPort": 8080}, {"name": "metrics", "containerPort": 9090}]

    there = found(deployment(ports), service("http"))

    assert (there.port, there.serving_port) == (9090, 8080)


def test_prometheus_annotations_come_before_names():
    annotations = {"prometheus.io/port": "9100", "prometheus.io/path": "/m"}
    ports = [{"name": "metrics", "containerPort": 9090}]

    there = found(deployment(ports, annotations), service(8080))

    assert (there.port, there.path) == (9100, "/m")


def test_what_the_component_says_comes_first():
    annotations = {"prometheus.io/port": "9100", "prometheus.io/path": "/m"}

    there = found(deployment((), annotations), service(8080), MetricsEndpoint(port=7000, path="/stats"))

    assert (there.port, there.path) == (7000, "/stats")


def test_a_workload_without_any_port_has_no_target():
    assert found(deployment()) is None


def test_probes_scrapes_and_our_own_requests_are_not_traffic():
    there = found(deployment(), service(8080), probe_path="/version")

    assert there.excluded_paths == {"/metrics", "/healthz", "/version"}


def test_a_probe_path_that_is_the_root_leaves_the_traffic_in():
    assert "/" not in found(deployment(), service(8080), probe_path="/").excluded_paths
