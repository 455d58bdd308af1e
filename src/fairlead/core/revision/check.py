"""Which manifests can be released safely. Everything that is wrong is told at once."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from fairlead.api.meta import GROUP
from fairlead.core.revision.refused import Refused, path_of
from fairlead.core.revision.selection import has_pod_template, pod_labels, selector_of
from fairlead.core.revision.shape import misshapen

Manifest = dict[str, Any]
Indexed = tuple[int, Manifest]

IN_PLACE_KINDS = frozenset({"StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "ReplicationController", "Job", "CronJob"})
SCALER_KINDS = frozenset({"HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler"})
CLUSTER_KINDS = frozenset(
    {
        "APIService",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "CSIDriver",
        "FlowSchema",
        "GatewayClass",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttributesClass",
    }
)
#: The group of the kinds that Fairlead reads. Other groups have kinds of the same name that mean something else.
GROUPS = {
    "ConfigMap": "",
    "Deployment": "apps",
    "HTTPRoute": "gateway.networking.k8s.io",
    "Ingress": "networking.k8s.io",
    "PodDisruptionBudget": "policy",
    "Secret": "",
    "Service": "",
    "ServiceAccount": "",
}
#: What only an object in a cluster has.
LIVE_FIELDS = ("managedFields", "ownerReferences", "resourceVersion", "uid")


def check(manifests: Sequence[Manifest], namespace: str) -> list[Refused]:
    """Return what is wrong with the manifests, in their order."""
    wrong: list[tuple[int, Refused]] = []
    sound: list[Indexed] = []
    for i, manifest in enumerate(manifests):
        unreadable = _unreadable(i, manifest)
        if unreadable is not None:
            wrong.append((i, unreadable))
            continue
        sound.append((i, manifest))
        wrong += ((i, refused) for refused in _one(i, manifest, namespace))
    wrong += _repeated(sound)
    wrong += _idle_services(sound)
    return [refused for _, refused in sorted(wrong, key=lambda found: found[0])]


def _unreadable(i: int, manifest: Manifest) -> Refused | None:
    metadata = manifest.get("metadata")
    kind, name = manifest.get("kind"), metadata.get("name") if isinstance(metadata, dict) else None
    if isinstance(kind, str) and kind.endswith("List") and "items" in manifest:
        path = f"spec.source.inline[{i}]"
        return Refused(path, kind, "is several manifests in one", "Write its items one by one")
    if not (kind and name and manifest.get("apiVersion")):
        why = "has no apiVersion, kind or metadata.name"
        return Refused(f"spec.source.inline[{i}]", "", why, "Give it all three; generateName is not enough")
    found = misshapen(manifest)
    if found is None:
        return None
    way_out = f"`kubectl explain {str(kind).lower()}` shows what belongs there"
    return Refused(path_of(i, str(kind), str(name), found.field), "", found.why, way_out)


def _one(i: int, manifest: Manifest, namespace: str) -> Iterator[Refused]:
    kind, metadata = manifest["kind"], manifest["metadata"]
    path = path_of(i, kind, metadata["name"])
    if metadata.get("namespace") not in (None, "", namespace):
        why = f"is another namespace than the Component's ({namespace})"
        yield Refused(
            f"{path}: metadata.namespace", metadata["namespace"], why, "Remove it, or make it another Component"
        )
    for field in LIVE_FIELDS:
        if field in metadata:
            yield Refused(f"{path}: metadata.{field}", "", "belongs to an object in a cluster", "Remove it")
    yield from _kind(path, manifest)
    for at, labels in _labels(manifest):
        for label in sorted(labels):
            if label.startswith(f"{GROUP}/"):
                yield Refused(f"{path}: {at}", label, "is set by Fairlead itself", "Remove it")
    if kind == "Deployment":
        yield from _deployment(path, manifest["spec"])


def _kind(path: str, manifest: Manifest) -> Iterator[Refused]:
    kind, api_version = manifest["kind"], manifest["apiVersion"]
    group = api_version.rpartition("/")[0]
    if kind in CLUSTER_KINDS:
        yield Refused(path, "", "belongs to no namespace", "Apply it beside the Component, by who manages the cluster")
    if kind in IN_PLACE_KINDS or (kind != "Deployment" and has_pod_template(manifest)):
        yield Refused(path, "", "cannot run twice beside itself", "Use a Deployment; in-place updates come later")
    if kind in SCALER_KINDS:
        why = "would size a workload that the release sizes"
        yield Refused(path, "", why, "Leave it out and set spec.replicas; autoscalers come later")
    if group == GROUP:
        yield Refused(path, "", "is Fairlead itself", "Apply it beside the Component, not within it")
    if GROUPS.get(kind, group) != group:
        why = f"is not the {kind} that Fairlead knows, and would be taken for it"
        yield Refused(f"{path}: apiVersion", api_version, why, "Apply it beside the Component")


def _labels(manifest: Manifest) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the labels by which pods are selected, and where they stand."""
    if manifest["kind"] == "Deployment":
        yield "spec.selector.matchLabels", manifest["spec"]["selector"].get("matchLabels") or {}
        yield "spec.template.metadata.labels", pod_labels(manifest)
    elif manifest["kind"] in ("Service", "PodDisruptionBudget"):
        yield "spec.selector", selector_of(manifest)


