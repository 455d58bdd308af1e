"""Objects as they stand in real clusters, for the figures of the API in memory."""

from typing import Any

Object = dict[str, Any]

NAMESPACE = "default"


def _container(name: str, port: int, image: str) -> Object:
    def probe(path: str) -> Object:
        return {"httpGet": {"path": path, "port": port}, "periodSeconds": 5}

    return {
        "name": name,
        "image": image,
        "args": [f"--port={port}"],
        "env": [{"name": f"SETTING_{i}", "value": f"value {i}"} for i in range(5)],
        "ports": [{"name": name, "containerPort": port}],
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "500m", "memory": "512Mi"},
        },
        "readinessProbe": probe("/ready"),
        "livenessProbe": probe("/live"),
        "volumeMounts": [{"name": "config", "mountPath": "/etc/config"}],
    }


def _pod_spec(image: str) -> Object:
    return {
        "containers": [_container("app", 8080, image), _container("proxy", 9090, "proxy:1")],
        "volumes": [{"name": "config", "configMap": {"name": "config"}}],
    }


def deployment(name: str, image: str = "app:1") -> Object:
    """Two containers with probes, environment, resources and a volume."""
    template = {"metadata": {"labels": {"app": name}}, "spec": _pod_spec(image)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": name}},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template},
    }


def pod(name: str, app: str) -> Object:
    """One container, as a ReplicaSet makes it."""
    spec = _pod_spec("app:1")
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": app, "uid": f"uid-of-{app}", "controller": True}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "labels": {"app": app, "pod-template-hash": "5d4f8c7b9"},
            "ownerReferences": [owner],
        },
        "spec": {**spec, "containers": spec["containers"][:1]},
    }


def config_map(name: str) -> Object:
    """Eight short values."""
    data = {f"key-{i}": f"value {i} of {name}" for i in range(8)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def service(name: str) -> Object:
    """One port."""
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    spec = {"selector": {"app": name}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
