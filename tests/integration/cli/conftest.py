"""The command line as a program of its own, against an API server that knows Fairlead's resources."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fairlead.api.component import Component
from fairlead.api.release import Release
from tests.integration.conftest import ApiServer
from tests.integration.kubectl import Kubectl
from tests.unit.cli import scene

ROOT = Path(__file__).parents[3]
CRDS = ROOT / "charts" / "fairlead" / "crds"


class Shop:
    """Objects of one namespace, written by hand as the operator would write them."""

    def __init__(self, kubectl: Kubectl, kubeconfig: Path, namespace: str) -> None:
        self.kubectl = kubectl
        self.kubeconfig = kubeconfig
        self.namespace = namespace

    def fairlead(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        target = ("--kubeconfig", str(self.kubeconfig), "-n", self.namespace)
        command = [sys.executable, "-m", "fairlead", *words, *target]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT / "src")

    def answer(self, *words: str) -> Any:
        """Run one command that succeeds and prints JSON."""
        done = self.fairlead(*words, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def write(self, *objects: Component | Release) -> None:
        """Create objects, and then their status: which generation it answers is only known then."""
        for o in objects:
            plain = msgspec.to_builtins(o)
            plain["metadata"] = {"name": o.metadata.name, "namespace": self.namespace}
            status = plain.pop("status", {})
            if isinstance(o, Component):
                plain["spec"]["source"] = {"inline": [_settings(self.namespace)]}
            self.kubectl.apply(plain)
            self.status(o.kind.lower(), o.metadata.name, status)

    def status(self, kind: str, name: str, status: dict[str, Any]) -> None:
        if "observedGeneration" in status:
            status |= {
                "observedGeneration": self.kubectl.get("-n", self.namespace, kind, name)["metadata"]["generation"]
            }
        for condition in status.get("conditions", []):
            condition["lastTransitionTime"] = "2026-11-25T16:00:00Z"
        patch = json.dumps({"status": status})
        self.kubectl("patch", "-n", self.namespace, kind, name, "--subresource=status", "--type=merge", "-p", patch)

    def requested(self, name: str) -> str:
        """What is asked for about a Release."""
        return str(self.kubectl.get("-n", self.namespace, "release", name)["spec"].get("requested", ""))


def _settings(namespace: str) -> dict[str, Any]:
    metadata = {"name": "settings", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"currency": "EUR"}}


@pytest.fixture(scope="session")
def installed(api_server: ApiServer) -> ApiServer:
    kubectl = api_server.kubectl
    kubectl("apply", "--server-side", "-f", str(CRDS))
    kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(CRDS))
    return api_server


@pytest.fixture
def shop(installed: ApiServer, namespace: str) -> Shop:
    """A shop whose Component is there, and nothing else."""
    shop = Shop(installed.kubectl, installed.kubeconfig, namespace)
    shop.write(scene.component())
    return shop
