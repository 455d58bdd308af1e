"""`fairlead operator`: run the operator until it is told to stop.

It reads its own flags, with the standard library alone, so that a process that lives for months carries nothing that
is only for people at a terminal.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Run the operator and return its exit code."""
    said = parser().parse_args(arguments)
    from fairlead.controllers.operator import run

    return run(
        kubeconfig=said.kubeconfig,
        context=said.context,
        metrics_port=said.metrics_port,
        health_port=said.health_port,
        lease_namespace=said.lease_namespace,
        leader_election=not said.no_leader_election,
        log_level=said.log_level,
    )


def parser() -> argparse.ArgumentParser:
    """Return what can be said to the operator."""
    flags = argparse.ArgumentParser(prog="fairlead operator", description="Run the operator, usually in its own pod.")
    flags.add_argument(
        "--kubeconfig", type=Path, help="kubeconfig; default: the pod's service account, else as kubectl"
    )
    flags.add_argument("--context", help="context of the kubeconfig; default: the current one")
    flags.add_argument("--metrics-port", type=int, default=8080, metavar="PORT", help="serves /metrics; default 8080")
    flags.add_argument("--health-port", type=int, default=8081, metavar="PORT", help="serves probes; default 8081")
    flags.add_argument("--lease-namespace", metavar="NAMESPACE", help="namespace of the Lease; default: the pod's")
    flags.add_argument(
        "--no-leader-election", action="store_true", help="work without a Lease: it must be the only one"
    )
    flags.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    return flags
