"""Where the pods of a workload expose their metrics, and which of their requests are not traffic."""

from typing import Any

from msgspec import Struct

from fairlead.api.component import MetricsEndpoint

Manifest = dict[str, Any]

PORT_ANNOTATION = "prometheus.io/port"
PATH_ANNOTATION = "prometheus.io/path"
METRICS_PORT_NAMES = ("metrics", "http-metrics", "prometheus")
DEFAULT_PATH = "/metrics"


class Target(Struct, frozen=True, kw_only=True):
    """A port and a path of every pod."""

    port: int
    path: str
    serving_port: int
    """The port that requests come to."""
    excluded_paths: frozenset[str]
    """Paths of probes and scrapes: they are not traffic."""


def target(deployment: Manifest, service: Manifest | None, endpoint: MetricsEndpoint, probe_path: str) -> Target | None:
    """Return where to scrape the pods of `deployment`, to which `service` leads; None where no port is known."""
    template = deployment["spec"]["template"]
    annotations = (template.get("metadata") or {}).get("annotations") or {}
    serving = _serving_port(template, service)
    named = next((p for n in METRICS_PORT_NAMES if (p := _named_port(template, n)) is not None), None)
    annotated = annotations.get(PORT_ANNOTATION, "")
    port = endpoint.port or (int(annotated) if annotated.isdigit() else None) or named or serving
    if port is None:
        return None
    path = endpoint.path or annotations.get(PATH_ANNOTATION) or DEFAULT_PATH
    # A probe path that is the root would leave out the traffic itself.
    excluded = {path, *({probe_path} - {"/"}), *_probe_paths(template)}
    return Target(port=port, path=path, serving_port=serving or port, excluded_paths=frozenset(excluded))


def _containers(template: Manifest) -> list[Manifest]:
    return list((template.get("spec") or {}).get("containers") or ())


def _named_port(template: Manifest, name: str) -> int | None:
    ports = (p for c in _containers(template) for p in c.get("ports") or ())
    return next((int(p["containerPort"]) for p in ports if p.get("name") == name), None)


def _serving_port(template: Manifest, service: Manifest | None) -> int | None:
    ports = ((service or {}).get("spec") or {}).get("ports") or ()
    for port in ports:
        wanted = port.get("targetPort", port.get("port"))
        return wanted if isinstance(wanted, int) else _named_port(template, str(wanted))
    return next((int(p["containerPort"]) for c in _containers(template) for p in c.get("ports") or ()), None)


def _probe_paths(template: Manifest) -> set[str]:
    probes = (
        c.get(kind) or {} for c in _containers(template) for kind in ("readinessProbe", "livenessProbe", "startupProbe")
    )
    return {probe["httpGet"]["path"] for probe in probes if "path" in (probe.get("httpGet") or {})}
