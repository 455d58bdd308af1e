"""Small objects that cases are about."""

from typing import Any

Object = dict[str, Any]

LABELS = {"app": "a"}


def config_map(name: str = "a", data: Object | None = None, **metadata: Any) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}, "data": data or {"k": "v"}}


def pod_template(labels: Object = LABELS, **spec: Any) -> Object:
    return {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "i:1"}], **spec}}


def deployment(name: str = "a", labels: Object = LABELS, **spec: Any) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": labels}, "template": pod_template(labels), **spec},
    }


def pod(name: str = "a", labels: Object = LABELS, finalizers: list[str] | None = None, **spec: Any) -> Object:
    metadata = {"name": name, "labels": labels, **({"finalizers": finalizers} if finalizers else {})}
    containers = [{"name": "c", "image": "i:1"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **spec}}


def service(name: str = "a", **spec: Any) -> Object:
    ports = [{"port": 80}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": LABELS, "ports": ports, **spec},
    }


def role(name: str = "a", *rules: Object) -> Object:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": name},
        "rules": list(rules),
    }


def rule(verbs: str, resources: str, group: str = "", *names: str) -> Object:
    made = {"verbs": verbs.split(), "resources": resources.split(), "apiGroups": [group]}
    return {**made, "resourceNames": list(names)} if names else made


def binding(name: str, role_name: str, *users: str, kind: str = "Role") -> Object:
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": group, "kind": kind, "name": role_name},
        "subjects": [{"kind": "User", "apiGroup": group, "name": user} for user in users],
    }
