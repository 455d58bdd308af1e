"""The operator is restarted with 1,000 Components present while one release begins to fail: how long bad answers last.

    python -m bench.restart [--components 1000] [--runs 5]

The canary is at 20 % of 200 requests/s. The operator is killed, and at the same moment the candidate begins to fail
every request. Argo Rollouts 1.9.1 with 1,000 Rollouts acts after 49 s at its defaults and is back after 43 to 45 s of
bad answers. The idle Components ask for no pods. The operator runs outside the cluster, without the lease: so what is
measured is the start, the caches and the way back.
"""

import argparse
import asyncio
import random
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.idle import NAMESPACE, prepare
from bench.node import HEADER, row, shop, users
from bench.process import Operator
from dev.demo.install import NAMESPACE as OPERATOR_NAMESPACE
from fairlead.kube.client import Client
from fairlead.kube.config import load
from tests.e2e.shop import Shop
from tests.integration.kubectl import Kubectl
from tests.until import until

RATE = 200
GONE_WITHIN_S = 300


def once(of: Shop, number: int, operator: Operator, kubeconfig: Path, log: Path) -> tuple[Operator, float]:
    """Kill, fail, start; return the new operator, and the time from the first bad answer to all traffic back."""
    version = of.version(f"bad-{number}")
    version.component["spec"]["release"]["steps"] = [{"weightPercent": 20, "holdSeconds": 600}]
    of.apply(version)
    of.wait(number, "Shifting", 20)
    clients = users(of, RATE)
    clients.wait_for_requests(200)
    operator.stop(kill=True)
    began_s = time.time()
    _fail(of, version.copy("front"))
    operator = Operator(kubeconfig, log)
    of.wait(number, "RolledBack", within_s=120)
    clients.wait_for_requests(20)
    requests = [r for r in clients.requests_since(began_s - 5) if r.version == f"bad-{number}"]
    clients.stop()
    return operator, max(r.started_s for r in requests) - min(r.ended_s for r in requests if r.bad)


def _fail(of: Shop, copy: str) -> None:
    """Tell every pod of a copy to fail every request, on the port that no Service leads to."""
    for pod in of.namespace.list("pods", f"fairlead.dev/copy={copy}"):
        url = f"http://{pod['status']['podIP']}:8081/set?error_ratio=1"
        urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=5).close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--components", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    log = Path(tempfile.mkstemp(prefix="fairlead-bench-", suffix=".log")[1])
    with shop("bench-restart", hold_s=600, watch_s=60) as of:
        kubectl = of.namespace.kubectl
        kubectl("scale", "deployment", "fairlead", f"--namespace={OPERATOR_NAMESPACE}", "--replicas=0")
        kubectl("wait", "pod", "--all", f"--namespace={OPERATOR_NAMESPACE}", "--for=delete", "--timeout=50s")
        operator = Operator(kubectl.kubeconfig, log)
        try:
            operator.wait_ready()
            asyncio.run(_idle(kubectl, arguments.components))
            of.apply(of.version("v1"))
            of.wait(1, "Promoted")
            times: list[float] = []
            for number in range(2, 2 + arguments.runs):
                operator, took_s = once(of, number, operator, kubectl.kubeconfig, log)
                times.append(took_s)
            print(HEADER)
            print(row(f"restart with {arguments.components} Components: first bad answer to back", times))
            print(f"ratio to Argo Rollouts (43.5 s): {sorted(times)[len(times) // 2] / 43.5:.3f}")
            kubectl("delete", "component", "--all", f"--namespace={NAMESPACE}", "--wait=false")
            left = ("get", "component", f"--namespace={NAMESPACE}", "--output=name")
            until("the idle Components are gone", lambda: not kubectl(*left).strip(), GONE_WITHIN_S)
            of.remove()
        finally:
            operator.stop()
            kubectl("scale", "deployment", "fairlead", f"--namespace={OPERATOR_NAMESPACE}", "--replicas=1")
            kubectl("delete", "namespace", NAMESPACE, "--wait=false")


async def _idle(kubectl: Kubectl, components: int) -> None:
    async with Client(load(kubectl.kubeconfig), random.Random()) as client:
        await prepare(client, components)


if __name__ == "__main__":
    main()
