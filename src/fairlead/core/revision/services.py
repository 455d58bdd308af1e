"""The Service that a revision has for itself while a Release is under way."""

from typing import Any

from fairlead.api.meta import LABEL_COMPONENT, LABEL_COPY, LABEL_MANAGED_BY, LABEL_SERVICE
from fairlead.core.revision.digest import digest
from fairlead.core.revision.names import copy_name
from fairlead.core.revision.stored import StoredObject

#: What of a port belongs to the Service of everyone and not to one behind a route.
_NOT_OURS = frozenset({"nodePort"})


def revision_service(service: StoredObject, copy: str, *, component: str) -> StoredObject:
    """Return `S-<copy>`: a plain Service with the ports of `service`, leading to one copy, with none of its labels."""
    spec = service.manifest["spec"]
    name = copy_name(service.name, copy)
    ports: list[dict[str, Any]] = [{k: v for k, v in p.items() if k not in _NOT_OURS} for p in spec.get("ports", [])]
    labels = {LABEL_MANAGED_BY: "fairlead", LABEL_COMPONENT: component, LABEL_SERVICE: service.name}
    manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": service.manifest["metadata"]["namespace"], "labels": labels},
        "spec": {"type": "ClusterIP", "selector": {**spec["selector"], LABEL_COPY: copy}, "ports": ports},
    }
    return StoredObject(
        api_version="v1",
        kind="Service",
        name=name,
        source_name=service.source_name,
        role="Single",
        digest=digest(manifest),
        manifest=manifest,
    )
