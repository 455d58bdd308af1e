"""Defaults that depend on other fields: by struct, a function that fills it in place."""

from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from typing import Any

Part = dict[str, Any]
_VOLUME_META = {"name"}


def _image_pull_policy(image: str) -> str:
    """Always for what may change under its name: the tag `latest`, or no tag and no digest."""
    name, _, digest = image.partition("@")
    _, _, last = name.rpartition("/")
    tag = last.partition(":")[2] or ("" if digest else "latest")
    return "Always" if tag == "latest" else "IfNotPresent"


def _container(part: Part) -> None:
    if not part.get("imagePullPolicy"):
        part["imagePullPolicy"] = _image_pull_policy(part.get("image", ""))


def _volume(part: Part) -> None:
    if not part.keys() - _VOLUME_META:
        part["emptyDir"] = {}
    if (image := part.get("image")) is not None and not image.get("pullPolicy"):
        image["pullPolicy"] = _image_pull_policy(image.get("reference", ""))


def _pod_spec(part: Part) -> None:
    """The account has two names, one of them from long ago."""
    if name := part.get("serviceAccountName") or part.get("serviceAccount"):
        part["serviceAccountName"] = part["serviceAccount"] = name


def _secret(part: Part) -> None:
    """What was sent as text is kept as data."""
    for key, text in (part.pop("stringData", None) or {}).items():
        part.setdefault("data", {})[key] = b64encode(text.encode()).decode()


def _stateful_set_spec(part: Part) -> None:
    for template in part.get("volumeClaimTemplates") or ():
        template.setdefault("kind", "PersistentVolumeClaim")
        template.setdefault("apiVersion", "v1")


def _pod(part: Part) -> None:
    spec = part["spec"]
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        resources = container.get("resources") or {}
        if limits := resources.get("limits"):
            resources["requests"] = {**limits, **resources.get("requests", {})}
    spec.setdefault("enableServiceLinks", True)
    if spec.get("hostNetwork"):
        for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
            for port in container.get("ports") or ():
                if not port.get("hostPort"):
                    port["hostPort"] = port.get("containerPort", 0)


def _service_spec(part: Part) -> None:
    if part.setdefault("sessionAffinity", "None") == "None":
        part.pop("sessionAffinityConfig", None)
    elif part["sessionAffinity"] == "ClientIP":
        config = part.get("sessionAffinityConfig") or {}
        if (config.get("clientIP") or {}).get("timeoutSeconds") is None:
            part["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    type_ = part.setdefault("type", "ClusterIP")
    for port in part.get("ports") or ():
        port.setdefault("protocol", "TCP")
        if port.get("targetPort") in {0, "", None}:
            port["targetPort"] = port.get("port", 0)
    external = type_ in {"NodePort", "LoadBalancer"} or (type_ == "ClusterIP" and part.get("externalIPs"))
    if external:
        part.setdefault("externalTrafficPolicy", "Cluster")
    if type_ in {"NodePort", "LoadBalancer", "ClusterIP"}:
        part.setdefault("internalTrafficPolicy", "Cluster")
    if type_ == "LoadBalancer":
        part.setdefault("allocateLoadBalancerNodePorts", True)


def _service(part: Part) -> None:
    for ingress in (part.get("status", {}).get("loadBalancer") or {}).get("ingress") or ():
        if part["spec"].get("type") == "LoadBalancer" and ingress.get("ip"):
            ingress.setdefault("ipMode", "VIP")


def _namespace(part: Part) -> None:
    if name := part["metadata"].get("name"):
        part["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = name


def _node_status(part: Part) -> None:
    if part.get("capacity") and not part.get("allocatable"):
        part["allocatable"] = dict(part["capacity"])


def _limit_range_item(part: Part) -> None:
    if part.get("type") != "Container":
        return
    limits = {**part.get("max", {}), **part.get("default", {})}
    requests = {**part.get("min", {}), **limits, **part.get("defaultRequest", {})}
    for name, values in (("default", limits), ("defaultRequest", requests)):
        if values:
            part[name] = values


def _replication_controller(part: Part) -> None:
    template = part["spec"].get("template") or {}
    if found := (template.get("metadata") or {}).get("labels"):
        if not part["spec"].get("selector"):
            part["spec"]["selector"] = dict(found)
        if not part["metadata"].get("labels"):
            part["metadata"]["labels"] = dict(found)


def _deployment_strategy(part: Part) -> None:
    if part.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = part.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")


def _daemon_set_strategy(part: Part) -> None:
    if part.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = part.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)


def _daemon_set(part: Part) -> None:
    """Its templates are counted in an annotation, for clients of long ago."""
    annotations = part["metadata"].setdefault("annotations", {})
    annotations.setdefault("deprecated.daemonset.template.generation", "0")


def _stateful_set_strategy(part: Part) -> None:
    if not part.get("type"):
        part["type"] = "RollingUpdate"
        part.setdefault("rollingUpdate", {})
    if part["type"] == "RollingUpdate" and "rollingUpdate" in part:
        part["rollingUpdate"].setdefault("partition", 0)


def _job_spec(part: Part) -> None:
    if "completions" not in part and "parallelism" not in part:
        part["completions"] = 1
    part.setdefault("parallelism", 1)
    part.setdefault("backoffLimit", 2**31 - 1 if "backoffLimitPerIndex" in part else 6)
    part.setdefault("completionMode", "NonIndexed")
    part.setdefault("suspend", False)
    part.setdefault("podReplacementPolicy", "Failed" if "podFailurePolicy" in part else "TerminatingOrFailed")
    part.setdefault("manualSelector", False)


def _job(part: Part) -> None:
    """Only a Job itself: the template in a CronJob is left as it is."""
    _job_spec(part["spec"])
    found = (part["spec"]["template"].get("metadata") or {}).get("labels")
    if found and not part["metadata"].get("labels"):
        part["metadata"]["labels"] = dict(found)


_SCALE_UP: Part = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
_SCALE_DOWN: Part = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}


