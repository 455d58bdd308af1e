"""The switch of a Service: selector and ports in one write, under a test of what it was decided on."""

from typing import Any


def service_patch(resource_version: str, spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the JSON patch that gives a Service the selector and the ports of `spec`.

    A NodePort that the API server chose is kept where the port keeps its name: ports without one are given it again.
    """
    # `add` replaces what is there, and does not fail where somebody took it away.
    return [
        {"op": "test", "path": "/metadata/resourceVersion", "value": resource_version},
        {"op": "add", "path": "/spec/selector", "value": spec["selector"]},
        {"op": "add", "path": "/spec/ports", "value": spec.get("ports", [])},
    ]
