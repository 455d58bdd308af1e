"""What is there before a recording begins: the kinds of Fairlead and of the Gateway API, and rights for accounts."""

from pathlib import Path

import yaml

from tests.cluster import ROOT, cluster
from tests.contract.api.both import Both

CRDS = ROOT / "charts/fairlead/crds"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
RBAC = "rbac.authorization.k8s.io"


def prepare(both: Both) -> None:
    """Do it on both servers, and wait until both serve the kinds."""
    for file in sorted([*CRDS.glob("*.yaml"), *Path(cluster("crds")).glob("*.yaml")]):
        definition = yaml.safe_load(file.read_text())
        both.apply(f"{DEFINITIONS}/{definition['metadata']['name']}", definition, "kubectl")
        spec = definition["spec"]
        for version in spec["versions"]:
            if version["served"]:
                both.until_served(f"/apis/{spec['group']}/{version['name']}/{spec['names']['plural']}")
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"}
    accounts = {"apiGroup": RBAC, "kind": "Group", "name": "system:serviceaccounts"}
    binding = {"metadata": {"name": "tests"}, "roleRef": role, "subjects": [accounts]}
    both.post(f"/apis/{RBAC}/v1/clusterrolebindings", binding)
