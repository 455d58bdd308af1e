"""The shop of the end-to-end tests: the example of the README with short holds, in any version."""

from pathlib import Path
from typing import Any

import yaml

from fairlead.core.revision.render import render
from tests.e2e.snapshot import Snapshot, release, snapshot, wait_for
from tests.integration.kubectl import Kubectl

EXAMPLES = Path(__file__).parents[2] / "examples"


class Shop:
    """One Component, as a user has it: applied by kubectl, watched by kubectl."""

    def __init__(self, kubectl: Kubectl, namespace: str, *, hold_s: int = 4, watch_s: int = 6) -> None:
        self.kubectl = kubectl
        self.namespace = namespace
        self.host = f"{namespace}.example"
        self._hold_s = hold_s
        self._watch_s = watch_s

    def component(self, front: str, cart: str = "v1", config: str = "EUR", **front_env: str) -> dict[str, Any]:
        component: dict[str, Any] = yaml.safe_load((EXAMPLES / "shop.yaml").read_text())
        component["metadata"]["namespace"] = self.namespace
        spec = component["spec"]
        spec["release"] = {
            "steps": [{"weightPercent": w, "holdSeconds": self._hold_s} for w in (5, 50)],
            "watchSeconds": self._watch_s,
            "progressDeadlineSeconds": 60,
            "judge": {"detectablePercent": 20},
        }
        for manifest in spec["source"]["inline"]:
            name = manifest["metadata"]["name"]
            if manifest["kind"] == "Deployment":
                version = front if name == "front" else cart
                env = {"VERSION": version, "CONFIG_FILE": "/etc/shop/shop.conf", "DRAIN_SECONDS": "2"}
                env |= front_env if name == "front" else {}
                container = manifest["spec"]["template"]["spec"]["containers"][0]
                container["env"] = [{"name": k, "value": v} for k, v in env.items()]
            elif manifest["kind"] == "ConfigMap":
                manifest["data"]["shop.conf"] = f"currency={config}\n"
            elif manifest["kind"] == "HTTPRoute":
                manifest["spec"]["hostnames"] = [self.host]
        return component

    def install(self) -> None:
        """Make the namespace and the rights."""
        rights = [d for d in yaml.safe_load_all((EXAMPLES / "shop-rights.yaml").read_text()) if d]
        for o in rights:
            if o["kind"] == "Namespace":
                o["metadata"]["name"] = self.namespace
            else:
                o["metadata"]["namespace"] = self.namespace
            for subject in o.get("subjects", ()):
                subject["namespace"] = self.namespace
        if not any(o["kind"] == "Namespace" for o in rights):
            rights.insert(0, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})
        self.kubectl.apply(*rights)

    def apply(self, component: dict[str, Any]) -> str:
        """Apply a version and return the name of its Revision."""
        self.kubectl.apply(component)
        manifests = component["spec"]["source"]["inline"]
        rendered = render(manifests, component="shop", namespace=self.namespace).revision
        assert rendered is not None
        return rendered.name

    def copy(self, component: dict[str, Any], workload: str) -> str:
        """Return the copy of a workload that a version has."""
        manifests = component["spec"]["source"]["inline"]
        rendered = render(manifests, component="shop", namespace=self.namespace).revision
        assert rendered is not None
        name = next(o.name for o in rendered.objects if o.kind == "Deployment" and o.source_name == workload)
        return name.removeprefix(f"{workload}-")

    def release(self, number: int) -> dict[str, Any]:
        return release(self.kubectl, self.namespace, f"shop-{number}")

    def wait(
        self, number: int, stage: str, weight_percent: int | None = None, *, timeout_s: float = 90
    ) -> dict[str, Any]:
        """Wait until a Release is in a stage, and where a weight is named until its step is held or judged."""

        def there() -> dict[str, Any] | None:
            found = self.release(number)
            status = found.get("status", {})
            waits = status.get("waiting", {}).get("reason")
            right = status.get("stage") == stage and weight_percent in (None, status.get("weightPercent"))
            return found if right and (weight_percent is None or waits in ("Holding", "Judging")) else None

        what = f"Release shop-{number} {stage} {weight_percent or ''}"
        try:
            found: dict[str, Any] = wait_for(what, there, timeout_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.release(number).get('status')}") from None
        return found

    def snapshot(self) -> Snapshot:
        return snapshot(self.kubectl, self.namespace)

    def remove(self) -> None:
        """Delete the Component and what it has, then the namespace."""
        self.kubectl("delete", "component", "--all", "--namespace", self.namespace, "--timeout=60s")
        self.kubectl("delete", "namespace", self.namespace, "--wait=false")