def _deployment(path: str, spec: Manifest) -> Iterator[Refused]:
    template = spec["template"]
    labels = (template.get("metadata") or {}).get("labels") or {}
    wanted = spec["selector"].get("matchLabels") or {}
    if not wanted or not wanted.items() <= labels.items():
        why = "does not select its own pods" if wanted else "has no label, and copies are told apart by labels"
        value = _told(wanted) if wanted else ""
        yield Refused(f"{path}: spec.selector.matchLabels", value, why, f"The labels of its pods are {_told(labels)}")
    if (spec.get("strategy") or {}).get("type") == "Recreate":
        why = "says that two versions must not run at the same time, and a release runs them beside each other"
        way_out = "Remove it if they can; in-place updates come later"
        yield Refused(f"{path}: spec.strategy.type", "Recreate", why, way_out)
    for n, volume in enumerate(template["spec"].get("volumes") or ()):
        claim = volume.get("persistentVolumeClaim")
        if claim is not None:
            at = f"{path}: spec.template.spec.volumes[{n}].persistentVolumeClaim"
            value = str(claim.get("claimName", "")) if isinstance(claim, dict) else ""
            why = "is a claim, and pods of two revisions would write to it at the same time"
            yield Refused(at, value, why, "Keep state outside; in-place updates come later")


def _repeated(manifests: Sequence[Indexed]) -> Iterator[tuple[int, Refused]]:
    first: dict[tuple[str, str], int] = {}
    for i, manifest in manifests:
        key = (manifest["kind"], manifest["metadata"]["name"])
        if key in first:
            why = f"is there already, as spec.source.inline[{first[key]}]"
            yield i, Refused(path_of(i, *key), "", why, "Keep one of them, or give the other a name of its own")
        first.setdefault(key, i)


def _idle_services(manifests: Sequence[Indexed]) -> Iterator[tuple[int, Refused]]:
    pods = {f"{m['kind']} {m['metadata']['name']}": pod_labels(m) for _, m in manifests if pod_labels(m)}
    for i, manifest in manifests:
        selector = selector_of(manifest) if manifest["kind"] == "Service" else {}
        if not selector or any(selector.items() <= labels.items() for labels in pods.values()):
            continue
        path = path_of(i, "Service", manifest["metadata"]["name"], "spec.selector")
        yield i, Refused(path, _told(selector), "selects none of the Component's pods", _closest(selector, pods))


def _closest(selector: Mapping[str, str], pods: Mapping[str, Mapping[str, str]]) -> str:
    if not pods:
        return "There is no Deployment among the manifests. A Service for other pods does not belong into the Component"
    known = "; ".join(f"{name}: {_told(labels)}" for name, labels in sorted(pods.items()))
    likeness = {
        name: (
            sum(labels.get(k) == v for k, v in selector.items()),
            SequenceMatcher(None, _told(selector), _told(labels)).ratio(),
        )
        for name, labels in sorted(pods.items())
    }
    closest = max(likeness, key=likeness.__getitem__)
    return f"The labels of the pods are {known}; the closest is {closest}"


def _told(labels: Mapping[str, str]) -> str:
    """Return labels as people write them on a command line."""
    return ",".join(f"{k}={v}" for k, v in sorted(labels.items())) or "none"
