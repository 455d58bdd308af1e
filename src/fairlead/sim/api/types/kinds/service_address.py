"""The addresses and node ports of Services, given when they are created and kept while they live.

The real server takes them at random from 10.96.0.0/16 and 30000-32767; here they follow from the uid and
the version, so that none is given again at once. A trial takes none: it shows numbers of which there are none.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Object, Write

RANGE = ipaddress.IPv4Network("10.96.0.0/16")
_NODE_PORTS = range(30000, 32768)
_WITH_ADDRESS = {"ClusterIP", "NodePort", "LoadBalancer"}
_ON_NODES = {"NodePort", "LoadBalancer"}


def prepare(obj: Object, write: Write) -> None:
    """Keep what the old Service had, give what is missing, drop what the type has not."""
    if write.subresource:
        return
    spec, old = obj["spec"], (write.old or {}).get("spec", {})
    addressed = spec.get("type") in _WITH_ADDRESS
    _same_addresses(spec, old)
    if addressed and old.get("type") in _WITH_ADDRESS:
        _keep(spec, old)
    _drop(spec, old)
    if spec.get("type") != "LoadBalancer" and write.old is not None:
        obj["status"] = {**(obj.get("status") or {}), "loadBalancer": {}}
    seed = "".join(obj["metadata"].get(name, "") for name in ("uid", "resourceVersion"))
    if addressed:
        _address(spec, write, seed)
        _families(spec)
    ports = _Ports(spec, old, write, seed)
    if spec.get("type") in _ON_NODES and spec.get("allocateLoadBalancerNodePorts", True):
        _node_ports(spec, old, ports)
    if _is_probed(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = (_is_probed(old) and old.get("healthCheckNodePort")) or ports.next()


def _same_addresses(spec: dict[str, Any], old: dict[str, Any]) -> None:
    """A single address is the first of the list; whoever changes only the single one means both."""
    address, addresses = spec.get("clusterIP", ""), spec.get("clusterIPs") or []
    kept = addresses == (old.get("clusterIPs") or []) or (address and not addresses)
    if kept and address != old.get("clusterIP", ""):
        spec["clusterIPs"] = [address] if address else []
    elif addresses and not address and not old:
        spec["clusterIP"] = addresses[0]
    if not spec.get("clusterIPs"):
        spec.pop("clusterIPs", None)


def _keep(spec: dict[str, Any], old: dict[str, Any]) -> None:
    """Left out, addresses stay."""
    if not spec.get("clusterIP") and not spec.get("clusterIPs"):
        for field in ("clusterIP", "clusterIPs"):
            if old.get(field):
                spec[field] = old[field]
    for field in ("ipFamilies", "ipFamilyPolicy"):
        if field not in spec and field in old:
            spec[field] = old[field]


def _drop(spec: dict[str, Any], old: dict[str, Any]) -> None:
    """What only the old type has, and the write left as it was, goes."""
    before, after = old.get("type"), spec.get("type")
    fields: list[str] = []
    if before in _WITH_ADDRESS and after not in _WITH_ADDRESS:
        fields += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
    if before in _ON_NODES and after not in _ON_NODES:
        fields += ["externalTrafficPolicy"] if not spec.get("externalIPs") or after == "ExternalName" else []
        _drop_node_ports(spec, old)
    if before == "LoadBalancer" and after != "LoadBalancer":
        fields += ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
    if _is_probed(old) and not _is_probed(spec):
        fields.append("healthCheckNodePort")
    for field in fields:
        if spec.get(field) == old.get(field):
            spec.pop(field, None)


def _address(spec: dict[str, Any], write: Write, seed: str) -> None:
    if spec.get("clusterIP"):
        return
    if write.dry_run:
        # None is taken: what is shown is the address of the whole network.
        free = str(RANGE[0])
    else:
        # Neither the network, nor the API server's own address, which is the first, nor the broadcast.
        size = RANGE.num_addresses - 3
        start = crc32(seed.encode())
        turned = (str(RANGE[2 + (start + step) % size]) for step in range(size))
        free = next(address for address in turned if not _taken(address, write))
    spec["clusterIP"], spec["clusterIPs"] = free, [free]


def _families(spec: dict[str, Any]) -> None:
    if "ipFamilies" in spec:
        return
    headless = spec["clusterIP"] == "None"
    if headless and not spec.get("selector"):
        spec["ipFamilies"] = ["IPv4", "IPv6"]
        spec.setdefault("ipFamilyPolicy", "RequireDualStack")
    else:
        spec["ipFamilies"] = ["IPv6" if ":" in spec["clusterIP"] else "IPv4"]
        spec.setdefault("ipFamilyPolicy", "SingleStack")


def _is_probed(spec: dict[str, Any]) -> bool:
    """Whether load balancers ask each node if it has pods of the Service."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


