"""Where a name may stand that is not known as a reference: in what people write freely.

The kinds that Kubernetes and the Gateway API define have a closed schema. Beside the known references, a name can only
hide there in annotations and in what a program is given: commands, arguments, values of its environment, options of a
volume driver. Of any other kind every field may hold one. The content of ConfigMaps and Secrets is the application's
and is not searched.
"""

import re
from collections.abc import Iterator
from typing import Any

#: Kinds with a closed schema, and without a field of their own in which a name could hide.
CLOSED_KINDS = frozenset(
    {
        "Deployment",
        "GRPCRoute",
        "HTTPRoute",
        "Ingress",
        "LimitRange",
        "NetworkPolicy",
        "PersistentVolumeClaim",
        "PodDisruptionBudget",
        "ResourceQuota",
        "RoleBinding",
        "Service",
        "ServiceAccount",
    }
)
CONTENT_KINDS = frozenset({"ConfigMap", "Secret"})
_ANNOTATIONS = frozenset({"annotations"})
_GIVEN_TO_PROGRAMS = frozenset({"annotations", "args", "command", "options", "value", "volumeAttributes"})
#: Values of labels are no names of objects, however often they are spelled the same.
_LABELS = frozenset({"labels", "matchLabels", "matchExpressions"})
_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9./_-]+")


def mentions(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every word that may be the name of an object, and the path at which it stands."""
    if manifest["kind"] in CONTENT_KINDS:
        return
    metadata = {"annotations": manifest["metadata"].get("annotations")}
    body = {k: v for k, v in manifest.items() if k not in ("apiVersion", "kind")} | {"metadata": metadata}
    free_fields = _GIVEN_TO_PROGRAMS if manifest["kind"] == "Deployment" else _ANNOTATIONS
    for path, text in _texts(body, "", free_fields, free=manifest["kind"] not in CLOSED_KINDS):
        for word in _BETWEEN_WORDS.split(text):
            # A name, or `namespace/name`; a path, an image or a host is neither.
            before, slash, name = word.rpartition("/")
            if not slash or (before and "/" not in before):
                yield name.rstrip("."), path


def _texts(value: Any, path: str, free_fields: frozenset[str], *, free: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and free:
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _LABELS:
                yield from _texts(item, f"{path}.{key}".lstrip("."), free_fields, free=free or key in free_fields)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _texts(item, f"{path}[{i}]", free_fields, free=free)
