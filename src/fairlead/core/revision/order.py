"""The order in which objects are applied: what others need comes first, as Helm and kubectl do it."""

INSTALL_ORDER = (
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "PersistentVolumeClaim",
    "Role",
    "RoleBinding",
    "Service",
    "Deployment",
    "Ingress",
    "HTTPRoute",
)
_RANK = {kind: rank for rank, kind in enumerate(INSTALL_ORDER)}


def install_rank(kind: str, name: str) -> tuple[int, str, str]:
    """Return the sort key of an object: known kinds in their order, the rest after them, by kind and name."""
    return (_RANK.get(kind, len(INSTALL_ORDER)), kind, name)
