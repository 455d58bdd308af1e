"""Runs of the crash harness per second, on a real control plane as a process, and in this process in virtual time.

The same scenario with the same deaths on both, which must end alike: a version that fails, and the operator killed
before and after every tenth write. On the control plane two runs go on at once, as always there.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.crash.control_plane import connected, control_plane
from tests.crash.end_state import differences
from tests.crash.run import Run
from tests.crash.scenarios import BAD
from tests.crash.sweep import sweep, sweep_in_process, told

EVERY = 10


async def _on_a_control_plane() -> tuple[Run, float]:
    with control_plane() as kubeconfig, tempfile.TemporaryDirectory() as folder:
        async with connected(kubeconfig) as api:
            began_s = time.monotonic()
            undisturbed, runs = await sweep(api, BAD, Path(folder), every=EVERY)
            return undisturbed, _told("real control plane, a process", undisturbed, runs, began_s)


def _in_process() -> tuple[Run, float]:
    began_s = time.monotonic()
    undisturbed, runs = sweep_in_process(BAD, every=EVERY)
    return undisturbed, _told("in process, virtual time", undisturbed, runs, began_s)


def _told(where: str, undisturbed: Run, runs: list[Run], began_s: float) -> float:
    took_s = time.monotonic() - began_s
    wrong = told(undisturbed, runs)
    assert not wrong, wrong
    per_s = (1 + len(runs)) / took_s
    print(f"{where}: {1 + len(runs)} runs in {took_s:.1f} s, {per_s:.2f} runs/s", flush=True)
    return per_s


def main() -> None:
    """Measure both, and say how they compare."""
    there, there_per_s = asyncio.run(_on_a_control_plane())
    here, here_per_s = _in_process()
    differs = differences(there.end, here.end)
    assert not differs, differs
    print(f"in process {here_per_s / there_per_s:.1f} times as many; the ends are the same")


if __name__ == "__main__":
    main()
