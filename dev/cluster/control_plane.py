"""etcd and kube-apiserver: enough of Kubernetes for everything that is only about objects.

There is no controller behind it: no namespace gets its `default` ServiceAccount, no Deployment gets pods, nothing is
garbage-collected. So pods may be created without a ServiceAccount here.
"""

import json
import socket
from pathlib import Path

from dev.cluster import programs
from dev.cluster.api_server import ApiServer
from dev.cluster.certificates import Certificate, issue
from dev.cluster.home import Home
from dev.cluster.progress import Progress
from dev.cluster.wait import wait_until

LOOPBACK = "127.0.0.1"
SERVICE_RANGE = "10.96.0.0/16"
READY_TIMEOUT_S = 60.0
PACKAGES = {"openssl": "openssl"}
#: What is kept of each request: who asked for what and what came of it; or that and both bodies.
AUDIT_LEVELS = ("Metadata", "RequestResponse")

_ADMIN = Certificate("admin", "/O=system:masters/CN=admin")
_AGGREGATOR = Certificate("front-proxy-client", "/CN=front-proxy-client", issuer="front-proxy-ca")
_SERVICE_NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")


def certificates(address: str) -> list[Certificate]:
    """What etcd and kube-apiserver need to serve at `address`, and the administrator to be let in."""
    names = [f"DNS:{name}" for name in ("localhost", *_SERVICE_NAMES)]
    names += [f"IP:{ip}" for ip in dict.fromkeys((address, LOOPBACK, "10.96.0.1"))]
    return [_ADMIN, _AGGREGATOR, Certificate("apiserver", "/CN=kube-apiserver", tuple(names))]


def start_etcd(home: Home) -> str:
    """Starts etcd on sockets in the home, where no other cluster and no other user gets at it. Returns its address."""
    clients, peers = f"unix://{home.path}/etcd.sock", f"unix://{home.path}/etcd-peers.sock"
    # What a member advertises must look like host and port. Nobody reads it, and nothing listens there.
    nowhere = "http://127.0.0.1:2380"
    command: list[str | Path] = [
        *(programs.kubernetes() / "etcd", "--name=etcd", f"--data-dir={home.path}/etcd"),
        *(f"--listen-client-urls={clients}", f"--advertise-client-urls={nowhere}"),
        *(
            f"--listen-peer-urls={peers}",
            f"--initial-advertise-peer-urls={nowhere}",
            f"--initial-cluster=etcd={nowhere}",
        ),
        # One member elects itself; the defaults would have it wait a second for rivals. What a power cut may lose
        # here, nobody misses.
        *("--heartbeat-interval=50", "--election-timeout=250", "--unsafe-no-fsync", "--log-level=warn"),
    ]
    home.processes.ensure("etcd", command)
    return clients


def api_server_command(home: Home, server: ApiServer, etcd: str, audit: str) -> list[str | Path]:
    """kube-apiserver with the flags that a full node and a control plane alone have in common."""
    pki = home.pki
    command: list[str | Path] = [
        programs.kubernetes() / "kube-apiserver",
        *(f"--etcd-servers={etcd}", f"--bind-address={server.address}", f"--secure-port={server.port}"),
        *(f"--tls-cert-file={pki}/apiserver.crt", f"--tls-private-key-file={pki}/apiserver.key"),
        *(f"--client-ca-file={pki}/ca.crt", f"--service-cluster-ip-range={SERVICE_RANGE}"),
        *(f"--service-account-key-file={pki}/sa.key", f"--service-account-signing-key-file={pki}/sa.key"),
        *("--service-account-issuer=https://kubernetes.default.svc.cluster.local", "--authorization-mode=Node,RBAC"),
        *(f"--requestheader-client-ca-file={pki}/front-proxy-ca.crt", "--requestheader-group-headers=X-Remote-Group"),
        *("--requestheader-username-headers=X-Remote-User", "--requestheader-extra-headers-prefix=X-Remote-Extra-"),
        *("--requestheader-allowed-names=front-proxy-client", f"--proxy-client-cert-file={pki}/front-proxy-client.crt"),
        *(f"--proxy-client-key-file={pki}/front-proxy-client.key", "--enable-aggregator-routing=true"),
        # Two cores would be allowed 60 requests a second in flight: too few for a thousand Components at once.
        *("--max-requests-inflight=800", "--max-mutating-requests-inflight=400", "--profiling=false"),
    ]
    return [*command, *_audit(home, audit)]


def _audit(home: Home, asked: str) -> list[str]:
    # Once asked for it stays, or the next `up` would start the server anew.
    levels = [level for level in AUDIT_LEVELS if level == asked or _policy(home, level).exists()]
    if not levels:
        return []
    policy = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": levels[-1]}]}
    policy["omitStages"] = ["RequestReceived"]
    path = home.write(_policy(home, levels[-1]).name, json.dumps(policy))
    return [f"--audit-policy-file={path}", f"--audit-log-path={home.path}/log/audit.jsonl"]


def _policy(home: Home, level: str) -> Path:
    return home.path / f"audit-{level}.json"


def start(home: Home, audit: str, progress: Progress) -> ApiServer:
    """A control plane alone, on loopback and a port that was free. Returns when it is ready."""
    issue(home.pki, certificates(LOOPBACK))
    progress.show("waiting for the API server")
    server = ApiServer(LOOPBACK, _port(home), home.pki)
    command = [
        *api_server_command(home, server, start_etcd(home), audit),
        *("--endpoint-reconciler-type=none", "--disable-admission-plugins=ServiceAccount"),
    ]
    home.processes.ensure("kube-apiserver", command)
    wait_until("the API server", server.ready, READY_TIMEOUT_S, home.processes, needs=("etcd", "kube-apiserver"))
    home.write("kubeconfig", server.kubeconfig(f"fairlead-{home.name}", "admin"))
    return server


def _port(home: Home) -> int:
    """The port of the running API server; else the one it had, if that is free, so that kubeconfigs stay good."""
    running = home.processes.find("kube-apiserver")
    flags = dict(flag.split("=", 1) for flag in running.command[1:]) if running else {}
    port = int(flags.get("--secure-port", 0))
    if running and running.alive:
        return port
    for candidate in (port, 0):
        with socket.socket() as probe:
            # Connections of the last one that linger in TIME_WAIT do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("the kernel always has a port")
