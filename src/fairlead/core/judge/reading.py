"""What was read from the pods at one moment: cumulative counters, or the reason why there are none."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

FailureKind = Literal["", "Refused", "Timeout", "Unauthorized", "NotMetrics", "TooLarge"]


class Counters(Struct, frozen=True, kw_only=True):
    """The counters of one pod since its container started. Requests to known paths of probes are left out."""

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
    """Why the scrape failed, in words."""
    failure_kind: FailureKind = ""
    """Why the scrape failed. Refused and Timeout speak about the pod, the others about its metrics."""


class Reading(Struct, frozen=True, kw_only=True):
    """Both revisions of one workload at one moment."""

    stable: tuple[PodReading, ...]
    candidate: tuple[PodReading, ...]
    since_ms: int = 0
    """Time since the reading before; 0 where it is not known, as after a crash."""
    own_on_stable: int = 0
    """Requests that Fairlead itself sent in that time, answered by stable, to a path that is traffic."""
    own_on_candidate: int = 0
    """The same, answered by the candidate."""
