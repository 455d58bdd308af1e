"""Manifests of the sample application: what a user of the cluster would write."""

from collections.abc import Mapping
from typing import Any

IMAGE = "docker.io/fairlead/sample:dev"


def deployment(name: str, version: str, env: Mapping[str, str] | None = None, replicas: int = 2) -> dict[str, Any]:
    """Pods with the label app=<name>, ready as soon as they answer. `env` is described in dev/app/main.go."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [_container({**(env or {}), "VERSION": version})]},
            },
        },
    }


def _container(env: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": "app",
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "env": [{"name": key, "value": value} for key, value in sorted(env.items())],
        "ports": [{"name": "http", "containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 1},
    }


def service(name: str, app: str) -> dict[str, Any]:
    """Port 80 of the pods with the label app=<app>."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": app}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }


def route(name: str, host: str, to_service: str) -> dict[str, Any]:
    """Everything that the gateway gets for `host`."""
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name},
        "spec": {
            "parentRefs": [{"name": "web", "namespace": "gateway"}],
            "hostnames": [host],
            "rules": [{"backendRefs": [{"name": to_service, "port": 80}]}],
        },
    }
