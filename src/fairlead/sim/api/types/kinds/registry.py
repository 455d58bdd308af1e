"""Which built-in kind has which strategy, and which versions share a stored form."""

from collections.abc import Callable

from fairlead.sim.api.types.kind import Object
from fairlead.sim.api.types.kinds.access import BINDING, ROLE
from fairlead.sim.api.types.kinds.autoscaler import AUTOSCALER, to_v1, to_v2
from fairlead.sim.api.types.kinds.config import CONFIG_MAP, NAMESPACE, SECRET
from fairlead.sim.api.types.kinds.definition import DEFINITION
from fairlead.sim.api.types.kinds.event import EVENT, to_core, to_events
from fairlead.sim.api.types.kinds.job import CRON_JOB, JOB
from fairlead.sim.api.types.kinds.network import DISRUPTION_BUDGET, INGRESS, NETWORK_POLICY
from fairlead.sim.api.types.kinds.node import NODE
from fairlead.sim.api.types.kinds.pod import POD
from fairlead.sim.api.types.kinds.resource_quota import RESOURCE_QUOTA
from fairlead.sim.api.types.kinds.service import SERVICE
from fairlead.sim.api.types.kinds.strategy import Strategy
from fairlead.sim.api.types.kinds.volume import CLAIM, VOLUME
from fairlead.sim.api.types.kinds.workload import (
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    REPLICATION_CONTROLLER,
    STATEFUL_SET,
)

STRATEGIES: dict[tuple[str, str], Strategy] = {
    ("", "ConfigMap"): CONFIG_MAP,
    ("", "Event"): EVENT,
    ("", "Namespace"): NAMESPACE,
    ("", "Node"): NODE,
    ("", "PersistentVolume"): VOLUME,
    ("", "PersistentVolumeClaim"): CLAIM,
    ("", "Pod"): POD,
    ("", "ReplicationController"): REPLICATION_CONTROLLER,
    ("", "ResourceQuota"): RESOURCE_QUOTA,
    ("", "Secret"): SECRET,
    ("", "Service"): SERVICE,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): DEFINITION,
    ("apps", "DaemonSet"): DAEMON_SET,
    ("apps", "Deployment"): DEPLOYMENT,
    ("apps", "ReplicaSet"): REPLICA_SET,
    ("apps", "StatefulSet"): STATEFUL_SET,
    ("autoscaling", "HorizontalPodAutoscaler"): AUTOSCALER,
    ("batch", "CronJob"): CRON_JOB,
    ("batch", "Job"): JOB,
    ("events.k8s.io", "Event"): EVENT,
    ("networking.k8s.io", "Ingress"): INGRESS,
    ("networking.k8s.io", "NetworkPolicy"): NETWORK_POLICY,
    ("policy", "PodDisruptionBudget"): DISRUPTION_BUDGET,
    ("rbac.authorization.k8s.io", "ClusterRole"): ROLE,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): BINDING,
    ("rbac.authorization.k8s.io", "Role"): ROLE,
    ("rbac.authorization.k8s.io", "RoleBinding"): BINDING,
}

Conversion = Callable[[Object], Object]


def _as_it_is(obj: Object) -> Object:
    return obj


def conversions(group: str, version: str, kind: str) -> tuple[str, str, Conversion, Conversion]:
    """Group and version of the stored form, and the ways to it and from it."""
    if (group, version, kind) == ("autoscaling", "v1", "HorizontalPodAutoscaler"):
        return "autoscaling", "v2", to_v2, to_v1
    if (group, kind) == ("events.k8s.io", "Event"):
        return "", "v1", to_core, to_events
    return group, version, _as_it_is, _as_it_is
