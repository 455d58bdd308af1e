"""Manifests to make a Component of, and ways to look at what became of them."""

from typing import Any

from fairlead.core.revision.render import Rendered, render
from fairlead.core.revision.stored import StoredObject, StoredRevision

Manifest = dict[str, Any]


def config(name: str, kind: str = "ConfigMap", **data: str) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, "data": data}


def deployment(name: str, *, pod: Manifest | None = None, container: Manifest | None = None, **spec: Any) -> Manifest:
    app = {"name": "app", "image": f"registry.example/{name}:1", **(container or {})}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [app], **(pod or {})}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template, **spec},
    }


def service(name: str, selector: dict[str, str] | None = None, **spec: Any) -> Manifest:
    selector = {"app": name} if selector is None else selector
    ports = [{"name": "http", "port": 80, "targetPort": 8080, "appProtocol": "http"}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": selector, "ports": ports, **spec},
    }


def budget(name: str, app: str, min_available: int = 1) -> Manifest:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {"minAvailable": min_available, "selector": {"matchLabels": {"app": app}}},
    }


def route(name: str, *backends: Manifest) -> Manifest:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name},
        "spec": {"parentRefs": [{"name": "web"}], "rules": [{"backendRefs": list(backends)}]},
    }


def rendered(*manifests: Manifest, component: str = "shop") -> Rendered:
    return render(manifests, component=component, namespace="shop")


def revision(*manifests: Manifest, component: str = "shop") -> StoredRevision:
    made = rendered(*manifests, component=component)
    assert made.revision is not None, [str(r) for r in made.refused]
    return made.revision


def the(kind: str, source_name: str, of: StoredRevision) -> StoredObject:
    (found,) = (o for o in of.objects if (o.kind, o.source_name) == (kind, source_name))
    return found


def names(of: StoredRevision, kind: str) -> dict[str, str]:
    """Name as applied, by the name in the manifests."""
    return {o.source_name: o.name for o in of.objects if o.kind == kind}


def refusals(*manifests: Manifest) -> list[str]:
    return [str(r) for r in rendered(*manifests).refused]
