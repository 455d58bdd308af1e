"""The shape that a manifest must have to be read at all: what of it Fairlead looks at, and of which type that is.

The API server keeps manifests of a Component without looking into them, so this is the first that does. Messages name
fields and types, never values.
"""

from typing import Any

import msgspec
from msgspec import Struct

Manifest = dict[str, Any]
Labels = dict[str, str]
Objects = list[dict[str, Any]]


class _Shape(Struct, rename="camel"):
    """What is not named here is left to the API server."""


class _Metadata(_Shape):
    name: str
    namespace: str = ""
    labels: Labels = {}
    annotations: dict[str, str] = {}


class _Any(_Shape):
    api_version: str
    kind: str
    metadata: _Metadata


class _Container(_Shape):
    name: str
    ports: Objects = []


class _PodMetadata(_Shape):
    labels: Labels = {}
    annotations: dict[str, str] = {}


class _PodSpec(_Shape):
    containers: list[_Container]
    volumes: Objects = []


class _Template(_Shape):
    spec: _PodSpec
    metadata: _PodMetadata = msgspec.field(default_factory=_PodMetadata)


class _Selector(_Shape):
    match_labels: Labels = {}
    match_expressions: Objects = []


class _Strategy(_Shape):
    type: str = "RollingUpdate"


class _DeploymentSpec(_Shape):
    selector: _Selector
    template: _Template
    replicas: int = 1
    strategy: _Strategy = msgspec.field(default_factory=_Strategy)


class _Deployment(_Any):
    spec: _DeploymentSpec


class _ServiceSpec(_Shape):
    type: str = "ClusterIP"
    cluster_ip: str = msgspec.field(name="clusterIP", default="")
    selector: Labels = {}
    ports: Objects = []


class _Service(_Any):
    spec: _ServiceSpec


class _BudgetSpec(_Shape):
    selector: _Selector = msgspec.field(default_factory=_Selector)


class _Budget(_Any):
    spec: _BudgetSpec


class _Backend(_Shape):
    name: str
    namespace: str = ""
    group: str = ""
    kind: str = "Service"
    weight: int = 1


class _Rule(_Shape):
    matches: Objects = []
    backend_refs: list[_Backend] = []


class _RouteSpec(_Shape):
    rules: list[_Rule] = []


class _Route(_Any):
    spec: _RouteSpec


_SHAPES: dict[str, type[_Any]] = {
    "Deployment": _Deployment,
    "HTTPRoute": _Route,
    "PodDisruptionBudget": _Budget,
    "Service": _Service,
}


class Misshapen(Struct, frozen=True):
    """A field that is missing or of another type than it must be."""

    field: str
    why: str


def misshapen(manifest: Manifest) -> Misshapen | None:
    """Return what keeps a manifest from being read, or None."""
    kind = manifest.get("kind")
    try:
        msgspec.convert(manifest, _SHAPES.get(kind, _Any) if isinstance(kind, str) else _Any)
    except msgspec.ValidationError as error:
        why, _, field = str(error).partition(" - at `$.")
        return Misshapen(field.rstrip("`"), why[:1].lower() + why[1:])
    return None
