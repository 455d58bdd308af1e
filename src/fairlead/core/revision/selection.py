"""Which workloads a Service leads to."""

from collections.abc import Sequence
from typing import Any, Literal

Manifest = dict[str, Any]
Selection = Literal["Exclusive", "Shared"]


def selector_of(service: Manifest) -> dict[str, str]:
    """Return the selector of a Service."""
    return (service.get("spec") or {}).get("selector") or {}


def selected(service: Manifest, manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the Deployments whose pods a Service selects. A Service without selector selects none."""
    selector = selector_of(service)
    return [
        m
        for m in manifests
        if m["kind"] == "Deployment"
        and selector
        and selector.items() <= ((m["spec"]["template"].get("metadata") or {}).get("labels") or {}).items()
    ]


def is_split(service: Manifest, manifests: Sequence[Manifest]) -> bool:
    """Whether a Service leads to one workload alone, by an address of its own, so that revisions can be told apart."""
    return len(selected(service, manifests)) == 1 and (service.get("spec") or {}).get("clusterIP") != "None"
