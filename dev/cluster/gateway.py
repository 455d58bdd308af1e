"""Traefik implements the Gateway API: GatewayClass `traefik`, Gateway `web` in the namespace `gateway`."""

import subprocess
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
    manifests = _MANIFESTS.read_text()
    crds = programs.gateway_api()
    applied, current = home.path / "gateway", digest([manifests.encode(), crds.name.encode()])
    if not applied.exists() or applied.read_text() != current:
        _kubectl(home, "apply", "--server-side", "--force-conflicts", f"--filename={crds}")
        _kubectl(home, "wait", "--for=condition=Established", f"--filename={crds}")
        _kubectl(home, "apply", "--server-side", "--force-conflicts", f"--filename={_MANIFESTS}")
        home.write(applied.name, current)
    needs = [daemon.name for daemon in home.processes.all()]
    wait_until(
        "the gateway",
        lambda: _answers() and server.condition(_GATEWAY, "Programmed"),
        _TIMEOUT_S,
        home.processes,
        needs,
    )


def _answers() -> bool:
    """Whether Traefik answers on the node's port, with whatever."""
    connection = HTTPConnection(NODE_ADDRESS, PORT, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    finally:
        connection.close()


def _kubectl(home: Home, *arguments: str) -> None:
    command: list[str | Path] = [
        programs.kubernetes() / "kubectl",
        f"--kubeconfig={home.kubeconfig}",
        f"--cache-dir={home.path}/kubectl",
    ]
    subprocess.run([*command, *arguments], check=True, capture_output=True, text=True)
