"""Services: what may stand in them."""

import ipaddress
from typing import Any

import msgspec

from fairlead.sim.api.schema import names
from fairlead.sim.api.schema.labels import labels
from fairlead.sim.api.types.cause import Cause, duplicate, forbidden, invalid, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.service_address import prepare, refused
from fairlead.sim.api.types.kinds.strategy import Strategy

_TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
_IP_MODES = ["Proxy", "VIP"]
_PROTOCOLS = ["SCTP", "TCP", "UDP"]
_NOT_AN_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_IMMUTABLE = "may not change once set"


def validate(obj: Object, write: Write) -> list[Cause]:
    """Ports, type, addresses; on update also what may not change."""
    spec = obj["spec"]
    if write.subresource == "status":
        return _status(obj)
    causes = _update(spec, write.old["spec"]) if write.old is not None else []
    causes += _ports(spec)
    if spec.get("selector"):
        causes += labels(spec["selector"], "spec.selector")
    causes += _affinity(spec)
    causes += _addresses(spec) if spec.get("type") != "ExternalName" else []
    causes += _type(spec)
    return causes or refused(spec, write)


def _update(spec: dict[str, Any], old: dict[str, Any]) -> list[Cause]:
    if "ExternalName" in {spec.get("type"), old.get("type")}:
        return []
    before, after = old.get("clusterIPs") or [], spec.get("clusterIPs") or []
    if before and after[:1] != before[:1] and after[:1] == [spec.get("clusterIP")]:
        return [invalid("spec.clusterIPs[0]", after, _IMMUTABLE)]
    return []


def _status(obj: Object) -> list[Cause]:
    causes: list[Cause] = []
    balancers = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    if balancers and obj["spec"].get("type") != "LoadBalancer":
        detail = "may only be used when `spec.type` is 'LoadBalancer'"
        return [forbidden("status.loadBalancer.ingress", detail)]
    for index, one in enumerate(balancers):
        field, name = f"status.loadBalancer.ingress[{index}]", one.get("hostname", "")
        if one.get("ip") and not _is_address(one["ip"]):
            causes.append(invalid(f"{field}.ip", one["ip"], _NOT_AN_ADDRESS))
        causes += _mode(one, f"{field}.ipMode")
        if name and _is_address(name):
            causes.append(invalid(f"{field}.hostname", name, "must be a DNS name, not an IP address"))
        elif name:
            causes += [invalid(f"{field}.hostname", name, error) for error in names.dns_subdomain(name)]
    return causes


def _mode(balancer: dict[str, Any], field: str) -> list[Cause]:
    mode = balancer.get("ipMode")
    if mode is None:
        return [required(field, "must be specified when `ip` is set")] if balancer.get("ip") else []
    if not balancer.get("ip"):
        return [forbidden(field, "may not be specified when `ip` is not set")]
    return [] if mode in _IP_MODES else [not_supported(field, mode, _IP_MODES)]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _ports(spec: dict[str, Any]) -> list[Cause]:
    ports = spec.get("ports") or []
    headless = spec.get("clusterIP") == "None"
    if not ports and not headless and spec.get("type") != "ExternalName":
        return [required("spec.ports")]
    type_ = spec.get("type")
    causes = _external_name(spec) if type_ == "ExternalName" else []
    if headless and type_ in {"LoadBalancer", "NodePort"}:
        detail = f"may not be set to 'None' for {type_} services"
        causes.append(invalid("spec.clusterIPs[0]", "None", detail))
    seen: set[str] = set()
    for index, port in enumerate(ports):
        causes += _port(port, f"spec.ports[{index}]", seen, named=len(ports) > 1)
    return causes


def _port(port: dict[str, Any], field: str, seen: set[str], *, named: bool) -> list[Cause]:
    causes = []
    name = port.get("name", "")
    if not name:
        causes += [required(f"{field}.name")] if named else []
    else:
        causes += [invalid(f"{field}.name", name, error) for error in names.dns_label(name)]
        causes += [duplicate(f"{field}.name", name)] if name in seen else []
        seen.add(name)
    causes += [invalid(f"{field}.port", port.get("port", 0), error) for error in names.port_number(port.get("port", 0))]
    protocol = port.get("protocol", "")
    if not protocol:
        causes.append(required(f"{field}.protocol"))
    elif protocol not in _PROTOCOLS:
        causes.append(not_supported(f"{field}.protocol", protocol, _PROTOCOLS))
    target = port.get("targetPort", 0)
    wrong = names.port_name(target) if isinstance(target, str) else names.port_number(target)
    causes += [invalid(f"{field}.targetPort", target, error) for error in wrong]
    if port.get("appProtocol"):
        causes += [
            invalid(f"{field}.appProtocol", port["appProtocol"], error)
            for error in names.qualified_name(port["appProtocol"])
        ]
    return causes


def _node_ports(spec: dict[str, Any], ports: list[dict[str, Any]]) -> list[Cause]:
    causes = []
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        field, number = f"spec.ports[{index}].nodePort", port.get("nodePort", 0)
        if not number:
            continue
        if spec.get("type") == "ClusterIP":
            causes.append(forbidden(field, "may not be used when `type` is 'ClusterIP'"))
        elif (port.get("protocol", ""), number) in seen:
            causes.append(duplicate(field, number))
        seen.add((port.get("protocol", ""), number))
    return causes


