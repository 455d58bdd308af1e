"""Runs the demonstration: exit code 0 when all was as promised, 1 when not."""

import argparse
import json
import os
import sys
from datetime import datetime

from dev.cluster.failure import ClusterError
from dev.demo import outcome, place, story
from dev.demo.broken import Broken
from dev.demo.outcome import Outcome
from dev.demo.report import report
from fairlead.cli.failure import Failure
from fairlead.cli.page import console

LOOK_AROUND = """
The shop goes on. Look around:
  .venv/bin/fairlead why shop -n shop {options}
  {kubectl} get components,releases,revisions -n shop"""
STOP = "Stop the node, and leave nothing behind:\n  make clean"
IMAGES = "The images docker.io/fairlead/operator:dev and docker.io/fairlead/sample:dev must be in {cluster} already."


def main() -> int:
    """Tell the story on the cluster that was named, then what came of it."""
    parser = argparse.ArgumentParser(prog="python -m dev.demo", description=__doc__)
    parser.add_argument("--cluster", required=True, help="local, or the name of a context of your kubeconfig")
    cluster = parser.parse_args().cluster
    outcomes: list[Outcome] = []
    screen = console()
    is_ok = False
    try:
        if cluster != place.LOCAL:
            screen.print(IMAGES.format(cluster=cluster))
        there = place.local() if cluster == place.LOCAL else place.elsewhere(cluster)
        lost = story.tell(there, story.Told(screen), outcomes)
        broken = outcome.broken(outcomes, lost)
        is_ok = not broken
        screen.print()
        screen.print(report(outcomes, broken, datetime.now().astimezone()))
        _look_around(there)
    except (Broken, ClusterError, Failure) as failure:
        print(f"not as promised: {failure}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    if os.environ.get("DEMO_OUTPUT") == "json":
        print(json.dumps(outcome.told(outcomes, is_ok=is_ok)))
    return 0 if is_ok else 1


def _look_around(there: place.Place) -> None:
    is_ours = there.home is not None
    option = f"--kubeconfig {there.target.kubeconfig}" if is_ours else f"--context {there.target.context}"
    kubectl = "python3 -m dev.cluster kubectl" if is_ours else f"kubectl --context {there.target.context}"
    print(LOOK_AROUND.format(options=option, kubectl=kubectl))
    if is_ours:
        print(STOP)


if __name__ == "__main__":
    sys.exit(main())
