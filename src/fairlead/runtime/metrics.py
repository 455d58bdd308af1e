"""What the runtime measures of itself, under the names that controller-runtime gave these things."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from fairlead.kube.resource import plural_in


class Metrics:
    """Metrics in a registry of their own, so that nothing is global."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
        self._reconciles = Counter(
            "controller_runtime_reconcile", "Reconciles by result.", ("controller", "result"), registry=r
        )
        self._duration = Histogram(
            "controller_runtime_reconcile_time_seconds", "Time of a reconcile.", ("controller",), registry=r
        )
        self.queue_depth = Gauge("workqueue_depth", "Keys that wait.", ("name",), registry=r)
        self.queue_longest_wait_s = Gauge(
            "workqueue_longest_wait_seconds", "How long the key that waits the longest is due.", ("name",), registry=r
        )
        self._requests = Counter(
            "rest_client_requests", "Requests to the API server.", ("method", "resource", "code"), registry=r
        )
        self.leader = Gauge("leader_election_master_status", "Whether this process leads.", registry=r)

    def reconciled(self, controller: str, result: str, seconds: float) -> None:
        """Count a reconcile."""
        self._reconciles.labels(controller, result).inc()
        self._duration.labels(controller).observe(seconds)

    def requested(self, method: str, path: str, status: int) -> None:
        """Count an answer of the API server."""
        self._requests.labels(method, plural_in(path), str(status)).inc()
