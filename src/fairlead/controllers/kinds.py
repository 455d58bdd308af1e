"""Kubernetes kinds as Fairlead reads them: only the fields that an observation uses, so that decoding stays cheap."""

from typing import Any

from msgspec import Struct, field

from fairlead.api.meta import ObjectMeta


class Read(Struct, rename="camel", frozen=True, kw_only=True):
    """The base of what is only read."""


class Owner(Read, frozen=True):
    """The part that is read."""

    kind: str = ""
    uid: str = ""


class OwnedMeta(ObjectMeta, frozen=True):
    """Metadata of what goes with its owner."""

    owner_references: tuple[Owner, ...] = ()


class RevisionSpec(Read, frozen=True):
    """The part that is followed."""

    component: str


class Revision(Read, frozen=True):
    """fairlead.dev Revision, without what it holds."""

    metadata: OwnedMeta
    spec: RevisionSpec


class DeploymentSpec(Read, frozen=True):
    """The part that is read."""

    replicas: int = 1


class DeploymentStatus(Read, frozen=True):
    """The part that is read."""

    ready_replicas: int = 0
    observed_generation: int = 0


class Deployment(Read, frozen=True):
    """apps/v1 Deployment."""

    metadata: ObjectMeta
    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()


class Waiting(Read, frozen=True):
    """The part that is read."""

    reason: str = ""
    message: str = ""


class ContainerState(Read, frozen=True):
    """The part that is read."""

    waiting: Waiting | None = None


class ContainerStatus(Read, frozen=True):
    """The part that is read."""

    restart_count: int = 0
    state: ContainerState = ContainerState()


class PodCondition(Read, frozen=True):
    """The part that is read."""

    type: str
    status: str
    reason: str = ""
    message: str = ""


class PodStatus(Read, frozen=True):
    """The part that is read."""

    pod_ip: str = field(name="podIP", default="")
    conditions: tuple[PodCondition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Read, frozen=True):
    """v1 Pod."""

    metadata: ObjectMeta
    status: PodStatus = PodStatus()


class ServiceSpec(Read, frozen=True):
    """The part that is read."""

    selector: dict[str, str] = {}


class Service(Read, frozen=True):
    """v1 Service."""

    metadata: ObjectMeta
    spec: ServiceSpec = ServiceSpec()


class EndpointConditions(Read, frozen=True):
    """The part that is read."""

    ready: bool | None = None


class TargetRef(Read, frozen=True):
    """The part that is read."""

    kind: str = ""
    name: str = ""


class Endpoint(Read, frozen=True):
    """The part that is read."""

    conditions: EndpointConditions = EndpointConditions()
    target_ref: TargetRef | None = None


class EndpointSlice(Read, frozen=True):
    """discovery.k8s.io/v1 EndpointSlice."""

    metadata: ObjectMeta
    endpoints: tuple[Endpoint, ...] | None = None


class ParentRef(Read, frozen=True):
    """The part that is read."""

    name: str
    namespace: str = ""
    kind: str = "Gateway"
    section_name: str = ""
    port: int = 0


class RouteCondition(Read, frozen=True):
    """The part that is read."""

    type: str
    status: str
    message: str = ""
    observed_generation: int = 0


class ParentStatus(Read, frozen=True):
    """The part that is read."""

    parent_ref: ParentRef
    conditions: tuple[RouteCondition, ...] = ()


class HTTPRouteSpec(Read, frozen=True):
    """The part that is read."""

    parent_refs: tuple[ParentRef, ...] = ()
    hostnames: tuple[str, ...] = ()
    rules: tuple[dict[str, Any], ...] = ()


class HTTPRouteStatus(Read, frozen=True):
    """The part that is read."""

    parents: tuple[ParentStatus, ...] = ()


class OwnedSpec(Read, frozen=True):
    """The part that is read."""

    rules: dict[str, Any] | None = field(name="f:rules", default=None)


class OwnedFields(Read, frozen=True):
    """The part that is read."""

    spec: OwnedSpec = field(name="f:spec", default=OwnedSpec())


class ManagedFields(Read, frozen=True):
    """What one field manager owns."""

    manager: str = ""
    time: str = ""
    fields: OwnedFields = field(name="fieldsV1", default=OwnedFields())


class RouteMeta(ObjectMeta, frozen=True):
    """Metadata with its writers: a route may be the one object of a Component that others write."""

    managed_fields: tuple[ManagedFields, ...] = ()


class HTTPRoute(Read, frozen=True):
    """gateway.networking.k8s.io/v1 HTTPRoute."""

    metadata: RouteMeta
    spec: HTTPRouteSpec = HTTPRouteSpec()
    status: HTTPRouteStatus = HTTPRouteStatus()


class GatewayAddress(Read, frozen=True):
    """The part that is read."""

    value: str = ""


class Listener(Read, frozen=True):
    """The part that is read."""

    name: str
    port: int
    protocol: str


class GatewaySpec(Read, frozen=True):
    """The part that is read."""

    listeners: tuple[Listener, ...] = ()


class GatewayStatus(Read, frozen=True):
    """The part that is read."""

    addresses: tuple[GatewayAddress, ...] = ()


class Gateway(Read, frozen=True):
    """gateway.networking.k8s.io/v1 Gateway."""

    metadata: ObjectMeta
    spec: GatewaySpec = GatewaySpec()
    status: GatewayStatus = GatewayStatus()