def _repeated(ports: list[dict[str, Any]]) -> list[Cause]:
    causes = []
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("port", 0))
        if key in seen:
            # The server prints its own, internal form of the port here.
            shown = {
                "Name": "",
                "Protocol": key[0],
                "AppProtocol": None,
                "Port": key[1],
                "TargetPort": 0,
                "NodePort": 0,
            }
            message = "Duplicate value: {" + ",".join(f'"{name}":{_json(value)}' for name, value in shown.items()) + "}"
            causes.append(Cause("FieldValueDuplicate", f"spec.ports[{index}]", message))
        seen.add(key)
    return causes


def _json(value: Any) -> str:
    return "null" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def _affinity(spec: dict[str, Any]) -> list[Cause]:
    causes = []
    affinity = spec.get("sessionAffinity", "")
    if not affinity:
        causes.append(required("spec.sessionAffinity"))
    elif affinity not in {"ClientIP", "None"}:
        causes.append(not_supported("spec.sessionAffinity", affinity, ["ClientIP", "None"]))
    if affinity == "ClientIP":
        seconds = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
        if not 0 < seconds <= 86400:
            field = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
            causes.append(invalid(field, seconds, "must be greater than 0 and less than 86400"))
    return causes


def _type(spec: dict[str, Any]) -> list[Cause]:
    type_, ports = spec.get("type", ""), spec.get("ports") or []
    causes = [not_supported("spec.type", type_, _TYPES)] if type_ not in _TYPES else []
    causes += _node_ports(spec, ports) + _repeated(ports)
    for field, allowed in (
        ("externalTrafficPolicy", ["Cluster", "Local"]),
        ("internalTrafficPolicy", ["Cluster", "Local"]),
    ):
        if (value := spec.get(field)) and value not in allowed:
            causes.append(not_supported(f"spec.{field}", value, allowed))
    seen_outside = type_ in {"LoadBalancer", "NodePort"} or (type_ == "ClusterIP" and spec.get("externalIPs"))
    if spec.get("externalTrafficPolicy") and not seen_outside:
        detail = "may only be set for externally-accessible services"
        causes.append(invalid("spec.externalTrafficPolicy", spec["externalTrafficPolicy"], detail))
    return causes


def _external_name(spec: dict[str, Any]) -> list[Cause]:
    name = spec.get("externalName", "").removesuffix(".")
    causes = [
        forbidden(f"spec.{field}", "may not be set for ExternalName services")
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(field)
    ]
    if not name:
        return [*causes, required("spec.externalName")]
    return causes + [invalid("spec.externalName", name, error) for error in names.dns_subdomain(name)]


def _addresses(spec: dict[str, Any]) -> list[Cause]:
    addresses, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    if addresses and addresses[0] != spec.get("clusterIP"):
        return [invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`")]
    given = [(index, address) for index, address in enumerate(addresses) if address != "None"]
    causes = [
        invalid(f"spec.clusterIPs[{index}]", address, _NOT_AN_ADDRESS)
        for index, address in given
        if not _is_address(address)
    ]
    if causes:
        return causes
    found = [f"IPv{ipaddress.ip_address(address).version}" for _, address in given]
    if len(set(found)) != len(found):
        detail = "may specify no more than one IP for each IP family"
        return [invalid("spec.clusterIPs", addresses, detail)]
    return [
        invalid(
            f"spec.clusterIPs[{index}]", address, f"expected an {wanted} value as indicated by `ipFamilies[{index}]`"
        )
        for (index, address), family, wanted in zip(given, found, families, strict=False)
        if family != wanted
    ]


def warnings(obj: Object, write: Write) -> list[str]:
    """What is said in vain."""
    spec = obj["spec"]
    if write.subresource:
        return []
    type_, given = spec.get("type"), {name: spec.get(name) for name in ("loadBalancerIP", "externalIPs")}
    said = []
    if type_ == "ClusterIP" and spec.get("clusterIP") == "None":
        said += [f"spec.{name} is ignored for headless services" for name in given if given[name]]
        if spec.get("sessionAffinity") != "None":
            said.append("spec.SessionAffinity is ignored for headless services")
    if type_ == "ExternalName" and given["externalIPs"]:
        said.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if type_ != "ExternalName" and spec.get("externalName"):
        said.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    return said


def shown(body: bytes) -> bytes:
    """A stored body as it is shown: the internal traffic policy of an ExternalName is kept, but not told."""
    if b'"internalTrafficPolicy"' not in body or b'"ExternalName"' not in body:
        return body
    obj = msgspec.json.decode(body)
    if obj["spec"].get("type") == "ExternalName":
        obj["spec"].pop("internalTrafficPolicy", None)
    return msgspec.json.encode(obj)


SERVICE = Strategy(name_syntax=names.dns_1035_label, prepare=prepare, validate=validate, warnings=warnings, shown=shown)
