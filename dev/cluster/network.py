"""The node's place on this machine: an address of its own on a link that leads nowhere, and a fence around it.

Nothing enters or leaves the node, its pods or its services from or to another machine. The link is also the mark of
ownership: it comes first and goes last, and names the home it belongs to.
"""

import json
import subprocess
from pathlib import Path

from dev.cluster.control_plane import SERVICE_RANGE
from dev.cluster.failure import ClusterError
from dev.cluster.home import Home

NODE_ADDRESS = "10.250.0.1"
POD_RANGE = "10.244.0.0/16"

_LINK = "fairlead0"
_TABLE = "inet fairlead"
_PROXY_TABLES = ("ip kube-proxy", "ip6 kube-proxy")
_SETTINGS = {
    "net/ipv4/ip_forward": "1",
    # The kubelet, containerd and a few controllers use up the default of 128.
    "fs/inotify/max_user_instances": "1024",
}
# Pods hang on links named veth...; everything else but the node's own is a foreign network.
_FENCE = f"""
table {_TABLE} {{}}
delete table {_TABLE}
table {_TABLE} {{
  chain inbound {{
    type filter hook input priority -200
    iifname "lo" accept
    iifname "{_LINK}" accept
    iifname "veth*" accept
    ip daddr {{ {NODE_ADDRESS}, {POD_RANGE}, {SERVICE_RANGE} }} drop
  }}
  chain through {{
    type filter hook forward priority -200
    iifname "veth*" oifname "veth*" accept
    ip saddr {POD_RANGE} reject
    ip daddr {POD_RANGE} drop
  }}
}}
"""


def _run(*command: str, given: str | None = None) -> None:
    subprocess.run(command, input=given, text=True, check=True, capture_output=True)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _owner() -> str | None:
    """The home that the link names; None when there is no link."""
    link = subprocess.run(["ip", "-json", "link", "show", "dev", _LINK], capture_output=True, text=True)
    return json.loads(link.stdout)[0].get("ifalias", "") if link.returncode == 0 else None


def is_foreign(home: Home) -> bool:
    """Whether the node of this machine is another one than that of `home`.

    A link without a name is one whose maker died between two steps: it is anybody's.
    """
    return _owner() not in (None, "", str(home.path))


def require_place(home: Home) -> None:
    """Raises ClusterError when the machine holds a node of somebody else."""
    if is_foreign(home):
        raise ClusterError(f"The link {_LINK} belongs to the node in {_owner()}. Clean that first.")
    if _owner() is None and any(_succeeds("nft", "list", "table", *table.split()) for table in _PROXY_TABLES):
        raise ClusterError("Another Kubernetes runs its kube-proxy on this machine. A node would get in its way.")


def connect(home: Home) -> None:
    """Makes link, address, fence and kernel settings. What is there already is left or made anew without a gap."""
    if _owner() is None:
        _run("ip", "link", "add", _LINK, "type", "bridge")
    _run("ip", "link", "set", _LINK, "alias", str(home.path), "up")
    _run("ip", "address", "replace", f"{NODE_ADDRESS}/32", "dev", _LINK)
    # Without these, requests to a service start with the address of another network, and those to a pod that is gone
    # leave the machine.
    _run("ip", "route", "replace", SERVICE_RANGE, "dev", _LINK)
    _run("ip", "route", "replace", "unreachable", POD_RANGE)
    _run("nft", "-f", "-", given=_FENCE)
    _set(home)


def _set(home: Home) -> None:
    found = home.path / "settings.json"
    if not found.exists():
        home.write(found.name, json.dumps({name: Path("/proc/sys", name).read_text() for name in _SETTINGS}))
    for name, value in _SETTINGS.items():
        Path("/proc/sys", name).write_text(value)


def disconnect(home: Home) -> None:
    """Takes all of it away, and sets the kernel to what was found. Does nothing on a machine that is not ours."""
    found = home.path / "settings.json"
    if found.exists():
        for name, value in json.loads(found.read_text()).items():
            Path("/proc/sys", name).write_text(value)
        found.unlink()
    if _owner() is not None and not is_foreign(home):
        for table in (*_PROXY_TABLES, _TABLE):
            _succeeds("nft", "delete", "table", *table.split())
        _succeeds("ip", "route", "delete", "unreachable", POD_RANGE)
        _run("ip", "link", "delete", _LINK)
