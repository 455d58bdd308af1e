"""Every kind that charts use: what the server fills in, and what it refuses."""

from typing import Any

import pytest

from tests.contract.api.both import Both

LABELLED = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}}
ONCE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "x"}]}}
SELECTOR = {"matchLabels": {"a": "b"}}
FULL = {
    "metadata": {"labels": {"a": "b"}, "annotations": {}},
    "spec": {
        "initContainers": [{"name": "i", "image": "a/b:latest", "command": ["x"]}],
        "volumes": [
            {"name": "a"},
            {"name": "b", "secret": {"secretName": "x"}},
            {"name": "c", "configMap": {"name": "y"}},
            {"name": "d", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {"name": "e", "hostPath": {"path": "/x"}},
            {"name": "f", "emptyDir": {"sizeLimit": "1024Mi"}},
        ],
        "hostNetwork": True,
        "serviceAccountName": "foo",
        "containers": [
            {
                "name": "c",
                "image": "x@sha256:" + "a" * 64,
                "env": [
                    {"name": "A", "value": ""},
                    {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                ],
                "ports": [{"containerPort": 80}],
                "livenessProbe": {"grpc": {"port": 3}},
                "startupProbe": {"exec": {"command": ["a"]}},
                "readinessProbe": {"tcpSocket": {"port": "http"}},
                "lifecycle": {"preStop": {"exec": {"command": ["a"]}}, "postStart": {"httpGet": {"port": 1}}},
                "resources": {"limits": {"cpu": "1000m", "memory": "0.5Gi", "ephemeral-storage": "1e3"}},
                "securityContext": {"runAsUser": 0, "privileged": False},
                "volumeMounts": [{"name": "a", "mountPath": "/a", "readOnly": False}],
            }
        ],
    },
}
WRONG = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {
        "restartPolicy": "Never",
        "containers": [
            {"name": "C_"},
            {
                "name": "x",
                "image": "i",
                "ports": [{"containerPort": 0}, {"containerPort": 80, "name": "A"}],
                "env": [
                    {"name": ""},
                    {"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "x"}}},
                ],
                "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}},
                "readinessProbe": {},
                "livenessProbe": {"httpGet": {"port": 0}, "successThreshold": 2},
                "volumeMounts": [{"name": "nope", "mountPath": ""}],
                "imagePullPolicy": "Z",
            },
        ],
    },
}


def _spec(path: str, *specs: dict[str, Any]) -> list[Any]:
    return [pytest.param(path, {"spec": spec}, id=f"{path}-{index}") for index, spec in enumerate(specs)]


def _whole(path: str, *bodies: dict[str, Any]) -> list[Any]:
    return [pytest.param(path, body, id=f"{path}-{index}") for index, body in enumerate(bodies)]


SCALED = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"}, "maxReplicas": 3}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}}
PORTS = [{"port": 80}]
BACKEND = {"service": {"name": "s", "port": {"number": 80}}}
CASES = [
    *_spec(
        "services",
        {"ports": PORTS},
        {"type": "NodePort", "ports": [{"port": 80}, {"port": 0, "protocol": "X"}]},
        {"type": "NodePort", "ports": [{"port": 80, "name": "a", "nodePort": 30001}, {"port": 80, "name": "a"}]},
        {"type": "ExternalName"},
        {"type": "ExternalName", "externalName": "a.b"},
        {},
        {"clusterIP": "None"},
        {"clusterIP": "None", "selector": {"a": "b"}, "ports": [{"port": 1}]},
        {"clusterIP": "x", "ports": PORTS},
        {"sessionAffinity": "ClientIP", "ports": [{"port": 80, "targetPort": "http"}]},
        {"ports": [{"port": 80, "targetPort": "UP_"}], "type": "Foo", "sessionAffinity": "X"},
    ),
    *_spec(
        "deployments.apps",
        {},
        {"selector": {"matchLabels": {"a": "c"}}, "template": LABELLED, "replicas": -1},
        {"selector": {}, "template": LABELLED, "strategy": {"type": "Recreate", "rollingUpdate": {}}},
        {"selector": SELECTOR, "template": FULL, "replicas": 0, "paused": False},
        {
            "selector": SELECTOR,
            "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}},
        },
        {"selector": SELECTOR, "template": WRONG},
        {"replicas": "3", "selector": SELECTOR, "template": LABELLED},
        {"selector": {"matchLabels": {"a": 1}}},
        {"template": {"spec": {"containers": {"a": 1}}}},
        {"template": {"spec": {"containers": [{"resources": {"limits": {"cpu": "abc"}}}]}}},
        {"replicas": 99999999999},
    ),
    *_spec(
        "statefulsets.apps",
        {
            "serviceName": "x",
            "selector": SELECTOR,
            "template": LABELLED,
            "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": CLAIM}],
        },
        {"selector": SELECTOR, "template": LABELLED, "updateStrategy": {"type": "X"}},
    ),
    *_spec("daemonsets.apps", {"selector": SELECTOR, "template": LABELLED}, {"template": LABELLED}),
    *_spec("replicasets.apps", {"selector": SELECTOR, "template": LABELLED}, {"template": LABELLED}),
    *_whole(
        "configmaps",
        {"data": {"a b": "x", ".": "y", "..a": "z"}},
        {"data": {}},
        {"data": {"a": "x"}, "binaryData": {"a": "eA==", "b": "!"}},
        {"data": {"a": "x"}, "binaryData": {"a": "eA=="}, "immutable": False},
    ),
    *_whole(
        "secrets",
        {"type": "kubernetes.io/tls", "stringData": {"a": "b"}},
        {"stringData": {"a": "b"}},
        {"data": {"a": "not base64"}},
        {"type": "kubernetes.io/basic-auth"},
    ),
    *_spec(
        "persistentvolumeclaims",
        CLAIM,
        {},
    ),
    *_spec("limitranges", {"limits": [{"type": "Container", "max": {"cpu": "1"}, "default": {"memory": "1Gi"}}]}),
    *_spec("resourcequotas", {"hard": {"requests.cpu": "1000m"}}),
    *_spec("replicationcontrollers", {"template": LABELLED}),
    *_whole("podtemplates", {"template": LABELLED}),
    *_spec("jobs.batch", {"template": ONCE}, {"template": LABELLED}, {}),
    *_spec(
        "cronjobs.batch",
        {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": ONCE}}},
        {"schedule": "x", "jobTemplate": {"spec": {"template": {"spec": {"containers": []}}}}},
    ),
    *_spec(
        "horizontalpodautoscalers.autoscaling",
        SCALED,
        {**SCALED, "minReplicas": 5, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 5}}},
        {**SCALED, "minReplicas": 2, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 5}}},
        {},
    ),
    *_spec(
        "poddisruptionbudgets.policy",
        {"minAvailable": 1, "selector": SELECTOR},
        {"minAvailable": "150%", "maxUnavailable": 1},
    ),
    *_spec(
        "ingresses.networking.k8s.io",
        {"rules": [{"host": "a.b", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": BACKEND}]}}]},
        {},
        {
            "rules": [
                {"host": "A_", "http": {"paths": [{"path": "x", "backend": {}}]}},
                {
                    "http": {
                        "paths": [{"path": "x", "pathType": "Exact", "backend": {"service": {"name": "S", "port": {}}}}]
                    }
                },
            ]
        },
    ),
    *_spec("networkpolicies.networking.k8s.io", {"podSelector": {}, "egress": [{"ports": [{"port": 53}]}]}, {}),
    *_whole(
        "roles.rbac.authorization.k8s.io",
        {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
        {"rules": [{"verbs": []}, {"nonResourceURLs": ["/"], "verbs": ["get"]}]},
    ),
    *_spec("leases.coordination.k8s.io", {"holderIdentity": "a", "renewTime": "2026-01-01T00:00:00.5Z"}),
    *_whole(
        "endpointslices.discovery.k8s.io",
        {"addressType": "IPv4", "endpoints": [{"addresses": ["1.2.3.4"]}], "ports": [{"port": 80}]},
    ),
]


@pytest.mark.parametrize(("path", "body"), CASES)
def test_a_kind_is_filled_in_or_refused(both: Both, path: str, body: dict[str, Any]) -> None:
    resource, _, group = path.partition(".")
    version = {"": "/api/v1", "autoscaling": "/apis/autoscaling/v2"}.get(group, f"/apis/{group}/v1")
    collection = f"{version}/namespaces/{{ns}}/{resource}"
    both.post(collection, {"metadata": {"name": "x"}, **body})
    both.get(f"{collection}/x")
    if resource != "daemonsets":
        # The partial object in their table lacks an annotation that only one version of the kind has.
        both.get(collection, accept="application/json;as=Table;v=v1;g=meta.k8s.io")


def test_an_autoscaler_is_read_in_both_versions(both: Both) -> None:
    place = "namespaces/{ns}/horizontalpodautoscalers"
    body = {"metadata": {"name": "a"}, "spec": {**SCALED, "targetCPUUtilizationPercentage": 50}}
    both.post(f"/apis/autoscaling/v1/{place}", body)
    both.get(f"/apis/autoscaling/v2/{place}/a")


def test_what_a_service_was_given_stays(both: Both) -> None:
    made = both.post("services", {"metadata": {"name": "a"}, "spec": {"ports": PORTS}})
    version = {"name": "a", "resourceVersion": made["metadata.resourceVersion"]}
    both.put("services/a", {"metadata": version, "spec": {"ports": PORTS, "clusterIP": "10.96.0.9"}})
    both.put("services/a", {"metadata": version, "spec": {"ports": [{"port": 81}]}})


def test_a_selector_does_not_change(both: Both) -> None:
    body = {"metadata": {"name": "a"}, "spec": {"selector": SELECTOR, "template": LABELLED}}
    both.post("deployments.apps", body)
    other = {**LABELLED, "metadata": {"labels": {"a": "c"}}}
    both.merge("deployments.apps/a", {"spec": {"selector": {"matchLabels": {"a": "c"}}, "template": other}})
    both.merge("deployments.apps/a", {"spec": {"selector": {"matchLabels": {"a": "c"}}}})


def test_what_is_immutable_says_so(both: Both) -> None:
    both.post("configmaps", {"metadata": {"name": "a"}, "data": {"k": "v"}, "immutable": True})
    both.merge("configmaps/a", {"data": {"k": "w"}})
    both.merge("configmaps/a", {"immutable": False})
    both.post("secrets", {"metadata": {"name": "a"}, "type": "x"})
    both.merge("secrets/a", {"type": "y"})


def test_discovery_and_the_version(both: Both) -> None:
    for place in (
        "/version",
        "/api/v1",
        "/apis/apps/v1",
        "/apis/apps",
        "/apis/batch/v1",
        "/apis/apiextensions.k8s.io/v1",
    ):
        both.get(place)
