"""What the server warns of in a pod template: what spreads no pods, and ports that containers define twice."""

from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.types.kind import Object, Write


def of_template(obj: Object, write: Write) -> list[str]:
    """For kinds with a pod template; a change that leaves the spec alone is not warned of."""
    if write.old is not None and obj["metadata"].get("generation") == write.old["metadata"].get("generation"):
        return []
    spec, field = (obj.get("spec") or {}).get("template", {}).get("spec") or {}, "spec.template.spec"
    return spread(spec, field) + ports(spec, field)


def spread(spec: dict[str, Any], field: str) -> list[str]:
    """One warning for each constraint on no pods."""
    return [
        f"{field}.topologySpreadConstraints[{index}].labelSelector: a null labelSelector results in matching no pod"
        for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ())
        if constraint.get("labelSelector") is None
    ]


def ports(spec: dict[str, Any], field: str) -> list[str]:
    """One warning for each port and each earlier one that it repeats, and for each name that is there already."""
    warnings = []
    earlier: dict[tuple[Any, Any], list[tuple[str, dict[str, Any]]]] = {}
    named: dict[str, str] = {}
    names = []
    for here, port in _all(spec, field):
        others = earlier.setdefault((port.get("containerPort"), port.get("protocol")), [])
        for there, other in others:
            if how := _repeats(port, other):
                warnings.append(f"{here}: {how} port definition with {there}")
        others.append((here, port))
        if (name := port.get("name")) and (first := named.setdefault(name, here)) != here:
            names.append(
                f'{here}: duplicate port name "{name}" with {first}, '
                f"services and probes that select ports by name will use {first}"
            )
    return warnings + names


def _all(spec: dict[str, Any], field: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for group in ("initContainers", "containers", "ephemeralContainers"):
        for at, container in enumerate(spec.get(group) or ()):
            for index, port in enumerate(container.get("ports") or ()):
                yield f"{field}.{group}[{at}].ports[{index}]", port


def _repeats(port: dict[str, Any], other: dict[str, Any]) -> str:
    (ip, host), (other_ip, other_host) = ((one.get("hostIP", ""), one.get("hostPort", 0)) for one in (port, other))
    if (ip, host) == (other_ip, other_host):
        return "duplicate"
    if not host or not other_host:
        return "overlapping"
    return "dangerously ambiguous" if host == other_host and bool(ip) != bool(other_ip) else ""
