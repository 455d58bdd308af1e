"""An API server that knows Fairlead's resources and its admission policy."""

from typing import Any

import pytest
import yaml

from tests.integration.api.policy import CHART, enforce_policy
from tests.integration.conftest import ApiServer
from tests.integration.kubectl import Kubectl


@pytest.fixture(scope="session")
def kubectl(api_server: ApiServer) -> Kubectl:
    kubectl = api_server.kubectl
    kubectl("apply", "--server-side", "-f", str(CHART / "crds"))
    kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(CHART / "crds"))
    enforce_policy(kubectl)
    return kubectl


@pytest.fixture
def shop() -> dict[str, Any]:
    """The Component of the examples, in a namespace that is always there."""
    component: dict[str, Any] = yaml.safe_load((CHART.parents[1] / "examples" / "shop.yaml").read_text())
    component["metadata"] = {"name": "shop", "namespace": "default"}
    return component
