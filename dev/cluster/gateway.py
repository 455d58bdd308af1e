"""Traefik implements the Gateway API: GatewayClass `traefik`, Gateway `web` in the namespace `gateway`."""

import subprocess
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from dev.cluster import programs
from dev.cluster.api_server import ApiServer
from dev.cluster.cache import digest
from dev.cluster.home import Home
from dev.cluster.network import NODE_ADDRESS
from dev.cluster.wait import wait_until

PORT = 30800

_MANIFESTS = Path(__file__).with_name("gateway.yaml")
_TIMEOUT_S = 60.0
_GATEWAY = "/apis/gateway.networking.k8s.io/v1/namespaces/gateway/gateways/web"


def serve(home: Home, server: ApiServer) -> None:
    """Applies what is not applied. Returns when the gateway is programmed and answers."""
    crds = programs.gateway_api()
    needs = [daemon.name for daemon in home.processes.all()]
    applied, current = home.path / "gateway", digest([_MANIFESTS.read_bytes(), crds.name.encode()])
    if not applied.exists() or applied.read_text() != current:
        # A kind that was just defined may not be known yet when its first object comes: then once more.
        for manifests in (crds, _MANIFESTS):
            accepted = partial(_apply, home, manifests)
            wait_until(f"the acceptance of {manifests.name}", accepted, _TIMEOUT_S, home.processes, needs)
        home.write(applied.name, current)
    wait_until("the gateway", lambda: _serves(server), _TIMEOUT_S, home.processes, needs)


def _apply(home: Home, manifests: Path) -> bool:
    """Applies a file or the files of a folder. Raises OSError with kubectl's words when that fails."""
    command: list[str | Path] = [programs.kubernetes() / "kubectl", f"--kubeconfig={home.kubeconfig}"]
    command += [f"--cache-dir={home.path}/kubectl", "apply", "--server-side", "--force-conflicts"]
    done = subprocess.run([*command, f"--filename={manifests}"], capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())
    return True


def _serves(server: ApiServer) -> bool:
    """Whether the Gateway is programmed, and Traefik answers on the node's port, with whatever."""
    connection = HTTPConnection(NODE_ADDRESS, PORT, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500 and server.condition(_GATEWAY, "Programmed")
    finally:
        connection.close()
