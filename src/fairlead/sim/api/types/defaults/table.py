"""Defaults that depend on nothing but the absence of the field: by struct, by field.

A struct's name stands with its group where two groups mean different things by it. A field that is no pointer counts as
absent when it is zero; that is what decoding has made of it already.
"""

from typing import Any

_WEBHOOK: dict[str, Any] = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}
_CONTAINER = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}

TABLE: dict[str, dict[str, Any]] = {
    # core
    "ConfigMapVolumeSource": {"defaultMode": 0o644},
    "Container": _CONTAINER,
    "ContainerPort": {"protocol": "TCP"},
    "DownwardAPIVolumeSource": {"defaultMode": 0o644},
    "EphemeralContainer": _CONTAINER,
    "HTTPGetAction": {"path": "/", "scheme": "HTTP"},
    "HostPathVolumeSource": {"type": ""},
    "NamespaceStatus": {"phase": "Active"},
    "ObjectFieldSelector": {"apiVersion": "v1"},
    "PersistentVolumeClaimSpec": {"volumeMode": "Filesystem"},
    "PersistentVolumeClaimStatus": {"phase": "Pending"},
    "PersistentVolumeSpec": {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"},
    "PersistentVolumeStatus": {"phase": "Pending"},
    "PodSpec": {
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
        "schedulerName": "default-scheduler",
    },
    "Probe": {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
    "ProjectedVolumeSource": {"defaultMode": 0o644},
    "ReplicationControllerSpec": {"replicas": 1},
    "Secret": {"type": "Opaque"},
    "SecretVolumeSource": {"defaultMode": 0o644},
    "ServiceAccountTokenProjection": {"expirationSeconds": 3600},
    "EndpointPort": {"protocol": "TCP"},
    # discovery
    "discovery.k8s.io:EndpointPort": {"name": "", "protocol": "TCP"},
    # apps
    "DaemonSetSpec": {"revisionHistoryLimit": 10},
    "DeploymentSpec": {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600},
    "ReplicaSetSpec": {"replicas": 1},
    "StatefulSetSpec": {
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "persistentVolumeClaimRetentionPolicy": {},
    },
    "StatefulSetPersistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    # batch
    "CronJobSpec": {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
    },
    "PodFailurePolicyOnPodConditionsPattern": {"status": "True"},
    # autoscaling
    "HorizontalPodAutoscalerSpec": {"minReplicas": 1},
    # networking
    "NetworkPolicyPort": {"protocol": "TCP"},
    "IngressClassParametersReference": {"scope": "Cluster"},
    # rbac
    "RoleRef": {"apiGroup": "rbac.authorization.k8s.io"},
    # storage
    "StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
    "CSIDriverSpec": {
        "attachRequired": True,
        "podInfoOnMount": False,
        "storageCapacity": False,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "volumeLifecycleModes": ["Persistent"],
        "requiresRepublish": False,
        "seLinuxMount": False,
    },
    # admissionregistration
    "ValidatingWebhook": _WEBHOOK,
    "MutatingWebhook": {**_WEBHOOK, "reinvocationPolicy": "Never"},
    "RuleWithOperations": {"scope": "*"},
    "NamedRuleWithOperations": {"scope": "*"},
    "ServiceReference": {"port": 443},
    "ValidatingAdmissionPolicySpec": {"failurePolicy": "Fail"},
    "MatchResources": {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}},
    # scheduling
    "PriorityClass": {"preemptionPolicy": "PreemptLowerPriority"},
    # apiextensions
    "CustomResourceDefinitionSpec": {"conversion": {"strategy": "None"}},
}
