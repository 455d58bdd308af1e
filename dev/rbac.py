"""Takes the default roles and bindings of a real API server: what the simulated API begins with.

    python -m dev.rbac KUBECONFIG > src/fairlead/sim/api/guard/bootstrap.json

Roles of Kubernetes' own components are left where they are: none of those runs beside a simulated API.
"""

import json
import subprocess
import sys
from typing import Any

from dev.cluster import programs

WANTED = (
    "admin",
    "cluster-admin",
    "edit",
    "view",
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
)
AGGREGATED = "system:aggregate-to-"
LEFT_OUT = ("uid", "resourceVersion", "creationTimestamp", "managedFields")


def main() -> None:
    """Prints them as a list of objects."""
    kubectl = str(programs.kubernetes() / "kubectl")
    command = [kubectl, "--kubeconfig", sys.argv[1], "get", "clusterroles,clusterrolebindings", "-o", "json"]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    kept = [_bare(item) for item in json.loads(found)["items"] if _wanted(item["metadata"]["name"])]
    print("[\n" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in kept) + "\n]")


def _wanted(name: str) -> bool:
    return name in WANTED or name.startswith(AGGREGATED)


def _bare(item: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in item["metadata"].items() if key not in LEFT_OUT}
    return {**item, "metadata": metadata}


if __name__ == "__main__":
    main()
