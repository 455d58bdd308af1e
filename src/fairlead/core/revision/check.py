"""Which manifests can be released safely. Everything that is wrong is told at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from fairlead.core.revision.refused import Refused, path_of
from fairlead.core.revision.selection import selected, selector_of

Manifest = dict[str, Any]

IN_PLACE_KINDS = frozenset({"StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "ReplicationController", "Job", "CronJob"})
SCALER_KINDS = frozenset({"HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler"})
CLUSTER_KINDS = frozenset(
    {
        "Namespace",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "PersistentVolume",
        "StorageClass",
        "PriorityClass",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "GatewayClass",
    }
)


def check(manifests: Sequence[Manifest], namespace: str) -> list[Refused]:
    """Return what is wrong with the manifests, in their order."""
    seen: dict[tuple[str, str], int] = {}
    wrong: list[Refused] = []
    for i, manifest in enumerate(manifests):
        unnamed = _unnamed(i, manifest)
        if unnamed is not None:
            wrong.append(unnamed)
            continue
        wrong += _one(i, manifest, namespace)
        key = (manifest["kind"], manifest["metadata"]["name"])
        if key in seen:
            path = path_of(i, *key)
            wrong.append(Refused(path, "", f"it is there already, at [{seen[key]}]", "Give every object its own name"))
        seen.setdefault(key, i)
    return wrong if wrong else list(_services(manifests))


def _unnamed(i: int, manifest: Manifest) -> Refused | None:
    if manifest.get("kind") and manifest.get("apiVersion") and (manifest.get("metadata") or {}).get("name"):
        return None
    path = f"spec.source.inline[{i}]"
    return Refused(
        path, "", "has no apiVersion, kind or metadata.name", "Give it all three; generateName is not enough"
    )


def _one(i: int, manifest: Manifest, namespace: str) -> Iterator[Refused]:
    kind, metadata = manifest["kind"], manifest["metadata"]
    path = path_of(i, kind, metadata["name"])
    if metadata.get("namespace") not in (None, "", namespace):
        why = f"lies in another namespace than the Component ({namespace})"
        yield Refused(
            f"{path}: metadata.namespace", metadata["namespace"], why, "Remove it, or make it another Component"
        )
    if kind in CLUSTER_KINDS:
        yield Refused(path, "", "belongs to no namespace", "Apply it beside the Component, by who manages the cluster")
    if kind in IN_PLACE_KINDS:
        yield Refused(path, "", "cannot run twice beside itself", "Use a Deployment; in-place updates come later")
    if kind in SCALER_KINDS:
        why = "would size a workload that the release sizes"
        yield Refused(path, "", why, "Leave it out and set spec.replicas; autoscalers come later")
    if kind == "Deployment":
        yield from _deployment(path, manifest)


def _deployment(path: str, manifest: Manifest) -> Iterator[Refused]:
    template = manifest.get("spec", {}).get("template", {})
    labels = (template.get("metadata") or {}).get("labels") or {}
    wanted = (manifest.get("spec", {}).get("selector") or {}).get("matchLabels") or {}
    if not wanted or not wanted.items() <= labels.items():
        why = "does not select its own pods"
        yield Refused(f"{path}: spec.selector.matchLabels", str(wanted), why, f"The labels of its pods are {labels}")
    for volume in template.get("spec", {}).get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            claim = volume["persistentVolumeClaim"].get("claimName", "")
            why = "is a claim, and pods of two revisions would write to it at the same time"
            yield Refused(
                f"{path}: spec.template.spec.volumes", claim, why, "Keep state outside; in-place updates come later"
            )


def _services(manifests: Sequence[Manifest]) -> Iterator[Refused]:
    for i, manifest in enumerate(manifests):
        selector = selector_of(manifest) if manifest["kind"] == "Service" else {}
        if not selector or selected(manifest, manifests):
            continue
        path = path_of(i, "Service", manifest["metadata"]["name"], "spec.selector")
        labels = "; ".join(
            f"{m['metadata']['name']}: {m['spec']['template']['metadata'].get('labels')}"
            for m in manifests
            if m["kind"] == "Deployment"
        )
        told = f"The labels of the pods are {labels}" if labels else "There is no Deployment among the manifests"
        yield Refused(path, str(selector), "selects none of the Component's pods", told)
