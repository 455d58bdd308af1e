"""How long bad answers last: a canary at 20 % of 200 requests/s that begins to fail, again and again.

    python -m bench.way_back [--runs 30]

Decisive evidence is the moment at which the operator decides (its log); everything else is seen by the client. Argo
Rollouts 1.9.1 in the same place, analysing every second: 1.1 / 1.6 / 2.5 s (min / median / max of 5) from the first bad
answer, for a canary that fails every request; Flagger 1.36.1 at its fastest: 12.2 / 14.4 / 20.1 s.
"""

import argparse
import time

from bench.node import HEADER, log_since, row, shop, users
from tests.e2e.load import Load
from tests.e2e.shop import Shop

RATE = 200
AFTER_REQUESTS = "20"


def once(of: Shop, load: Load, number: int, error_ratio: str) -> dict[str, float]:
    """Release a bad version and return what was measured of its way back."""
    version = of.version(f"bad-{number}", ERROR_RATIO=error_ratio, ERROR_RATIO_AFTER_REQUESTS=AFTER_REQUESTS)
    version.component["spec"]["release"]["steps"] = [{"weightPercent": 20, "holdSeconds": 120}]
    began_s = time.time()
    of.apply(version)
    ended = of.wait(number, "RolledBack", within_s=120)
    assert ended["status"]["because"]["reason"] == "CheckFailed", ended["status"]["because"]
    load.wait_for_requests(20)
    requests = [r for r in load.requests_since(began_s) if r.version == f"bad-{number}"]
    first_bad_s = min(r.ended_s for r in requests if r.bad)
    last_s = max(r.started_s for r in requests)
    name = f"{of.namespace.name}/shop"
    log = log_since(of.namespace.kubectl, began_s)
    decided_s = next(x["at_s"] for x in log if x.get("stage") == "Returning" and x["release"] == f"{name}-{number}")
    written_s = next(
        x["at_s"]
        for x in log
        if x["event"] == "route changed" and x["component"] == name and x["at_s"] >= decided_s - 0.2
    )
    return {
        "evidence to the last request started on the candidate": last_s - decided_s,
        "of it, from the route's change on (the gateway)": last_s - written_s,
        "first bad answer to the last request started on it": last_s - first_bad_s,
        "bad answers": sum(r.bad for r in requests),
    }


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    with shop("bench-way-back", hold_s=120, watch_s=60) as of:
        of.apply(of.version("v1"))
        of.wait(1, "Promoted")
        load = users(of, RATE)
        number = 1
        for told, error_ratio in (("every request fails", "1"), ("one request in twenty fails", "0.05")):
            measured: dict[str, list[float]] = {}
            for _ in range(runs):
                number += 1
                for name, value in once(of, load, number, error_ratio).items():
                    measured.setdefault(name, []).append(value)
            print(f"{told}\n{HEADER}")
            for name, values in measured.items():
                print(row(f"  {name}", values, "" if name == "bad answers" else "s"), flush=True)
        summary = load.stop()
        print(f"requests {summary.requests}, lost {summary.lost} {summary.why or ''}")


if __name__ == "__main__":
    main()
