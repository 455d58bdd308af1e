"""The admission policy of the chart, in force: the API server takes a moment before it heeds a new one."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from tests.integration.kubectl import Kubectl

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
    wait_until(lambda: "more than once" in kubectl.run(*create, stdin=bad).stderr, "the policy is not heeded")


def wait_until(holds: Callable[[], bool], trouble: str, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, trouble
        time.sleep(0.1)
