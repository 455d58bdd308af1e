"""Ingresses, network policies and disruption budgets."""

from typing import Any

from fairlead.sim.api.schema import labels, names
from fairlead.sim.api.types.cause import Cause, invalid, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy
from fairlead.sim.api.types.kinds.workload import amount

_PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"]


def _ingress(obj: Object, _write: Write) -> list[Cause]:
    spec = obj.get("spec") or {}
    rules = spec.get("rules") or ()
    causes = []
    if not rules and spec.get("defaultBackend") is None:
        causes.append(invalid("spec", spec.get("rules"), "either `defaultBackend` or `rules` must be specified"))
    if (backend := spec.get("defaultBackend")) is not None:
        causes += _backend(backend, "spec.defaultBackend")
    for index, rule in enumerate(rules):
        causes += _rule(rule, f"spec.rules[{index}]")
    return causes


def _rule(rule: dict[str, Any], field: str) -> list[Cause]:
    host, causes = rule.get("host", ""), []
    if host:
        syntax = names.wildcard_subdomain if "*" in host else names.dns_subdomain
        causes += [invalid(f"{field}.host", host, error) for error in syntax(host)]
    http = rule.get("http")
    if http is None:
        return causes
    if not http.get("paths"):
        causes.append(required(f"{field}.http.paths"))
    for index, path in enumerate(http.get("paths") or ()):
        here, type_, text = f"{field}.http.paths[{index}]", path.get("pathType"), path.get("path", "")
        if type_ is None:
            causes.append(required(f"{here}.pathType", "pathType must be specified"))
            continue
        if type_ not in _PATH_TYPES:
            causes.append(not_supported(f"{here}.pathType", type_, _PATH_TYPES))
        elif not text.startswith("/") and (text or type_ != "ImplementationSpecific"):
            causes.append(invalid(f"{here}.path", text, "must be an absolute path"))
        causes += _backend(path.get("backend") or {}, f"{here}.backend")
    return causes


def _backend(backend: dict[str, Any], field: str) -> list[Cause]:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None and resource is not None:
        return [invalid(field, "", "cannot set both resource and service backends")]
    if resource is not None:
        return []
    if service is None:
        return [required(field, "resource or service backend is required")]
    name, port = service.get("name", ""), service.get("port") or {}
    causes = [] if name else [required(f"{field}.service.name")]
    if name:
        causes += [invalid(f"{field}.service.name", name, error) for error in names.dns_1035_label(name)]
    number, label = port.get("number", 0), port.get("name", "")
    if number and label:
        return [*causes, invalid(f"{field}", "", "cannot set both port name & port number")]
    if label:
        return causes + [invalid(f"{field}.service.port.name", label, error) for error in names.port_name(label)]
    if number:
        return causes + [invalid(f"{field}.service.port.number", number, error) for error in names.port_number(number)]
    return [*causes, required(field, "port name or number is required")]


def _network_policy(obj: Object, _write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = labels.selector(spec.get("podSelector"), "spec.podSelector")
    types = spec.get("policyTypes") or ()
    for index, type_ in enumerate(types):
        if type_ not in {"Ingress", "Egress"}:
            causes.append(not_supported(f"spec.policyTypes[{index}]", type_, ["Egress", "Ingress"]))
    return causes


def _disruption_budget(obj: Object, _write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = []
    if "minAvailable" in spec and "maxUnavailable" in spec:
        causes.append(invalid("spec", _shown(spec), "minAvailable and maxUnavailable cannot be both set"))
    for name in ("minAvailable", "maxUnavailable"):
        if name in spec:
            wrong = amount(spec[name], f"spec.{name}")
            causes += wrong
            if isinstance(spec[name], str) and not wrong and int(spec[name][:-1]) > 100:
                causes.append(invalid(f"spec.{name}", spec[name], "must not be greater than 100%"))
    return causes + labels.selector(spec.get("selector"), "spec.selector")


def _shown(spec: dict[str, Any]) -> dict[str, Any]:
    """The server prints its internal form here."""
    fields = ("minAvailable", "selector", "maxUnavailable", "unhealthyPodEvictionPolicy")
    return {name[0].upper() + name[1:]: spec.get(name) for name in fields}


INGRESS = Strategy(validate=_ingress)
NETWORK_POLICY = Strategy(validate=_network_policy)
DISRUPTION_BUDGET = Strategy(validate=_disruption_budget)
