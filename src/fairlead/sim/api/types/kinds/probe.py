"""Probes and life cycle hooks."""

from typing import Any

from fairlead.sim.api.schema import names
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, not_supported, required

_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_SCHEMES = ["HTTP", "HTTPS"]
_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def probe(part: dict[str, Any], field: str) -> list[Cause]:
    """How it asks, and how often."""
    causes = handler(part, field, grpc=True)
    for name in _NUMBERS:
        if part.get(name, 0) < 0:
            causes.append(invalid(f"{field}.{name}", part[name], "must be greater than or equal to 0"))
    grace = part.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        causes.append(invalid(f"{field}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    return causes


def handler(part: dict[str, Any], field: str, *, grpc: bool) -> list[Cause]:
    """Exactly one way of asking."""
    given = [name for name in _HANDLERS if name in part and part[name] is not None and (grpc or name != "grpc")]
    causes = [forbidden(f"{field}.{name}", "may not specify more than 1 handler type") for name in given[1:]]
    for name in given[:1]:
        causes += _CHECKS[name](part[name], f"{field}.{name}")
    if not given:
        causes.append(required(field, "must specify a handler type"))
    return causes


def _exec(part: dict[str, Any], field: str) -> list[Cause]:
    return [] if part.get("command") else [required(f"{field}.command")]


def _http(part: dict[str, Any], field: str) -> list[Cause]:
    causes = [] if part.get("path") else [required(f"{field}.path")]
    causes += _port(part.get("port", 0), f"{field}.port")
    if (scheme := part.get("scheme", "")) not in _SCHEMES:
        causes.append(not_supported(f"{field}.scheme", scheme, _SCHEMES))
    for header in part.get("httpHeaders") or ():
        name = header.get("name", "")
        causes += [invalid(f"{field}.httpHeaders", name, error) for error in names.http_header(name)]
    return causes


def _tcp(part: dict[str, Any], field: str) -> list[Cause]:
    return _port(part.get("port", 0), f"{field}.port")


def _sleep(part: dict[str, Any], field: str) -> list[Cause]:
    seconds = part.get("seconds", 0)
    return [] if seconds >= 0 else [invalid(field, seconds, "must be non-negative")]


def _port(port: Any, field: str) -> list[Cause]:
    errors = names.port_name(port) if isinstance(port, str) else names.port_number(port)
    return [invalid(field, port, error) for error in errors]


_CHECKS = {"exec": _exec, "httpGet": _http, "tcpSocket": _tcp, "grpc": _tcp, "sleep": _sleep}
