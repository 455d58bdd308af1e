"""What the engine may know of the cluster: the observed state of the objects that a Release touches.

Only what a decision uses is here. How it was observed, and that there is a Kubernetes API, is not known here.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Pod(Struct, frozen=True, kw_only=True):
    """One pod of a copy."""

    name: str
    uid: str
    copy: str
    ready: bool = False
    ip: str = ""
    restarts: int = 0
    trouble: str = ""
    """Why it does not start, as the kubelet or the scheduler say it, for example `ImagePullBackOff: ...`."""
    terminating: bool = False


class Deployment(Struct, frozen=True, kw_only=True):
    """One copy of a workload."""

    name: str
    uid: str
    resource_version: str
    replicas: int
    """Replicas asked for."""
    ready_replicas: int = 0


class Service(Struct, frozen=True, kw_only=True):
    """A Service and the pods behind it that its EndpointSlices say are ready."""

    name: str
    resource_version: str
    selector: Mapping[str, str]
    ready_pods: frozenset[str] = frozenset()


class Route(Struct, frozen=True, kw_only=True):
    """An HTTPRoute and what its gateways say of this generation of it."""

    name: str
    resource_version: str
    generation: int
    rules: tuple[dict[str, Any], ...]
    accepted: bool = False
    """Every parent accepted the current generation and resolved its backends."""
    trouble: str = ""
    """What a parent says against the current generation."""


class Tally(Struct, frozen=True, kw_only=True):
    """Which revision answered, how often, when one Service was asked for through the gateway."""

    stable: int = 0
    candidate: int = 0
    other: int = 0
    """Answers without the header, or with one that belongs to neither revision, and requests without an answer."""


class Answers(Struct, frozen=True, kw_only=True):
    """What the data plane answered when it was asked which revision serves, by Service that is split.

    `generations` are those of the routes when it was asked: an older answer says nothing about a route as it is now.
    """

    generations: Mapping[str, int]
    tallies: Mapping[str, Tally] = {}
    """Services that cannot be asked for, or whose revisions answer alike, are not among them."""
