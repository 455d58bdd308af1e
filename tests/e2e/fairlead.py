"""Fairlead as users install it: from the one-file manifest, in the cluster."""

import json
import subprocess
import sys
from pathlib import Path

from dev.cluster.image import read
from tests.integration.kubectl import Kubectl

ROOT = Path(__file__).parents[2]
NAMESPACE = "fairlead"


def install(kubectl: Kubectl) -> None:
    """Install this working tree, and wait until it is ready. A second time installs what changed."""
    image = subprocess.run(
        [sys.executable, "-m", "dev.cluster", "image", "operator"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    kubectl("apply", "--server-side", "--force-conflicts", "-f", str(ROOT / "charts" / "fairlead.yaml"))
    # The name of the image stays the same; its digest tells whether pods have to be replaced.
    digest = read(Path(image.stdout.strip())).digest
    template = {"spec": {"template": {"metadata": {"annotations": {"fairlead.dev/image-digest": digest}}}}}
    kubectl(
        "patch", "deployment", "fairlead", "--namespace", NAMESPACE, "--type=merge", "--patch", json.dumps(template)
    )
    kubectl("rollout", "status", "deployment/fairlead", "--namespace", NAMESPACE, "--timeout=50s")


def kill(kubectl: Kubectl) -> None:
    """Kill the operator without a warning. The kubelet starts it again."""
    kubectl("delete", "pod", "--all", "--namespace", NAMESPACE, "--grace-period=0", "--force", "--wait=false")


def is_ready(kubectl: Kubectl) -> bool:
    """Whether one operator is ready, and none is on its way out."""
    pods = kubectl.get("pods", "--namespace", NAMESPACE)["items"]
    return len(pods) == 1 and any(
        c["type"] == "Ready" and c["status"] == "True" for c in pods[0]["status"].get("conditions", [])
    )
