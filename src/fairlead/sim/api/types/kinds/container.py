"""One container of a pod."""

from collections.abc import Sequence
from typing import Any

from fairlead.sim.api.schema import names, quantity
from fairlead.sim.api.types.cause import Cause, duplicate, forbidden, invalid, not_found, not_supported, required
from fairlead.sim.api.types.kinds.probe import handler, probe

_PULL = ["Always", "IfNotPresent", "Never"]
_PROTOCOLS = ["SCTP", "TCP", "UDP"]
_TERMINATION = ["FallbackToLogsOnError", "File"]
_COMPUTE = frozenset(("cpu", "memory", "ephemeral-storage"))
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS = {
    *("metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName"),
    *("status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"),
}


def container(part: dict[str, Any], field: str, volumes: set[str]) -> list[Cause]:
    """What containers of all sorts have in common. Probes are told by `probes`."""
    name, image = part.get("name", ""), part.get("image", "")
    causes = _all(f"{field}.name", name, names.dns_label(name)) if name else [required(f"{field}.name")]
    if not image:
        causes.append(required(f"{field}.image"))
    elif image != image.strip():
        causes.append(invalid(f"{field}.image", image, "must not have leading or trailing whitespace"))
    if (policy := part.get("terminationMessagePolicy", "")) not in _TERMINATION:
        causes.append(not_supported(f"{field}.terminationMessagePolicy", policy, _TERMINATION))
    if ports := part.get("ports"):
        causes += _ports(ports, f"{field}.ports")
    if variables := part.get("env"):
        causes += _environment(variables, f"{field}.env")
    if sources := part.get("envFrom"):
        causes += _environment_from(sources, f"{field}.envFrom")
    if mounts := part.get("volumeMounts"):
        causes += _mounts(mounts, f"{field}.volumeMounts", volumes)
    if (pull := part.get("imagePullPolicy", "")) not in _PULL:
        causes.append(not_supported(f"{field}.imagePullPolicy", pull, _PULL))
    if given := part.get("resources"):
        causes += resources(given, f"{field}.resources")
    return causes


def probes(part: dict[str, Any], field: str) -> list[Cause]:
    """Life cycle and probes of a container that stays."""
    causes: list[Cause] = []
    for name, hook in sorted((part.get("lifecycle") or {}).items()):
        if isinstance(hook, dict):
            causes += handler(hook, f"{field}.lifecycle.{name}", grpc=False)
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if (found := part.get(name)) is not None:
            causes += probe(found, f"{field}.{name}")
            if name != "readinessProbe" and found.get("successThreshold") != 1:
                causes.append(
                    invalid(f"{field}.{name}.successThreshold", found.get("successThreshold", 0), "must be 1")
                )
    return causes


def _all(field: str, value: Any, errors: Sequence[str]) -> list[Cause]:
    return [invalid(field, value, error) for error in errors] if errors else []


def _ports(ports: Any, field: str) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here, name, number = f"{field}[{index}]", port.get("name", ""), port.get("containerPort")
        if name:
            causes += _all(f"{here}.name", name, names.port_name(name))
            causes += [duplicate(f"{here}.name", name)] if name in seen else []
            seen.add(name)
        if not number:
            causes.append(required(f"{here}.containerPort"))
        elif errors := names.port_number(number):
            causes += _all(f"{here}.containerPort", number, errors)
        if port.get("hostPort"):
            causes += _all(f"{here}.hostPort", port["hostPort"], names.port_number(port["hostPort"]))
        if port.get("protocol") not in _PROTOCOLS:
            causes.append(not_supported(f"{here}.protocol", port.get("protocol", ""), _PROTOCOLS))
    return causes


