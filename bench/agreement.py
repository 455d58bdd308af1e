"""How often the API in memory does as the real one does: random sequences of writes, sent to both step by step.

    python -m bench.agreement [--kinds Deployment Service] [--sequences 2000] [--first-seed 0] [--at-once 3]

The sequences are those of tests/contract/api/agreement, each of its own seed: several managers apply, replace, patch,
scale and delete objects of a kind, and every answer is compared. A sequence agrees when all its answers do. One that
differs is run once more: where it agrees then, the real server had drawn a node port that was in use before. Seeds are
gone through in order, so that a run that was broken off goes on at --first-seed; --sequences 1 repeats one.
"""

import argparse
import os
import time
from collections import defaultdict
from dataclasses import astuple, dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.sequences import Outcome, Pair
from dev.cluster.progress import Progress
from tests.cluster import control_plane
from tests.contract.api.agreement.subjects import SUBJECTS

ROOT = Path(__file__).parents[1]
SHOWN = 3
"""How many differences are told in full, and how many seeds of one of them."""

_pair: Pair


def main() -> None:
    """Print differences as they are found, and in the end a line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=SUBJECTS, default=list(SUBJECTS), metavar="KIND")
    parser.add_argument("--sequences", type=int, default=2000, help="how many of each kind")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=3 * (os.cpu_count() or 1), help="sequences, which often wait")
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.sequences)
    tally = Tally(len(seeds) * len(arguments.kinds))
    with control_plane("agreement") as kubeconfig:
        processes = get_context("spawn").Pool(arguments.at_once, _begin, (kubeconfig,))
        with processes:
            try:
                for outcome in processes.imap(_run, ((kind, seed) for seed in seeds for kind in arguments.kinds)):
                    tally.count(outcome)
            except KeyboardInterrupt:
                print(f"broken off: go on with --first-seed {seeds[tally.done // len(arguments.kinds)]}", flush=True)
    tally.show()


def _begin(kubeconfig: Path) -> None:
    global _pair
    _pair = Pair(kubeconfig)


def _run(job: tuple[str, int]) -> Outcome:
    return _pair.run(*job)


class Tally:
    """What came of the sequences so far, out of so many."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._kinds: dict[str, Kind] = defaultdict(Kind)
        self._differences: dict[str, list[Outcome]] = defaultdict(list)
        self._progress = Progress("agreement")
        self._began_s = time.monotonic()

    @property
    def done(self) -> int:
        """How many are over."""
        return sum(kind.sequences for kind in self._kinds.values())

    def count(self, outcome: Outcome) -> None:
        """Take one over. The first differences are told in full."""
        kind = self._kinds[outcome.kind]
        kind.sequences += 1
        kind.requests += outcome.requests
        if outcome.difference:
            kind.differ += outcome.again
            kind.once += not outcome.again
            alike = self._differences[_first_line(outcome.difference)]
            alike.append(outcome)
            if len(alike) == 1 and len(self._differences) <= SHOWN:
                print(f"{_repeat(outcome)}\n{outcome.difference}\n", flush=True)
        done, took_s = self.done, time.monotonic() - self._began_s
        differ = sum(kind.differ for kind in self._kinds.values())
        left_s = took_s / done * (self._expected - done)
        self._progress.show(
            f"{done} of {self._expected} sequences, {differ} differ, {done / took_s:.1f} a second, {left_s:.0f} s to go"
        )

    def show(self) -> None:
        """Print every difference with commands that repeat it, and the table."""
        took_s = time.monotonic() - self._began_s
        self._progress.end(f"{self.done} of {self._expected} sequences")
        for difference, outcomes in sorted(self._differences.items(), key=lambda found: -len(found[1])):
            print(f"{len(outcomes):6} {difference}")
            for outcome in outcomes[:SHOWN]:
                print(f"{'':6} {_repeat(outcome)}")
        print(f"{'kind':12} {'agreed':>8} {'differed once':>14} {'of':>8} {'requests':>10} {'requests/s':>11}")
        kinds = self._kinds.values()
        everything = Kind(*(sum(column) for column in zip(*map(astuple, kinds), strict=True)))
        for name, kind in [*self._kinds.items(), ("all", everything)]:
            agreed = kind.sequences - kind.differ
            # All kinds go on side by side, so that each has its part of the time.
            per_s = kind.requests / took_s
            print(f"{name:12} {agreed:8} {kind.once:14} {kind.sequences:8} {kind.requests:10} {per_s:11.0f}")


@dataclass
class Kind:
    """The sequences of one kind."""

    sequences: int = 0
    differ: int = 0
    once: int = 0
    """Agreed when they were run again."""
    requests: int = 0


def _first_line(difference: str) -> str:
    """What tells a difference from others."""
    lines = [line for line in difference.splitlines() if "≠" in line]
    return " ".join(lines[0].split()) if lines else difference[-200:]


def _repeat(outcome: Outcome) -> str:
    return f"python -m bench.agreement --kinds {outcome.kind} --sequences 1 --first-seed {outcome.seed}"


if __name__ == "__main__":
    main()
