"""Which workloads a Service or a disruption budget leads to."""

from collections.abc import Mapping, Sequence
from typing import Any

Manifest = dict[str, Any]
Labels = Mapping[str, str]


def selector_of(manifest: Manifest) -> Labels:
    """Return the labels by which a Service, or a disruption budget, selects pods; empty where it does not do so."""
    spec = manifest.get("spec") or {}
    selector: Manifest = spec.get("selector") or {}
    if manifest["kind"] == "Service":
        return {} if spec.get("type") == "ExternalName" else selector
    return {} if selector.get("matchExpressions") else selector.get("matchLabels") or {}


def pod_labels(manifest: Manifest) -> Labels:
    """Return the labels of the pods that a manifest makes; empty where it makes none."""
    if manifest["kind"] == "Pod":
        return manifest["metadata"].get("labels") or {}
    labels = _within(manifest, "spec", "template", "metadata", "labels")
    return labels if isinstance(labels, dict) else {}


def has_pod_template(manifest: Manifest) -> bool:
    """Whether a manifest describes pods to be made, whatever its kind is."""
    return isinstance(_within(manifest, "spec", "template", "spec", "containers"), list)


def selected(manifest: Manifest, manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the Deployments whose pods a manifest selects. Without selector it selects none."""
    selector = selector_of(manifest)
    return [
        m for m in manifests if m["kind"] == "Deployment" and selector and selector.items() <= pod_labels(m).items()
    ]


def is_headless(service: Manifest) -> bool:
    """Whether a Service has no address of its own, so that its clients choose among its pods."""
    return bool((service.get("spec") or {}).get("clusterIP") == "None")


def is_split(service: Manifest, manifests: Sequence[Manifest]) -> bool:
    """Whether a Service leads to one workload alone, by an address of its own, so that revisions can be told apart."""
    return len(selected(service, manifests)) == 1 and not is_headless(service)


def _within(manifest: Manifest, *fields: str) -> Any:
    """Return a field of a manifest of any kind and shape; None where it is not there."""
    value: Any = manifest
    for field in fields:
        value = value.get(field) if isinstance(value, dict) else None
    return value
