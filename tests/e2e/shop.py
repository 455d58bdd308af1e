"""The shop of the end-to-end tests: the example of the README with short holds, in any version."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fairlead.core.revision.render import render
from fairlead.core.revision.stored import StoredRevision
from tests.e2e.namespace import Namespace
from tests.e2e.snapshot import Snapshot, snapshot
from tests.until import until

EXAMPLES = Path(__file__).parents[2] / "examples"
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """A Component as it is applied, and the Revision that it makes."""

    component: Manifest
    revision: StoredRevision

    def copy(self, workload: str) -> str:
        """Return the copy that a workload has in this version."""
        found = (o.name for o in self.revision.objects if o.kind == "Deployment" and o.source_name == workload)
        return next(found).removeprefix(f"{workload}-")


@dataclass(frozen=True)
class Shop:
    """One Component, as a user has it: applied by kubectl, watched by kubectl."""

    namespace: Namespace
    hold_s: int = 4
    watch_s: int = 6

    def version(self, front: str, cart: str = "v1", config: str = "EUR", **front_env: str) -> Version:
        """Make a version of the example; `front_env` is given to the application of front."""
        component: Manifest = yaml.safe_load((EXAMPLES / "shop.yaml").read_text())
        component["metadata"]["namespace"] = self.namespace.name
        component["spec"]["release"] = {
            "steps": [{"weightPercent": weight, "holdSeconds": self.hold_s} for weight in (5, 50)],
            "watchSeconds": self.watch_s,
            "progressDeadlineSeconds": 60,
            "judge": {"detectablePercent": 20},
        }
        manifests = component["spec"]["source"]["inline"]
        for manifest in manifests:
            name = manifest["metadata"]["name"]
            if manifest["kind"] == "Deployment":
                env = {"CONFIG_FILE": "/etc/shop/shop.conf", "DRAIN_SECONDS": "2"}
                env |= {"VERSION": front, **front_env} if name == "front" else {"VERSION": cart}
                container = manifest["spec"]["template"]["spec"]["containers"][0]
                container["env"] = [{"name": key, "value": value} for key, value in env.items()]
            elif manifest["kind"] == "ConfigMap":
                manifest["data"]["shop.conf"] = f"currency={config}\n"
            elif manifest["kind"] == "HTTPRoute":
                manifest["spec"]["hostnames"] = [self.namespace.host]
        revision = render(manifests, component="shop", namespace=self.namespace.name).revision
        assert revision is not None
        return Version(component, revision)

    def grant(self) -> None:
        """Make the ServiceAccount with the rights that the example needs."""
        for o in yaml.safe_load_all((EXAMPLES / "shop-rights.yaml").read_text()):
            if o["kind"] == "Namespace":
                continue
            o["metadata"]["namespace"] = self.namespace.name
            for subject in o.get("subjects", ()):
                subject["namespace"] = self.namespace.name
            self.namespace.apply(o)

    def apply(self, version: Version) -> None:
        """Apply a version."""
        self.namespace("apply", "-f", "-", stdin=json.dumps(version.component))

    def release(self, number: int) -> Manifest:
        """Return a Release; empty while there is none."""
        told = self.namespace("get", "release.fairlead.dev", f"shop-{number}", "--output=json", "--ignore-not-found")
        return json.loads(told) if told.strip() else {}

    def condition(self, type_: str) -> Manifest:
        """Return a condition of the Component; empty while there is none."""
        conditions = self.namespace.get("component", "shop").get("status", {}).get("conditions", [])
        return next((c for c in conditions if c["type"] == type_), {})

    def wait(self, number: int, stage: str, weight_percent: int | None = None, within_s: float = 90) -> Manifest:
        """Wait until a Release is in a stage, and where a weight is named until it is held there."""

        def there() -> Manifest | None:
            found = self.release(number)
            status = found.get("status", {})
            held = (status.get("waiting") or {}).get("reason") in ("Holding", "Judging")
            right = status.get("stage") == stage and weight_percent in (None, status.get("weightPercent"))
            return found if right and (held or weight_percent is None) else None

        try:
            found = until(f"Release shop-{number} {stage} {weight_percent or ''}", there, within_s)
        except AssertionError as error:
            conditions = self.namespace.get("component", "shop").get("status")
            raise AssertionError(f"{error}; it is {self.release(number).get('status')}; {conditions}") from None
        assert found
        return found

    def snapshot(self) -> Snapshot:
        """Look at what there is."""
        return snapshot(self.namespace)

    def remove(self) -> None:
        """Delete the Component, and wait until what it had is gone."""
        self.namespace("delete", "component", "--all", "--timeout=50s")
