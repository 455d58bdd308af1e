"""The custom resources of the sequences."""

import json
from functools import partial
from pathlib import Path

import yaml

from tests.cluster import cluster
from tests.contract.api.both import Both, full_path
from tests.contract.api.said import Ask
from tests.until import until

ROOT = Path(__file__).parents[4]
SHAPE = Path(__file__).with_name("shape.yaml")
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
PATIENCE_S = 10.0


def install(both: Both) -> None:
    """Define them on both servers, and wait until both serve them."""
    for path, resource in ((SHAPE, "shapes.agreement"), (_gateway(), "httproutes.gateway")):
        definition = json.dumps(yaml.safe_load(path.read_text())).encode()
        served = Ask("GET", full_path(resource, both.ns), (), {}, b"")
        for side in both.sides:
            side.ask(Ask("POST", DEFINITIONS, (), {"content-type": "application/json"}, definition))
        until(f"{resource} is served", partial(_answered, both, served), PATIENCE_S)


def _answered(both: Both, ask: Ask) -> bool:
    return all(side.ask(ask).status == 200 for side in both.sides)


def _gateway() -> Path:
    """The definition that the local cluster installs."""
    return Path(cluster("crds")) / "gateway.networking.k8s.io_httproutes.yaml"
