"""Where objects name other objects: the positions that are rewired when what they name becomes a copy.

Each position is a path into a manifest; `*` stands for every item of a list. The table holds what Kubernetes defines
for pods and for the kinds around them, as kustomize's name-reference tables do.
"""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from fairlead.core.revision.digest import canonical

_VOLUMES = (
    ("ConfigMap", "volumes.*.configMap.name"),
    ("Secret", "volumes.*.secret.secretName"),
    ("ConfigMap", "volumes.*.projected.sources.*.configMap.name"),
    ("Secret", "volumes.*.projected.sources.*.secret.name"),
    ("Secret", "volumes.*.azureFile.secretName"),
    ("Secret", "imagePullSecrets.*.name"),
    ("Secret", "volumes.*.csi.nodePublishSecretRef.name"),
    *(
        ("Secret", f"volumes.*.{source}.secretRef.name")
        for source in ("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos")
    ),
)
_ENVIRONMENT = (
    ("ConfigMap", "envFrom.*.configMapRef.name"),
    ("Secret", "envFrom.*.secretRef.name"),
    ("ConfigMap", "env.*.valueFrom.configMapKeyRef.name"),
    ("Secret", "env.*.valueFrom.secretKeyRef.name"),
)
_POD = _VOLUMES + tuple(
    (kind, f"{containers}.*.{path}") for containers in ("containers", "initContainers") for kind, path in _ENVIRONMENT
)

#: Kind of the referrer -> (kind that is named, path).
REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "Deployment": tuple((kind, f"spec.template.spec.{path}") for kind, path in _POD),
    "ServiceAccount": (("Secret", "imagePullSecrets.*.name"), ("Secret", "secrets.*.name")),
    "Ingress": (("Secret", "spec.tls.*.secretName"),),
}


class Reference(Struct, frozen=True):
    """One place in a manifest that names an object."""

    kind: str
    name: str


def references(manifest: dict[str, Any]) -> Iterator[Reference]:
    """Yield the ConfigMaps and Secrets that a manifest names at known positions."""
    for kind, holder, key in _positions(manifest):
        yield Reference(kind, holder[key])


def rewired(manifest: dict[str, Any], new_name: Callable[[str, str], str]) -> dict[str, Any]:
    """Return a copy of a manifest whose references carry the names that `new_name(kind, name)` gives."""
    copied: dict[str, Any] = canonical(manifest)
    for kind, holder, key in _positions(copied):
        holder[key] = new_name(kind, holder[key])
    return copied


def _positions(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the kind that each reference names, and the object and field that hold the name."""
    for kind, path in REFERENCES.get(manifest["kind"], ()):
        for holder, key in _places(manifest, path.split(".")):
            if isinstance(holder[key], str):
                yield kind, holder, key


def _places(value: Any, path: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    first, *rest = path
    if first == "*":
        for item in value if isinstance(value, list) else ():
            yield from _places(item, rest)
    elif isinstance(value, dict) and first in value:
        if rest:
            yield from _places(value[first], rest)
        else:
            yield value, first
