"""The operator as it runs in the cluster."""

from dev.demo.install import NAMESPACE
from tests.integration.kubectl import Kubectl


def kill(kubectl: Kubectl) -> None:
    """Kill the operator without a warning. The kubelet starts it again."""
    kubectl("delete", "pod", "--all", "--namespace", NAMESPACE, "--grace-period=0", "--force", "--wait=false")


def is_ready(kubectl: Kubectl) -> bool:
    """Whether one operator is ready, and none is on its way out."""
    pods = kubectl.get("pods", "--namespace", NAMESPACE)["items"]
    return len(pods) == 1 and any(
        c["type"] == "Ready" and c["status"] == "True" for c in pods[0]["status"].get("conditions", [])
    )
