"""What exists in the shop's namespace at one moment, in the terms of the slice: objects, selectors, weights, pods."""

from dataclasses import dataclass

from tests.e2e.namespace import Namespace

COPY = "fairlead.dev/copy"


@dataclass(frozen=True)
class Snapshot:
    """Names and values only: everything that a test compares."""

    deployments: dict[str, int]
    """Replicas asked for, by name."""
    config_maps: frozenset[str]
    selectors: dict[str, str]
    """The copy that each Service leads to."""
    backends: tuple[dict[str, int], ...]
    """Weights of the backends, by rule."""
    pods: dict[str, frozenset[str]]
    """uids of the pods that are not on their way out, by copy."""


def snapshot(namespace: Namespace) -> Snapshot:
    """Look at all of them at once."""
    items = namespace.get("deployments,configmaps,services,httproutes,pods")["items"]
    of = {kind: [i for i in items if i["kind"] == kind] for kind in {i["kind"] for i in items}}
    pods: dict[str, set[str]] = {}
    for pod in of.get("Pod", []):
        if "deletionTimestamp" not in pod["metadata"]:
            pods.setdefault(pod["metadata"]["labels"][COPY], set()).add(pod["metadata"]["uid"])
    rules = [rule for route in of.get("HTTPRoute", []) for rule in route["spec"]["rules"]]
    return Snapshot(
        deployments={d["metadata"]["name"]: d["spec"]["replicas"] for d in of.get("Deployment", [])},
        config_maps=frozenset(
            c["metadata"]["name"] for c in of.get("ConfigMap", []) if c["metadata"]["name"] != "kube-root-ca.crt"
        ),
        selectors={s["metadata"]["name"]: s["spec"]["selector"].get(COPY, "") for s in of.get("Service", [])},
        backends=tuple({b["name"]: b["weight"] for b in rule["backendRefs"]} for rule in rules),
        pods={copy: frozenset(uids) for copy, uids in pods.items()},
    )
