"""How often the API in memory does as the real one does: random sequences of writes, sent to both step by step.

The sequences are those of tests/contract/api/agreement, each of its own seed: several managers apply, replace, patch,
scale and delete one object of a kind, and every answer is compared. A sequence agrees when all its answers do. Run:
python -m bench.agreement [sequences of each kind] [kind ...]
"""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.api.agreement import kinds, sequence
from tests.contract.api.agreement.steady import Steady
from tests.contract.api.agreement.subjects import CONFIG_MAP, SUBJECTS, Subject
from tests.contract.api.both import Both, Differ
from tests.contract.api.real import Real
from tests.contract.api.simulated import Simulated

ROOT = Path(__file__).parents[1]
SEQUENCES = 2000
SHOWN = 3


def main(sequences: int = SEQUENCES, *names: str) -> None:
    """Print a line for each kind, and the first disagreements in full."""
    with _control_plane() as kubeconfig:
        servers = Real(kubeconfig), Simulated()
        kinds.install(Both(*servers).enter())
        for subject in [SUBJECTS[name] for name in names] or SUBJECTS.values():
            _measure(subject, servers, sequences)


def _measure(subject: Subject, servers: tuple[Real, Simulated], sequences: int) -> None:
    agreed = requests = 0
    differences: Counter[str] = Counter()
    for seed in range(sequences):
        both = (Both if subject is CONFIG_MAP else Steady)(*servers).enter()
        try:
            requests += sequence.run(both, subject, random.Random(seed))
            agreed += 1
        except Differ as error:
            lines = [line for line in str(error).splitlines() if "≠" in line]
            differences[" ".join(lines[0].split()) if lines else str(error)[:200]] += 1
            if len(differences) <= SHOWN and len(differences) == differences.total():
                print(f"seed {seed}: {error}", flush=True)
    print(f"{subject.kind}: {agreed} of {sequences} sequences agree, {requests} requests", flush=True)
    for difference, count in differences.most_common(20):
        print(f"  {count:5} {difference}", flush=True)


@contextmanager
def _control_plane() -> Iterator[Path]:
    name = f"agreement-{os.getpid()}"
    try:
        yield Path(_cluster("up", "--control-plane-only", "--name", name))
    finally:
        _cluster("clean", "--name", name)


def _cluster(*args: str) -> str:
    command = [sys.executable, "-m", "dev.cluster", *args]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEQUENCES, *sys.argv[2:])
