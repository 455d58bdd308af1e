"""The cells of the built-in kinds, in the order of their columns."""

from collections.abc import Callable
from typing import Any

from fairlead.sim.api.types.columns.age import UNKNOWN, since
from fairlead.sim.api.types.columns.batch import cron_job, job
from fairlead.sim.api.types.columns.network import endpoint_slice, endpoints, ingress, network_policy, service
from fairlead.sim.api.types.columns.node import node
from fairlead.sim.api.types.columns.pod import pod
from fairlead.sim.api.types.columns.policy import autoscaler, claim, disruption_budget, event, quota, volume
from fairlead.sim.api.types.columns.text import labels
from fairlead.sim.api.types.columns.workload import (
    daemon_set,
    deployment,
    replica_set,
    stateful_set,
)
from fairlead.sim.api.types.kind import Kind, Object

Cells = Callable[[Object, str], list[Any]]


def _config_map(obj: Object, now: str) -> list[Any]:
    return [len(obj.get("data") or ()) + len(obj.get("binaryData") or ()), _age(obj, now)]


def _secret(obj: Object, now: str) -> list[Any]:
    return [obj.get("type", ""), len(obj.get("data") or ()), _age(obj, now)]


def _service_account(obj: Object, now: str) -> list[Any]:
    return [len(obj.get("secrets") or ()), _age(obj, now)]


def _namespace(obj: Object, now: str) -> list[Any]:
    return [obj.get("status", {}).get("phase", ""), _age(obj, now)]


def _lease(obj: Object, now: str) -> list[Any]:
    return [(obj.get("spec") or {}).get("holderIdentity", ""), _age(obj, now)]


def _binding(obj: Object, now: str) -> list[Any]:
    role, subjects = obj["roleRef"], obj.get("subjects") or ()
    by_kind = {
        kind: ", ".join(
            f"{one.get('namespace', '')}/{one['name']}" if kind == "ServiceAccount" else one["name"]
            for one in subjects
            if one["kind"] == kind
        )
        for kind in ("User", "Group", "ServiceAccount")
    }
    return [f"{role['kind']}/{role['name']}", _age(obj, now), *by_kind.values()]


def _webhooks(obj: Object, now: str) -> list[Any]:
    return [len(obj.get("webhooks") or ()), _age(obj, now)]


def _admission_policy(obj: Object, now: str) -> list[Any]:
    param = obj["spec"].get("paramKind")
    shown = f"{param['apiVersion']}/{param['kind']}" if param else "<unset>"
    return [len(obj["spec"].get("validations") or ()), shown, _age(obj, now)]


def _admission_binding(obj: Object, now: str) -> list[Any]:
    param = obj["spec"].get("paramRef") or {}
    name = param.get("name", "")
    shown = f"{param['namespace']}/{name}" if param.get("namespace") else name
    return [obj["spec"].get("policyName", ""), shown or "<unset>", _age(obj, now)]


def _priority_class(obj: Object, now: str) -> list[Any]:
    return [obj.get("value", 0), obj.get("globalDefault", False), _age(obj, now), obj.get("preemptionPolicy", "")]


def _storage_class(obj: Object, now: str) -> list[Any]:
    return [
        obj["provisioner"],
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        obj.get("allowVolumeExpansion", False),
        _age(obj, now),
    ]


def _ingress_class(obj: Object, now: str) -> list[Any]:
    spec = obj["spec"]
    parameters = spec.get("parameters")
    shown = ".".join(filter(None, (parameters["kind"], parameters.get("apiGroup")))) if parameters else "<none>"
    return [spec.get("controller", ""), f"{shown}/{parameters['name']}" if parameters else shown, _age(obj, now)]


def _controller_revision(obj: Object, now: str) -> list[Any]:
    owner = next((one for one in obj["metadata"].get("ownerReferences") or () if one.get("controller")), None)
    return [f"{owner['kind'].lower()}/{owner['name']}" if owner else "<none>", obj.get("revision", 0), _age(obj, now)]


def _pod_template(obj: Object, _now: str) -> list[Any]:
    template = obj["template"]
    containers = template["spec"].get("containers") or ()
    return [
        ",".join(one["name"] for one in containers),
        ",".join(one.get("image", "") for one in containers),
        labels(template.get("metadata", {}).get("labels")),
    ]


def _scale(obj: Object, now: str) -> list[Any]:
    return [obj["spec"].get("replicas", 0), obj["status"].get("replicas", 0), _age(obj, now)]


_CELLS: dict[tuple[str, str], Cells] = {
    ("", "ConfigMap"): _config_map,
    ("", "Endpoints"): endpoints,
    ("", "Namespace"): _namespace,
    ("", "Node"): node,
    ("", "PersistentVolume"): volume,
    ("", "PersistentVolumeClaim"): claim,
    ("", "Pod"): pod,
    ("", "PodTemplate"): _pod_template,
    ("", "ReplicationController"): replica_set,
    ("", "ResourceQuota"): quota,
    ("", "Secret"): _secret,
    ("", "Service"): service,
    ("", "ServiceAccount"): _service_account,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _webhooks,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): _admission_policy,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): _admission_binding,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _webhooks,
    ("apps", "ControllerRevision"): _controller_revision,
    ("apps", "DaemonSet"): daemon_set,
    ("apps", "Deployment"): deployment,
    ("apps", "ReplicaSet"): replica_set,
    ("apps", "StatefulSet"): stateful_set,
    ("autoscaling", "HorizontalPodAutoscaler"): autoscaler,
    ("autoscaling", "Scale"): _scale,
    ("batch", "CronJob"): cron_job,
    ("batch", "Job"): job,
    ("coordination.k8s.io", "Lease"): _lease,
    ("discovery.k8s.io", "EndpointSlice"): endpoint_slice,
    ("networking.k8s.io", "Ingress"): ingress,
    ("networking.k8s.io", "IngressClass"): _ingress_class,
    ("networking.k8s.io", "NetworkPolicy"): network_policy,
    ("policy", "PodDisruptionBudget"): disruption_budget,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _binding,
    ("rbac.authorization.k8s.io", "RoleBinding"): _binding,
    ("scheduling.k8s.io", "PriorityClass"): _priority_class,
    ("storage.k8s.io", "StorageClass"): _storage_class,
}


def cells(kind: Kind, obj: Object, now: str) -> list[Any]:
    """One value a column. A kind that has no cells of its own shows its name and its age."""
    if kind.kind == "Event":
        return event(obj, now)
    name = obj["metadata"].get("name", "")
    own = _CELLS.get((kind.group, kind.kind))
    if own is not None:
        return [name, *own(obj, now)]
    simple = {"Name": name, "Age": _age(obj, now), "Created At": obj["metadata"].get("creationTimestamp")}
    return [simple.get(column.name, UNKNOWN) for column in kind.columns]


def _age(obj: Object, now: str) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)