class _Ports:
    """Node ports that are free, for one write."""

    def __init__(self, spec: dict[str, Any], old: dict[str, Any], write: Write, seed: str) -> None:
        self._write, self._seed = write, seed
        self._given = 0
        self._own = {*numbers([spec, old])}

    def next(self) -> int:
        """One that nobody has."""
        self._given += 1
        if self._write.dry_run:
            return _NODE_PORTS.stop + self._given
        start = crc32(self._seed.encode())
        turned = (_NODE_PORTS[(start + step) % len(_NODE_PORTS)] for step in range(len(_NODE_PORTS)))
        port = next(number for number in turned if number not in self._own and not _taken(number, self._write))
        self._own.add(port)
        return port


def _node_ports(spec: dict[str, Any], old: dict[str, Any], ports: _Ports) -> None:
    before = {port.get("name", ""): port.get("nodePort") for port in old.get("ports") or ()}
    used = {port.get("nodePort") for port in spec.get("ports") or ()}
    for port in spec.get("ports") or ():
        if port.get("nodePort"):
            continue
        # In a new Service one number serves all protocols of a port.
        like = [one for one in spec["ports"] if not old and one.get("port") == port.get("port")]
        same = next(numbers([{"ports": like}]), None)
        # A port keeps its number by its name.
        kept = before.get(port.get("name", ""))
        port["nodePort"] = (kept if kept not in used else None) or same or ports.next()


def _drop_node_ports(spec: dict[str, Any], old: dict[str, Any]) -> None:
    """A Service that is no longer reached through nodes loses the ports that it did not ask to keep."""
    before = {port.get("nodePort") for port in old.get("ports") or ()}
    if all(port.get("nodePort") in before for port in spec.get("ports") or () if port.get("nodePort")):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)


def numbers(specs: list[dict[str, Any]]) -> Iterator[int]:
    """The node ports of Services."""
    for spec in specs:
        yield from (port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort"))
        if spec.get("healthCheckNodePort"):
            yield spec["healthCheckNodePort"]


def refused(spec: dict[str, Any], write: Write) -> list[Cause]:
    """Causes against an address or a node port that somebody asked for."""
    old = (write.old or {}).get("spec", {})
    causes = _two_families(spec)
    address = spec.get("clusterIP", "")
    if address not in {"", "None", old.get("clusterIP")} and ":" not in address:
        wrong = ""
        if ipaddress.ip_address(address) not in RANGE:
            wrong = f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {RANGE}"
        elif _taken(address, write):
            wrong = "provided IP is already allocated"
        if wrong:
            detail = f"failed to allocate IP {address}: {wrong}"
            causes.append(invalid("spec.clusterIPs", spec.get("clusterIPs"), detail))
    return causes if write.dry_run else causes + _refused_ports(spec, old, write)


def _two_families(spec: dict[str, Any]) -> list[Cause]:
    """There is one family of addresses here; only what gets none, and selects nothing, may wish for two."""
    if spec.get("type") == "ExternalName" or (spec.get("clusterIP") == "None" and not spec.get("selector")):
        return []
    causes = []
    if (policy := spec.get("ipFamilyPolicy")) == "RequireDualStack":
        detail = "this cluster is not configured for dual-stack services"
        causes.append(invalid("spec.ipFamilyPolicy", policy, detail))
    return causes + [
        invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
        for index, family in enumerate(spec.get("ipFamilies") or ())
        if family != "IPv4"
    ]


def _refused_ports(spec: dict[str, Any], old: dict[str, Any], write: Write) -> list[Cause]:
    own = set(numbers([old]))
    asked = [
        (f"spec.ports[{index}].nodePort", port["nodePort"])
        for index, port in enumerate(spec.get("ports") or ())
        if port.get("nodePort") and port["nodePort"] not in own
    ]
    causes = []
    for field, number in asked:
        if number not in _NODE_PORTS:
            span = f"{_NODE_PORTS[0]}-{_NODE_PORTS[-1]}"
            detail = f"provided port is not in the valid range. The range of valid ports is {span}"
            causes.append(invalid(field, number, detail))
        elif _taken(number, write):
            causes.append(invalid(field, number, "provided port is already allocated"))
    return causes


def _taken(number: str | int, write: Write) -> bool:
    """Whether another Service has the address or node port."""
    if write.surroundings is None:
        return False
    own = (write.old or {}).get("metadata", {}).get("uid", "")
    return write.surroundings.holder(number) not in ("", own)
