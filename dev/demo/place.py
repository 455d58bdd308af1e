"""Where the demonstration takes place: the local node, or the context that was named. No other cluster is touched."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dev.cluster import gateway, network, programs
from dev.cluster.home import Home
from dev.demo.broken import Broken
from dev.demo.kubectl import Kubectl
from fairlead.cli.target import Target

REPOSITORY = Path(__file__).parents[2]
LOCAL = "local"
#: The Gateway that the example's route names as its parent.
GATEWAY = ("--namespace", "gateway", "get", "gateway", "web")


@dataclass(frozen=True)
class Place:
    """One cluster."""

    kubectl: Kubectl
    target: Target
    gateway_url: str
    home: Home | None
    """The local node; None for a cluster that is not ours."""


def local() -> Place:
    """Build what is missing, bring the node up where it is not, and return it."""
    # Programs of their own: what they start must not be our children, nor end with us.
    for verb in ("build", "up"):
        command = [sys.executable, "-m", "dev.cluster", verb]
        if subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL).returncode:
            raise Broken(f"the local cluster: `{verb}` failed, see above")
    return node(Home(LOCAL))


def node(home: Home) -> Place:
    """Return the node of a home, which is up."""
    return Place(
        kubectl=Kubectl(programs.kubernetes() / "kubectl", ("--kubeconfig", str(home.kubeconfig))),
        target=Target(kubeconfig=home.kubeconfig),
        gateway_url=f"http://{network.NODE_ADDRESS}:{gateway.PORT}",
        home=home,
    )


def elsewhere(context: str) -> Place:
    """Return the cluster of a context of the user's kubeconfig; nothing is brought up or built for it."""
    found = shutil.which("kubectl")
    kubectl = Kubectl(Path(found) if found else programs.kubernetes() / "kubectl", ("--context", context))
    told = json.loads(kubectl(*GATEWAY, "--output=json"))
    addresses = told.get("status", {}).get("addresses", [])
    if not addresses:
        raise Broken(f"{context}: the Gateway web in namespace gateway has no address in its status")
    url = f"http://{addresses[0]['value']}:{told['spec']['listeners'][0]['port']}"
    return Place(kubectl=kubectl, target=Target(context=context), gateway_url=url, home=None)
