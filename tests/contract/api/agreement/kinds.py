"""The custom resources of the sequences."""

import json
import subprocess
import sys
import time
from pathlib import Path

import yaml

from tests.contract.api.both import Both, full_path
from tests.contract.api.said import Ask

ROOT = Path(__file__).parents[4]
SHAPE = Path(__file__).with_name("shape.yaml")
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
PATIENCE_S = 10.0


def install(both: Both) -> None:
    """Define them on both servers, and wait until both serve them."""
    for path, resource in ((SHAPE, "shapes.agreement"), (_gateway(), "httproutes.gateway")):
        definition = json.dumps(yaml.safe_load(path.read_text())).encode()
        deadline = time.monotonic() + PATIENCE_S
        for side in both.sides:
            side.ask(Ask("POST", DEFINITIONS, (), {"content-type": "application/json"}, definition))
            while side.ask(Ask("GET", full_path(resource, both.ns), (), {}, b"")).status != 200:
                assert time.monotonic() < deadline, f"{resource} is not served"
                time.sleep(0.05)


def _gateway() -> Path:
    """The definition that the local cluster installs."""
    command = [sys.executable, "-m", "dev.cluster", "crds"]
    folder = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return Path(folder) / "gateway.networking.k8s.io_httproutes.yaml"
