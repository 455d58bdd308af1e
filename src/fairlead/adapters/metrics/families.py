"""The usual names of request counters and duration histograms, and how they tell errors and paths.

A family that tells errors from other answers is taken before one that does not. Requests of probes, scrapes and our own
are left out by their path, where the application tells paths apart.
"""

import math
from collections.abc import Iterable

from msgspec import Struct

from fairlead.adapters.metrics.exposition import Sample, samples

CODE_LABELS = (
    "code",
    "status",
    "status_code",
    "http_response_status_code",
    "http_status_code",
    "response_code",
    "grpc_code",
    "rpc_grpc_status_code",
)
PATH_LABELS = ("path", "route", "http_route", "handler", "uri", "endpoint", "url", "view", "grpc_method")

#: What counts requests, the more usual before the less usual: client libraries of Prometheus and frameworks that follow
#: them, OpenTelemetry (seconds, and the older milliseconds), Micrometer, the gRPC middlewares, a sidecar of Istio.
REQUEST_COUNTERS = (
    "http_requests_total",
    "http_server_requests_total",
    "http_server_requests_seconds_count",
    "http_server_request_duration_seconds_count",
    "http_server_duration_milliseconds_count",
    "http_request_duration_seconds_count",
    "http_request_duration_highr_seconds_count",
    "flask_http_request_total",
    "django_http_responses_total_by_status_view_method_total",
    "django_http_responses_total_by_status_total",
    "nginx_ingress_controller_requests",
    "grpc_server_handled_total",
    "rpc_server_duration_milliseconds_count",
    "istio_requests_total",
)
#: Duration histograms, and what one of their units is in seconds.
DURATION_HISTOGRAMS = {
    "http_request_duration_seconds_bucket": 1.0,
    "http_server_requests_seconds_bucket": 1.0,
    "http_server_request_duration_seconds_bucket": 1.0,
    "http_server_duration_milliseconds_bucket": 0.001,
    "flask_http_request_duration_seconds_bucket": 1.0,
    "django_http_requests_latency_seconds_by_view_method_bucket": 1.0,
    "grpc_server_handling_seconds_bucket": 1.0,
    "rpc_server_duration_milliseconds_bucket": 0.001,
    "istio_request_duration_milliseconds_bucket": 0.001,
}
#: gRPC codes that are the server's fault, as OpenTelemetry's semantic conventions have them, by name and by number.
_GRPC_ERRORS = frozenset(
    {"Unknown", "DeadlineExceeded", "Unimplemented", "Internal", "Unavailable", "DataLoss", "2", "4", "12", "13"}
    | {"14", "15"}
)
#: Istio counts a request on both of its ends.
_OTHER_END = ("reporter", "source")

_NAMES = frozenset(REQUEST_COUNTERS) | frozenset(DURATION_HISTOGRAMS)


class Scraped(Struct, frozen=True):
    """What one pod has counted since its container started."""

    requests: int
    errors: int
    buckets: dict[float, int]
    """Requests that took at most so many seconds, by that bound."""
    family: str = ""
    """The counter that was taken."""


def read(text: bytes, excluded_paths: frozenset[str]) -> Scraped | None:
    """Read requests, errors and durations; None where no usual family is exposed."""
    exposed: set[str] = set()
    telling: set[str] = set()
    found: dict[str, list[Sample]] = {}
    for sample in samples(text, _NAMES):
        exposed.add(sample.name)
        if _code(sample):
            telling.add(sample.name)
        if math.isfinite(sample.value) and not _is_excluded(sample, excluded_paths):
            found.setdefault(sample.name, []).append(sample)
    # What is chosen must not depend on whether there was traffic already: a pod keeps its counter for life.
    family = next((n for n in REQUEST_COUNTERS if n in telling), None) or next(
        (n for n in REQUEST_COUNTERS if n in exposed), None
    )
    if family is None:
        return None
    histogram = next((name for name in DURATION_HISTOGRAMS if name in exposed), None)
    counted = found.get(family, [])
    return Scraped(
        round(sum(s.value for s in counted)),
        round(sum(s.value for s in counted if _is_error(s))),
        _by_bound(found.get(histogram, ()), DURATION_HISTOGRAMS[histogram]) if histogram else {},
        family,
    )


def _is_excluded(sample: Sample, excluded_paths: frozenset[str]) -> bool:
    key, value = _OTHER_END
    return sample.labels.get(key) == value or any(sample.labels.get(label) in excluded_paths for label in PATH_LABELS)


def _code(sample: Sample) -> str:
    return next((code for label in CODE_LABELS if (code := sample.labels.get(label))), "")


def _is_error(sample: Sample) -> bool:
    if "grpc_code" in sample.labels or "rpc_grpc_status_code" in sample.labels:
        return _code(sample) in _GRPC_ERRORS
    return _code(sample).startswith("5")


def _by_bound(histogram: Iterable[Sample], unit_s: float) -> dict[float, int]:
    counts: dict[float, float] = {}
    for s in histogram:
        try:
            bound_s = float(s.labels.get("le", "")) * unit_s
        except ValueError:
            continue
        counts[bound_s] = counts.get(bound_s, 0) + s.value
    return {bound_s: round(n) for bound_s, n in sorted(counts.items())}
