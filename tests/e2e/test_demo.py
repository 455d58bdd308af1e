"""What a newcomer sees first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHIN_S = 240


@pytest.mark.usefixtures("kubectl")
def test_the_demonstration_keeps_what_it_promises():
    done = subprocess.run(
        [sys.executable, "-m", "dev.demo", "--cluster", "local"],
        cwd=ROOT,
        env={**os.environ, "DEMO_OUTPUT": "json"},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    good, bad = told["releases"]

    assert told["ok"]
    assert (good["outcome"], bad["outcome"]) == ("Promoted", "RolledBack")
    assert (good["lost"], bad["lost"], good["bad"]) == (0, 0, 0)
    assert min(good["requests"], bad["requests"]) > 1000
    assert bad["bad"] > 0
    assert bad["breach_to_back_s"] == pytest.approx(bad["traffic_back_at"] - bad["bad_seen_at"], abs=0.01)
    assert bad["breach_to_back_s"] < 30
    assert "failed on the candidate" in bad["reason"]
