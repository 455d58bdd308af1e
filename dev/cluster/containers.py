"""containerd with a root, a state and a socket of its own: the machine's containers and ours never meet."""

import json
import subprocess
from pathlib import Path

from dev.cluster.home import Home
from dev.cluster.image import Image
from dev.cluster.images import pause
from dev.cluster.network import POD_RANGE

NETWORK = "fairlead"
PLUGINS = Path("/usr/lib/cni")

_CONFIG = """
version = 2
root = "{home}/containerd/root"
state = "{home}/containerd/state"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  disable_apparmor = true
  # Inside a container or a small virtual machine there is no right to lower a process's OOM score.
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{home}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "{home}/containerd/state/runc"
"""


def socket(home: Home) -> Path:
    """Where containerd listens."""
    return home.path / "containerd.sock"


def start(home: Home) -> None:
    """Starts containerd, and does not wait for it."""
    network = {
        "cniVersion": "1.0.0",
        "name": NETWORK,
        # One link per pod, no bridge: all traffic between pods is routed, so kube-proxy sees it without br_netfilter.
        "plugins": [
            {
                "type": "ptp",
                "ipam": {
                    "type": "host-local",
                    "dataDir": f"{home.path}/cni-addresses",
                    "ranges": [[{"subnet": POD_RANGE}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            }
        ],
    }
    home.write("cni/10-fairlead.conflist", json.dumps(network))
    config = _CONFIG.format(home=home.path, socket=socket(home), pause=pause.REFERENCE, plugins=PLUGINS)
    path = home.write("containerd.toml", config)
    home.processes.ensure("containerd", ["containerd", "--config", path])


def ctr(home: Home, *arguments: str | Path) -> str:
    """Runs containerd's own client on the namespace of the pods and returns what it printed."""
    command = ["ctr", "--address", socket(home), "--namespace", "k8s.io", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def answers(home: Home) -> bool:
    """Whether containerd serves."""
    try:
        ctr(home, "version")
    except subprocess.CalledProcessError:
        return False
    return True


def load(home: Home, image: Image) -> None:
    """Puts the image where pods find it, unless the very same is there already."""
    if image.digest not in ctr(home, "images", "ls", f"name=={image.reference}"):
        ctr(home, "images", "import", image.archive)
