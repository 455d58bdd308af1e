"""The usual names of request counters and duration histograms, and how they tell errors and paths.

The first family that a pod exposes is taken. Requests of probes, scrapes and our own are left out by their path, where
the application tells paths apart.
"""

from collections.abc import Iterable

from msgspec import Struct

from fairlead.adapters.metrics.exposition import Sample, samples

CODE_LABELS = ("code", "status", "status_code", "http_response_status_code", "response_code")
PATH_LABELS = ("path", "route", "handler", "uri", "endpoint", "http_route", "url")

REQUEST_COUNTERS = (
    "http_requests_total",
    "http_server_requests_seconds_count",
    "http_server_request_duration_seconds_count",
    "http_request_duration_seconds_count",
    "http_requests_count_total",
)
DURATION_HISTOGRAMS = (
    "http_request_duration_seconds_bucket",
    "http_server_requests_seconds_bucket",
    "http_server_request_duration_seconds_bucket",
)
_NAMES = frozenset(REQUEST_COUNTERS + DURATION_HISTOGRAMS)


class Scraped(Struct, frozen=True):
    """What one pod has counted since its container started."""

    requests: int
    errors: int
    buckets: dict[float, int]


def read(text: bytes, excluded_paths: frozenset[str]) -> Scraped | None:
    """Read requests, errors and durations; None where no usual family is exposed."""
    found: dict[str, list[Sample]] = {}
    for sample in samples(text, _NAMES):
        if not _is_excluded(sample, excluded_paths):
            found.setdefault(sample.name, []).append(sample)
    counters = next((found[name] for name in REQUEST_COUNTERS if name in found), None)
    if counters is None:
        return None
    requests = sum(s.value for s in counters)
    errors = sum(s.value for s in counters if _is_error(s))
    histogram = next((found[name] for name in DURATION_HISTOGRAMS if name in found), [])
    return Scraped(round(requests), round(errors), _buckets(histogram))


def _is_excluded(sample: Sample, excluded_paths: frozenset[str]) -> bool:
    return any(sample.labels.get(label) in excluded_paths for label in PATH_LABELS)


def _is_error(sample: Sample) -> bool:
    return any(sample.labels.get(label, "").startswith("5") for label in CODE_LABELS)


def _buckets(histogram: Iterable[Sample]) -> dict[float, int]:
    counts: dict[float, float] = {}
    for s in histogram:
        bound_s = float(s.labels.get("le", "inf").replace("+Inf", "inf"))
        counts[bound_s] = counts.get(bound_s, 0) + s.value
    return {bound_s: round(n) for bound_s, n in sorted(counts.items())}
