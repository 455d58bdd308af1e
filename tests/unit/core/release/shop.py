"""The Component of the tests: two Deployments that share a ConfigMap, their Services, a route with two rules."""

from typing import Any

from fairlead.core.revision.render import render
from fairlead.core.revision.stored import StoredRevision

Manifest = dict[str, Any]


def shop(
    front: str = "v1", cart: str = "v1", config: str = "a", *, replicas: int = 4, routed: bool = True
) -> StoredRevision:
    """Render the shop with these versions of its parts."""
    rendered = render(
        manifests(front, cart, config, replicas=replicas, routed=routed), component="shop", namespace="shop"
    )
    assert rendered.revision is not None, rendered.refused
    return rendered.revision


def manifests(front: str, cart: str, config: str, *, replicas: int = 4, routed: bool = True) -> list[Manifest]:
    route = [_route()] if routed else []
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop"}, "data": {"config": config}},
        _deployment("front", front, replicas),
        _deployment("cart", cart, replicas),
        _service("front"),
        _service("cart"),
        *route,
    ]


def _deployment(name: str, version: str, replicas: int) -> Manifest:
    labels = {"app": name}
    container = {"name": "app", "image": f"shop/{name}:{version}", "envFrom": [{"configMapRef": {"name": "shop"}}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def _service(name: str) -> Manifest:
    spec = {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": 8080}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def _route() -> Manifest:
    header = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-From", "value": "shop"}]}}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "shop"},
        "spec": {
            "parentRefs": [{"name": "web", "namespace": "gateway"}],
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/cart"}}],
                    "filters": [header],
                    "backendRefs": [{"name": "cart", "port": 80}],
                },
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                    "backendRefs": [{"name": "front", "port": 80}],
                },
            ],
        },
    }
