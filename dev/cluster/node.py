"""A full node: the control plane with its controllers, a kubelet with real pods, and a gateway."""

import json
from http.client import HTTPConnection
from pathlib import Path

from dev.cluster import cgroup, containers, control_plane, gateway, network, programs
from dev.cluster.api_server import ApiServer
from dev.cluster.certificates import Certificate, issue
from dev.cluster.home import Home
from dev.cluster.images import pause, traefik
from dev.cluster.network import NODE_ADDRESS, POD_RANGE
from dev.cluster.progress import Progress
from dev.cluster.wait import wait_until

NAME = "node"
PACKAGES = {
    **control_plane.PACKAGES,
    "containerd": "containerd",
    "runc": "runc",
    "nft": "nftables",
    "ip": "iproute2",
    str(containers.PLUGINS / "ptp"): "containernetworking-plugins",
}

_API_PORT, _KUBELET_PORT, _KUBELET_HEALTH_PORT = 16443, 10250, 10248
_READY_TIMEOUT_S = 60.0
_CLIENTS = {
    "kubelet": f"/O=system:nodes/CN=system:node:{NAME}",
    "kube-controller-manager": "/CN=system:kube-controller-manager",
    "kube-scheduler": "/CN=system:kube-scheduler",
    "kube-proxy": "/CN=system:kube-proxy",
}
_CERTIFICATES = [
    *control_plane.certificates(NODE_ADDRESS),
    *(Certificate(name, subject) for name, subject in _CLIENTS.items()),
    Certificate("kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
    Certificate("kubelet-server", f"/O=system:nodes/CN=system:node:{NAME}", (f"DNS:{NAME}", f"IP:{NODE_ADDRESS}")),
]


def start(home: Home, audit: str, progress: Progress) -> ApiServer:
    """Starts what does not run. Returns when the node is Ready and the gateway serves."""
    network.require_place(home)
    home.path.mkdir(parents=True, exist_ok=True)
    (home.path / "node").touch()
    issue(home.pki, _CERTIFICATES)
    network.connect(home)
    progress.show("waiting for containerd")
    containers.start(home)
    server = _start_api_server(home, audit)
    wait_until("containerd", lambda: containers.answers(home), _READY_TIMEOUT_S, home.processes, needs=("containerd",))
    progress.show("loading images")
    for image in (pause.build(), traefik.build()):
        containers.load(home, image)
    progress.show("waiting for the API server")
    needs = ["containerd", "etcd", "kube-apiserver"]
    wait_until("the API server", server.ready, _READY_TIMEOUT_S, home.processes, needs)
    home.write("kubeconfig", server.kubeconfig(f"fairlead-{home.name}", "admin"))
    _start_controllers(home, server)
    _start_kubelet(home, server)
    _start_proxy(home, server)
    progress.show("waiting for the node")
    needs += _CLIENTS
    wait_until("the node", lambda: _ready(server), _READY_TIMEOUT_S, home.processes, needs)
    progress.show("waiting for the gateway")
    gateway.serve(home, server)
    return server


def _start_api_server(home: Home, audit: str) -> ApiServer:
    server = ApiServer(NODE_ADDRESS, _API_PORT, home.pki)
    command = [
        *control_plane.api_server_command(home, server, control_plane.start_etcd(home), audit),
        *(f"--advertise-address={NODE_ADDRESS}", "--endpoint-reconciler-type=lease", "--allow-privileged=true"),
        *("--enable-admission-plugins=NodeRestriction", f"--kubelet-certificate-authority={home.pki}/ca.crt"),
        f"--kubelet-client-certificate={home.pki}/kubelet-client.crt",
        f"--kubelet-client-key={home.pki}/kubelet-client.key",
        "--kubelet-preferred-address-types=InternalIP",
    ]
    home.processes.ensure("kube-apiserver", command)
    return server


def _kubeconfig(home: Home, server: ApiServer, user: str) -> Path:
    return home.write(f"config/{user}.kubeconfig", server.kubeconfig(home.name, user))


def _start_controllers(home: Home, server: ApiServer) -> None:
    for name, flags in {
        "kube-controller-manager": [
            *(f"--cluster-cidr={POD_RANGE}", f"--service-cluster-ip-range={control_plane.SERVICE_RANGE}"),
            *(f"--root-ca-file={home.pki}/ca.crt", f"--service-account-private-key-file={home.pki}/sa.key"),
            *(f"--cluster-signing-cert-file={home.pki}/ca.crt", f"--cluster-signing-key-file={home.pki}/ca.key"),
            # At the defaults of 20 and 30 the controllers, not what is measured, set the pace of a thousand objects.
            *("--kube-api-qps=200", "--kube-api-burst=400", "--use-service-account-credentials=true"),
            # One node has nowhere to move pods to. At the default of 50 s an API server that was away for a minute
            # makes it count as lost, and Kubernetes itself takes every endpoint out of every Service.
            "--node-monitor-grace-period=300s",
            *("--horizontal-pod-autoscaler-sync-period=5s", f"--flex-volume-plugin-dir={home.path}/volume-plugins"),
        ],
        "kube-scheduler": [],
    }.items():
        config = _kubeconfig(home, server, name)
        program = programs.kubernetes() / name
        common = [f"--kubeconfig={config}", "--leader-elect=false", "--secure-port=0", "--profiling=false"]
        home.processes.ensure(name, [program, *common, *flags])


def _start_kubelet(home: Home, server: ApiServer) -> None:
    config = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE_ADDRESS,
        "port": _KUBELET_PORT,
        "healthzBindAddress": NODE_ADDRESS,
        "healthzPort": _KUBELET_HEALTH_PORT,
        "authentication": {"anonymous": {"enabled": False}, "x509": {"clientCAFile": f"{home.pki}/ca.crt"}},
        "tlsCertFile": f"{home.pki}/kubelet-server.crt",
        "tlsPrivateKeyFile": f"{home.pki}/kubelet-server.key",
        "containerRuntimeEndpoint": f"unix://{containers.socket(home)}",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroup.NAME}",
        # Nobody answers there: pods have addresses, not names, until a cluster DNS is needed.
        "clusterDNS": ["10.96.0.10"],
        "clusterDomain": "cluster.local",
        "failCgroupV1": False,
        "failSwapOn": False,
        "resolvConf": str(home.write("config/resolv.conf", "nameserver 127.0.0.1\n")),
        "podLogsDir": f"{home.path}/pods",
        "volumePluginDir": f"{home.path}/volume-plugins",
        # kube-proxy speaks nftables; nothing here needs iptables.
        "makeIPTablesUtilChains": False,
        # Images come from here and from nowhere else: one that was collected would be gone.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        # The disk is the developer's, and mostly full of other things.
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
    }
    cgroup.make()
    command: list[str | Path] = [
        programs.kubernetes() / "kubelet",
        f"--config={home.write('config/kubelet.json', json.dumps(config))}",
        f"--kubeconfig={_kubeconfig(home, server, 'kubelet')}",
        *(f"--root-dir={home.path}/kubelet", f"--cert-dir={home.path}/kubelet/pki"),
        *(f"--hostname-override={NAME}", f"--node-ip={NODE_ADDRESS}"),
    ]
    home.processes.ensure("kubelet", command)


def _start_proxy(home: Home, server: ApiServer) -> None:
    config = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clusterCIDR": POD_RANGE,
        "hostnameOverride": NAME,
        "bindAddress": NODE_ADDRESS,
        "healthzBindAddress": f"{NODE_ADDRESS}:10256",
        "metricsBindAddress": f"{NODE_ADDRESS}:10249",
        "nodePortAddresses": [f"{NODE_ADDRESS}/32"],
        "clientConnection": {"kubeconfig": str(_kubeconfig(home, server, "kube-proxy"))},
        # The machine's connection tracking is not ours to tune.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }
    path = home.write("config/kube-proxy.json", json.dumps(config))
    home.processes.ensure("kube-proxy", [programs.kubernetes() / "kube-proxy", f"--config={path}"])


def _ready(server: ApiServer) -> bool:
    """Whether the kubelet is well now, and the node Ready: what is stored outlives a kubelet by most of a minute."""
    health = HTTPConnection(NODE_ADDRESS, _KUBELET_HEALTH_PORT, timeout=1)
    try:
        health.request("GET", "/healthz")
        well = health.getresponse().status == 200
    finally:
        health.close()
    return well and server.condition(f"/api/v1/nodes/{NAME}", "Ready")