def _environment(variables: Any, field: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, variable in enumerate(variables):
        name = variable.get("name", "")
        if not name:
            causes.append(required(f"{field}[{index}].name"))
        elif errors := names.environment_name(name):
            causes += _all(f"{field}[{index}].name", name, errors)
        if (source := variable.get("valueFrom")) is not None:
            causes += _value_from(source, variable.get("value", ""), f"{field}[{index}].valueFrom")
    return causes


def _value_from(source: dict[str, Any], value: str, field: str) -> list[Cause]:
    given = [name for name in _SOURCES if name in source]
    causes = []
    if "fieldRef" in source:
        path = source["fieldRef"].get("fieldPath", "")
        if not path:
            causes.append(required(f"{field}.fieldRef.fieldPath"))
        elif path not in _FIELDS and not path.startswith(("metadata.labels['", "metadata.annotations['")):
            detail = f"error converting fieldPath: field label not supported: {path}"
            causes.append(invalid(f"{field}.fieldRef.fieldPath", path, detail))
    for name in ("configMapKeyRef", "secretKeyRef"):
        if name in source:
            causes += _key(source[name], f"{field}.{name}")
    if not given:
        options = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        causes.append(invalid(field, "", f"must specify one of: {options}"))
    elif value:
        causes.append(invalid(field, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        causes.append(invalid(field, "", "may not have more than one field specified at a time"))
    return causes


def _key(reference: dict[str, Any], field: str) -> list[Cause]:
    causes = []
    name, key = reference.get("name", ""), reference.get("key", "")
    if name:
        causes += _all(f"{field}.name", name, names.dns_subdomain(name))
    if not key:
        causes.append(required(f"{field}.key"))
    else:
        causes += _all(f"{field}.key", key, names.config_key(key))
    return causes


def _environment_from(sources: Any, field: str) -> list[Cause]:
    causes: list[Cause] = []
    for index, source in enumerate(sources):
        here = f"{field}[{index}]"
        given = [name for name in ("configMapRef", "secretRef") if name in source]
        for name in given:
            if not source[name].get("name"):
                causes.append(required(f"{here}.{name}.name"))
            else:
                causes += _all(f"{here}.{name}.name", source[name]["name"], names.dns_subdomain(source[name]["name"]))
        if not given:
            causes.append(invalid(field, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            causes.append(invalid(field, "", "may not have more than one field specified at a time"))
    return causes


def _mounts(mounts: Any, field: str, volumes: set[str]) -> list[Cause]:
    causes = []
    seen: set[str] = set()
    for index, mount in enumerate(mounts):
        here, name, path = f"{field}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            causes.append(required(f"{here}.name"))
        if name not in volumes:
            causes.append(not_found(f"{here}.name", name))
        if not path:
            causes.append(required(f"{here}.mountPath"))
        if path in seen:
            causes.append(invalid(f"{here}.mountPath", path, "must be unique"))
        seen.add(path)
        if sub_path := mount.get("subPath"):
            causes += _inside(sub_path, f"{here}.subPath")
    return causes


def _inside(path: str, field: str) -> list[Cause]:
    causes = []
    if path.startswith("/"):
        causes.append(invalid(field, path, "must be a relative path"))
    if ".." in path.split("/"):
        causes.append(invalid(field, path, "must not contain '..'"))
    return causes


def resources(part: dict[str, Any], field: str) -> list[Cause]:
    """Limits and requests; a request may not be more than its limit."""
    causes: list[Cause] = []
    limits, requests = part.get("limits") or {}, part.get("requests") or {}
    for name, value in sorted(limits.items()):
        causes += _amount(name, value, f"{field}.limits")
    for name, value in sorted(requests.items()):
        causes += _amount(name, value, f"{field}.requests")
        limit = limits.get(name)
        if limit is not None and quantity.is_more(value, limit):
            causes.append(invalid(f"{field}.requests", value, f"must be less than or equal to {name} limit of {limit}"))
    return causes


def _amount(name: str, value: str, field: str) -> list[Cause]:
    causes = _all(field, name, names.qualified_name(name)) if name not in _COMPUTE else []
    if not causes and "/" not in name and name not in _COMPUTE:
        if name == "storage":
            causes.append(invalid(field, name, "must be a standard resource for containers"))
        elif not name.startswith("hugepages-"):
            causes.append(invalid(field, name, "must be a standard resource type or fully qualified"))
            causes.append(invalid(field, name, "must be a standard resource for containers"))
    if value[:1] == "-" and quantity.is_more("0", value):
        causes.append(invalid(f"{field}[{name}]", value, "must be greater than or equal to 0"))
    return causes


def unique_names(parts: Any, field: str, taken: set[str]) -> list[Cause]:
    """A cause for each container that has the name of another; `taken` grows."""
    causes = []
    for index, part in enumerate(parts):
        if (name := part.get("name", "")) in taken:
            causes.append(duplicate(f"{field}[{index}].name", name))
        taken.add(name)
    return causes


def stays_out(part: dict[str, Any], field: str, of: str) -> list[Cause]:
    """An init container that ends has no life cycle and no probes."""
    fields = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
    return [forbidden(f"{field}.{name}", f"may not be set for {of}") for name in fields if name in part]