def _autoscaler(part: Part) -> None:
    if not part.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        part["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if (behavior := part.get("behavior")) is not None:
        behavior["scaleUp"] = {**deepcopy(_SCALE_UP), **behavior.get("scaleUp", {})}
        behavior["scaleDown"] = {**deepcopy(_SCALE_DOWN), **behavior.get("scaleDown", {})}


def _network_policy_spec(part: Part) -> None:
    if not part.get("policyTypes"):
        part["policyTypes"] = ["Ingress", *(["Egress"] if part.get("egress") else [])]


def _subject(part: Part) -> None:
    if part.get("kind") in {"User", "Group"}:
        part.setdefault("apiGroup", "rbac.authorization.k8s.io")


def _crd_names(part: Part) -> None:
    kind = part.get("kind", "")
    if not part.get("singular") and kind:
        part["singular"] = kind.lower()
    if not part.get("listKind") and kind:
        part["listKind"] = f"{kind}List"


def _crd(part: Part) -> None:
    status = part.setdefault("status", {})
    if not status.get("storedVersions"):
        stored = [version["name"] for version in part["spec"].get("versions") or () if version.get("storage")]
        if stored:
            status["storedVersions"] = stored[:1]


RULES: dict[str, Callable[[Part], None]] = {
    "Container": _container,
    "EphemeralContainer": _container,
    "Volume": _volume,
    "Pod": _pod,
    "Service": _service,
    "ServiceSpec": _service_spec,
    "Namespace": _namespace,
    "NodeStatus": _node_status,
    "LimitRangeItem": _limit_range_item,
    "ReplicationController": _replication_controller,
    "DeploymentStrategy": _deployment_strategy,
    "DaemonSet": _daemon_set,
    "DaemonSetUpdateStrategy": _daemon_set_strategy,
    "StatefulSetUpdateStrategy": _stateful_set_strategy,
    "Job": _job,
    "PodSpec": _pod_spec,
    "Secret": _secret,
    "StatefulSetSpec": _stateful_set_spec,
    "autoscaling/v2:HorizontalPodAutoscalerSpec": _autoscaler,
    "NetworkPolicySpec": _network_policy_spec,
    "Subject": _subject,
    "CustomResourceDefinitionNames": _crd_names,
    "CustomResourceDefinition": _crd,
}
