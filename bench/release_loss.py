"""Requests lost in complete releases under load: the count, and the upper bound that it supports.

    python -m bench.release_loss [--releases 100] [--rate 1000]

Each release goes through every step, the switch of the Service, the watch and the clean-up, and both workloads change.
With no loss in n requests the rate of loss is below 3/n with 95 % confidence (the rule of three).
"""

import argparse
import time

from bench.node import shop, users


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=100)
    parser.add_argument("--rate", type=int, default=1000)
    arguments = parser.parse_args()
    with shop("bench-loss", hold_s=1, watch_s=2) as of:
        of.apply(of.version("v0", "v0"))
        of.wait(1, "Promoted")
        load = users(of, arguments.rate)
        began_s = time.monotonic()
        for i in range(arguments.releases):
            version = of.version(f"v{i + 1}", f"v{i + 1}")
            version.component["spec"]["release"]["judge"] = {"detectablePercent": 50}
            of.apply(version)
            of.wait(i + 2, "Promoted", within_s=180)
            took_s = (time.monotonic() - began_s) / (i + 1)
            left_s = took_s * (arguments.releases - i - 1)
            print(f"  {i + 1} of {arguments.releases} releases, {took_s:.1f} s each, {left_s:.0f} s to go", flush=True)
        summary = load.stop()
    print(
        f"{arguments.releases} releases promoted, {summary.requests} requests, lost {summary.lost} {summary.why or ''}"
    )
    bound = 3 / summary.requests if summary.lost == 0 else float("nan")
    print(f"rate of loss below {bound:.1e} with 95 % confidence")


if __name__ == "__main__":
    main()
