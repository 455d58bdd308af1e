"""One generated sequence against both servers, in a process that has a client of the real one and an API of its own.

Knows neither how many sequences there are nor what is made of their outcomes.
"""

import os
import random
from pathlib import Path
from typing import NamedTuple

from tests.contract.api.agreement import kinds
from tests.contract.api.agreement.sequence import Sequence
from tests.contract.api.agreement.steady import Clock, Steady
from tests.contract.api.agreement.subjects import SUBJECTS
from tests.contract.api.both import Both, Differ
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated


class Outcome(NamedTuple):
    """What came of a sequence. `difference` is empty when both servers agreed at every step."""

    kind: str
    seed: int
    requests: int
    difference: str = ""
    again: bool = True
    """Whether it differed a second time, too. What the real server draws at random differs now and then."""


class Pair:
    """Both servers, as long as a process lives."""

    def __init__(self, kubeconfig: Path) -> None:
        self._clock = Clock()
        self._real, self._simulated = Real(kubeconfig), Simulated(self._clock.now_s)
        kinds.install(Both(self._real, self._simulated).enter(f"definitions-{os.getpid()}"))

    def run(self, kind: str, seed: int) -> Outcome:
        """Run the sequence of a seed, and once more when it differs."""
        outcome = self._run(kind, seed, f"{kind.lower()}-{seed}")
        if not outcome.difference:
            return outcome
        again = self._run(kind, seed, f"{kind.lower()}-{seed}-again")
        return outcome._replace(requests=outcome.requests + again.requests, again=bool(again.difference))

    def _run(self, kind: str, seed: int, namespace: str) -> Outcome:
        """What breaks the API in memory is a difference, too."""
        both = Steady(self._real, self._simulated, self._clock)
        both.enter(namespace)
        drawn = Sequence(both, SUBJECTS[kind], random.Random(seed))
        try:
            drawn.run()
        except Differ as difference:
            return Outcome(kind, seed, drawn.requests, str(difference))
        except Exception as broken:
            told = "\n".join(step.split("\n", 1)[0] for step in both.steps)
            return Outcome(kind, seed, drawn.requests, f"\n{told}\n≠ {broken!r}")
        finally:
            # Nobody looks back, and what is past takes memory.
            self._simulated.compact()
        return Outcome(kind, seed, drawn.requests)
