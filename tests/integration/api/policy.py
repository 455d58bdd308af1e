"""The admission policy of the chart, in force: the API server takes a moment before it heeds a new one."""

import json
from pathlib import Path

from tests.integration.kubectl import Kubectl
from tests.until import until

CHART = Path(__file__).parents[3] / "charts" / "fairlead"

_TWICE = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}] * 2
_REFUSED_BY_THE_POLICY_ALONE = {
    "apiVersion": "fairlead.dev/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "bad", "namespace": "default"},
    "spec": {"serviceAccountName": "a", "source": {"inline": _TWICE}},
}


def enforce_policy(kubectl: Kubectl) -> None:
    """Apply the policy and wait until it is heeded."""
    kubectl("apply", "--server-side", "-f", str(CHART / "templates" / "component-policy.yaml"))
    create = ("create", "--dry-run=server", "-f", "-")
    bad = json.dumps(_REFUSED_BY_THE_POLICY_ALONE)
    until("the policy is heeded", lambda: "more than once" in kubectl.run(*create, stdin=bad).stderr)
