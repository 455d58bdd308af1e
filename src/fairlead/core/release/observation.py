"""What the engine may know of the cluster: the observed state of the objects that a Release touches.

Only what a decision uses is here. How it was observed, and that there is a Kubernetes API, is not known here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

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
    uid: str
    resource_version: str
    generation: int
    rules: tuple[dict[str, Any], ...]
    accepted: bool = False
    """Every parent accepted the current generation and resolved its backends."""
    trouble: str = ""
    """What a parent says against the current generation."""
    other_writer: str = ""
    """The field manager, other than ours, that wrote the rules last; empty where nobody else did."""


class Way(NamedTuple):
    """One way of requests to a Service: a rule of a route, at one generation of the route.

    An answer on it says nothing about the route as it is at another generation, nor about another route of its name:
    one that was deleted and created again counts its generations anew.
    """

    service: str
    route: str
    rule: int
    """Index of the rule."""
    uid: str
    """Which route of that name it is."""
    generation: int


class Tally(Struct, frozen=True, kw_only=True):
    """Which revision answered, how often, when it was asked on one way."""

    stable: int = 0
    candidate: int = 0
    other: int = 0
    """Answers without the header, or with one that belongs to neither revision, and requests without an answer."""


Answers = Mapping[Way, Tally | None]
"""What the data plane answered last; None on a way that cannot be asked, or where the revisions answer alike."""
