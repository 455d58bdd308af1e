"""A pod of the tests: an object of the API, and an application that listens on an address of its own."""

from dataclasses import dataclass

from fairlead.adapters.http.get import Got

#: Versions that fail most of their requests.
BAD = frozenset({"bad"})
BAD_RATIO = 0.8


@dataclass
class Pod:
    """One pod. Its counters grow by the traffic that the routes give it."""

    name: str
    uid: str
    ip: str
    port: int
    deployment: str
    labels: dict[str, str]
    version: str
    requests: float = 0.0

    def metrics(self) -> str:
        errors = int(self.requests * BAD_RATIO) if self.version in BAD else 0
        counts = {"200": int(self.requests) - errors, "500": errors}
        lines = [f'http_requests_total{{code="{code}",path="/"}} {n}' for code, n in counts.items()]
        return "\n".join(["# TYPE http_requests_total counter", *lines, ""])

    def answer(self, path: str) -> Got:
        text = self.metrics() if path == "/metrics" else "hello"
        return Got(200, {"x-version": self.version}, text.encode())
