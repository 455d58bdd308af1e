"""What was read from the pods at one moment: cumulative counters, or the reason why there are none."""

from collections.abc import Mapping

from msgspec import Struct


class Counters(Struct, frozen=True, kw_only=True):
    """The counters of one pod since its container started. Probes, scrapes and our own requests are left out."""

    requests: int
    errors: int
    """Requests answered with 5xx."""
    buckets: Mapping[float, int] = {}
    """Requests that took at most so many seconds, by that bound, as a Prometheus histogram counts them."""


class PodReading(Struct, frozen=True, kw_only=True):
    """One pod at one moment."""

    pod: str
    uid: str
    restarts: int = 0
    ready: bool = True
    counters: Counters | None
    """None where the scrape failed."""
    failure: str = ""
    """Why the scrape failed."""


class Reading(Struct, frozen=True, kw_only=True):
    """Both revisions of one workload at one moment."""

    stable: tuple[PodReading, ...]
    candidate: tuple[PodReading, ...]
