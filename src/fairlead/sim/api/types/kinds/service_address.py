"""The addresses and node ports of Services, given when they are created and kept while they live.

The real server takes them at random from 10.96.0.0/16 and 30000-32767; here a node port is the lowest that is
free, and an address follows from the uid: it is not given again at once.
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
    if addressed:
        _address(spec, write, obj["metadata"].get("uid", ""))
        _families(spec)
    if spec.get("type") in _ON_NODES and spec.get("allocateLoadBalancerNodePorts", True):
        _node_ports(spec, old, write)


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
        fields += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]
    if before in _ON_NODES and after not in _ON_NODES:
        fields += ["externalTrafficPolicy"] if not spec.get("externalIPs") or after == "ExternalName" else []
        _drop_node_ports(spec, old)
    if before == "LoadBalancer" and after != "LoadBalancer":
        fields += ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
    for field in fields:
        if spec.get(field) == old.get(field):
            spec.pop(field, None)


def _address(spec: dict[str, Any], write: Write, uid: str) -> None:
    if not spec.get("clusterIP"):
        taken = {service["spec"].get("clusterIP") for service in _others(write)}
        # Neither the network, nor the API server's own address, which is the first, nor the broadcast.
        size = RANGE.num_addresses - 3
        start = crc32(uid.encode())
        free = next(address for step in range(size) if (address := str(RANGE[2 + (start + step) % size])) not in taken)
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


def _node_ports(spec: dict[str, Any], old: dict[str, Any], write: Write) -> None:
    before = {_key(port): port.get("nodePort") for port in old.get("ports") or ()}
    taken: set[int] | None = None
    for port in spec.get("ports") or ():
        if port.get("nodePort"):
            continue
        # One number serves all protocols of a port.
        same = next(_numbers([{"ports": [one for one in spec["ports"] if one.get("port") == port.get("port")]}]), None)
        if kept := before.get(_key(port)) or same:
            port["nodePort"] = kept
            continue
        if taken is None:
            taken = {*_numbers([old, *(one["spec"] for one in _others(write))]), *_numbers([spec])}
        port["nodePort"] = next(number for number in _NODE_PORTS if number not in taken)
        taken.add(port["nodePort"])


def _drop_node_ports(spec: dict[str, Any], old: dict[str, Any]) -> None:
    """A Service that is no longer reached through nodes loses the ports that it did not ask to keep."""
    before = {_key(port): port.get("nodePort") for port in old.get("ports") or ()}
    for port in spec.get("ports") or ():
        if port.get("nodePort") == before.get(_key(port)):
            port.pop("nodePort", None)


def _key(port: dict[str, Any]) -> tuple[str, int]:
    return port.get("protocol", "TCP"), port.get("port", 0)


def _numbers(specs: list[dict[str, Any]]) -> Iterator[int]:
    return (port["nodePort"] for spec in specs for port in spec.get("ports") or () if port.get("nodePort"))


def refused(spec: dict[str, Any], write: Write) -> list[Cause]:
    """Causes against an address or a node port that somebody asked for."""
    old = (write.old or {}).get("spec", {})
    causes = []
    address = spec.get("clusterIP", "")
    if address not in {"", "None", old.get("clusterIP")} and ":" not in address:
        wrong = ""
        if ipaddress.ip_address(address) not in RANGE:
            wrong = f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {RANGE}"
        elif any(one["spec"].get("clusterIP") == address for one in _others(write)):
            wrong = "provided IP is already allocated"
        if wrong:
            detail = f"failed to allocate IP {address}: {wrong}"
            causes.append(invalid("spec.clusterIPs", spec.get("clusterIPs"), detail))
    return causes + _refused_ports(spec, old, write)


def _refused_ports(spec: dict[str, Any], old: dict[str, Any], write: Write) -> list[Cause]:
    own = set(_numbers([old]))
    asked = [
        (f"spec.ports[{index}].nodePort", port["nodePort"])
        for index, port in enumerate(spec.get("ports") or ())
        if port.get("nodePort") and port["nodePort"] not in own
    ]
    taken = set(_numbers([one["spec"] for one in _others(write)])) if asked else set()
    causes = []
    for field, number in asked:
        if number not in _NODE_PORTS:
            span = f"{_NODE_PORTS[0]}-{_NODE_PORTS[-1]}"
            detail = f"provided port is not in the valid range. The range of valid ports is {span}"
            causes.append(invalid(field, number, detail))
        elif number in taken:
            causes.append(invalid(field, number, "provided port is already allocated"))
    return causes


def _others(write: Write) -> list[Object]:
    if write.surroundings is None:
        return []
    own = (write.old or {}).get("metadata", {}).get("uid")
    return [one for one in write.surroundings.taken("", "services") if one["metadata"].get("uid") != own]
