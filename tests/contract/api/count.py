"""How many cases there are by where they come from, and how many the API in memory answers as the real server does.

    python -m tests.contract.api.count

Every case runs on both servers.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCES = {
    "test_recorded.py": "recorded traffic, by shapes of requests",
    "test_kubectl.py": "sessions of kubectl",
    "test_helm.py": "sessions of helm",
    "test_agreement.py": "generated sequences",
    "test_public_definitions_are_accepted_alike": "public definitions and examples",
    "test_gateway_api_examples_are_accepted_and_refused_alike": "public definitions and examples",
}
OTHERS = "verbs and semantics, vectors of server-side apply among them"


class Tally:
    """A plugin of pytest that counts."""

    def __init__(self) -> None:
        self.cases: Counter[str] = Counter()
        self.alike: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        source = _source(report.nodeid)
        if report.skipped:
            self.skipped[source] += 1
        elif report.when == "call":
            self.cases[source] += 1
            self.alike[source] += report.passed
        elif report.failed:
            self.cases[source] += report.when == "setup"


def _source(node: str) -> str:
    file, _, name = node.partition("::")
    return SOURCES.get(name.partition("[")[0]) or SOURCES.get(Path(file).name) or OTHERS


def main() -> int:
    """Returns how many cases differ."""
    tally = Tally()
    pytest.main(["-q", "--no-header", "--tb=no", str(HERE)], plugins=[tally])
    print(f"\n{'source':62} {'real':>6} {'in memory':>10} {'skipped':>8}")
    for source in dict.fromkeys([OTHERS, *SOURCES.values()]):
        print(f"{source:62} {tally.cases[source]:6} {tally.alike[source]:10} {tally.skipped[source]:8}")
    total = tally.cases.total()
    print(f"{'all':62} {total:6} {tally.alike.total():10} {tally.skipped.total():8}")
    return total - tally.alike.total()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
