"""Services, their endpoints, and what leads to them."""

from typing import Any

from fairlead.sim.api.types.columns.text import NONE, UNSET, age, labels, selector
from fairlead.sim.api.types.kind import Object


def service(obj: Object, now: str) -> list[Any]:
    """Type, addresses, ports, age; selector."""
    spec = obj["spec"]
    return [
        spec.get("type", ""),
        spec.get("clusterIP") or NONE,
        _external(obj),
        _ports(spec.get("ports") or ()),
        age(obj, now),
        labels(spec.get("selector")),
    ]


def _external(obj: Object) -> str:
    spec = obj["spec"]
    own = spec.get("externalIPs") or []
    if spec.get("type") == "ExternalName":
        return spec.get("externalName", "") or NONE
    if spec.get("type") == "LoadBalancer":
        given = _balancers(obj)
        return ",".join([*given, *own]) or "<pending>"
    return ",".join(own) or NONE


def _balancers(obj: Object) -> list[str]:
    found = (obj.get("status", {}).get("loadBalancer") or {}).get("ingress") or ()
    return [one.get("ip") or one.get("hostname", "") for one in found]


def _ports(ports: Any) -> str:
    texts = []
    for port in ports:
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        texts.append(f"{port['port']}{node}/{port.get('protocol', 'TCP')}")
    return ",".join(texts) or NONE


def endpoints(obj: Object, now: str) -> list[Any]:
    """The first three addresses, and how many more there are."""
    found = [
        f"{address['ip']}:{port['port']}" if port else address["ip"]
        for subset in obj.get("subsets") or ()
        for port in (subset.get("ports") or (None,))
        for address in subset.get("addresses") or ()
    ]
    return [_first_three(found), age(obj, now)]


def _first_three(found: list[str]) -> str:
    if not found:
        return NONE
    more = len(found) - 3
    return ",".join(found[:3]) + (f" + {more} more..." if more > 0 else "")


def endpoint_slice(obj: Object, now: str) -> list[Any]:
    """Address type, ports, addresses, age."""
    ports = [str(one["port"]) if one.get("port") is not None else "*" for one in obj.get("ports") or ()]
    found = [address for one in obj.get("endpoints") or () for address in one.get("addresses") or ()]
    return [obj.get("addressType", ""), _first_three(ports) if ports else UNSET, _few(found), age(obj, now)]


def _few(found: list[str]) -> str:
    if not found:
        return UNSET
    more = len(found) - 3
    return ",".join(found[:3]) + (f" + {more} more..." if more > 0 else "")


def ingress(obj: Object, now: str) -> list[Any]:
    """Class, hosts, address, ports, age."""
    spec = obj.get("spec") or {}
    hosts = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    shown = ",".join(hosts[:3]) + (f" + {len(hosts) - 3} more..." if len(hosts) > 3 else "")
    ports = "80, 443" if spec.get("tls") else "80"
    return [spec.get("ingressClassName") or NONE, shown or "*", ",".join(_balancers(obj)), ports, age(obj, now)]


def network_policy(obj: Object, now: str) -> list[Any]:
    """Which pods, age."""
    return [selector(obj["spec"].get("podSelector")), age(obj, now)]
