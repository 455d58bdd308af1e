"""Bringing a cluster up, or back up: whatever of it is missing is started, whatever runs is left alone."""

import os

from dev.cluster import control_plane, gateway, network, node
from dev.cluster.api_server import ApiServer
from dev.cluster.failure import ClusterError
from dev.cluster.home import Home, homes
from dev.cluster.packages import install
from dev.cluster.progress import Progress


def bring_up_control_plane(home: Home, audit: str = "") -> ApiServer:
    """etcd and kube-apiserver on loopback. Any number of them live side by side, under names of their own."""
    if home.is_node:
        raise ClusterError(f"{home.name} is a full node. Choose another --name for a control plane alone.")
    install(control_plane.PACKAGES)
    with home.locked():
        progress = Progress(home.name)
        server = control_plane.start(home, audit, progress)
        progress.end(f"up at {server.url}")
        return server


def bring_up_node(home: Home, audit: str = "") -> ApiServer:
    """The full node with its gateway. There is one on a machine, because its addresses are the machine's."""
    if os.geteuid() != 0:
        raise ClusterError("A node makes namespaces, mounts and links: run this as root, or use --control-plane-only.")
    if home.exists and not home.is_node:
        raise ClusterError(f"{home.name} is a control plane alone. Choose another --name for the full node.")
    if other := next((other for other in homes() if other.is_node and other.name != home.name), None):
        raise ClusterError(f"There is a full node already. First: python3 -m dev.cluster clean --name {other.name}")
    install(node.PACKAGES)
    with home.locked():
        progress = Progress(home.name)
        server = node.start(home, audit, progress)
        progress.end(f"up at {server.url}, gateway at http://{network.NODE_ADDRESS}:{gateway.PORT}")
        return server
