"""A namespace of one test on the node."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.kubectl import Kubectl


@dataclass(frozen=True)
class Namespace:
    """Calls kubectl in the namespace `name`."""

    kubectl: Kubectl
    name: str

    @property
    def host(self) -> str:
        """The host name that routes of this namespace may answer to: no other test uses it."""
        return f"{self.name}.example"

    def __call__(self, *args: str, stdin: str = "") -> str:
        return self.kubectl("--namespace", self.name, *args, stdin=stdin)

    def apply(self, *objects: dict[str, Any]) -> None:
        self("apply", "--server-side", "-f", "-", stdin="\n---\n".join(json.dumps(o) for o in objects))

    def get(self, *args: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("get", *args, "-o", "json"))
        return found

    def list(self, kind: str, selector: str = "") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get(kind, f"--selector={selector}")["items"]
        return items

    def patch(self, kind: str, name: str, merge: dict[str, Any]) -> None:
        self("patch", kind, name, "--type=merge", "--patch", json.dumps(merge))

    def wait_for_rollout(self, deployment: str) -> None:
        """Every pod of the Deployment is of its present template and ready; those before are gone or going."""
        self("rollout", "status", f"deployment/{deployment}", "--timeout=50s")

    def edit_template(self, deployment: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the pod template of a Deployment: its pods are replaced."""
        found = self.get("deployment", deployment)
        change(found["spec"]["template"])
        self("replace", "-f", "-", stdin=json.dumps(found))
