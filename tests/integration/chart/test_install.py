"""What the chart installs, on an API server: it is accepted, and the operator has the rights it uses, and no others."""

import pytest

from dev.manifest import MANIFEST, NAMESPACE
from tests.integration.conftest import ApiServer
from tests.integration.kubectl import Kubectl

OPERATOR = f"--as=system:serviceaccount:{NAMESPACE}:fairlead"


@pytest.fixture(scope="module")
def kubectl(api_server: ApiServer) -> Kubectl:
    kubectl = api_server.kubectl
    kubectl("apply", "--server-side", "-f", str(MANIFEST))
    kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/releases.fairlead.dev")
    return kubectl


def may(kubectl: Kubectl, verb: str, resource: str, namespace: str) -> bool:
    resource, _, subresource = resource.partition(":")
    asked = ("auth", "can-i", verb, resource, f"--subresource={subresource}", "-n", namespace, OPERATOR)
    return kubectl.run(*asked).stdout.strip() == "yes"


def test_it_can_be_installed_twice(kubectl: Kubectl):
    kubectl("apply", "--server-side", "-f", str(MANIFEST))


@pytest.mark.parametrize(
    ("verb", "resource"),
    [
        ("watch", "components.fairlead.dev"), ("patch", "components.fairlead.dev"), ("create", "secrets"),
        ("update", "components.fairlead.dev:status"), ("update", "releases.fairlead.dev:status"),
        ("create", "releases.fairlead.dev"), ("create", "revisions.fairlead.dev"),
        ("watch", "revisions.fairlead.dev"), ("patch", "revisions.fairlead.dev"), ("delete", "revisions.fairlead.dev"),
        ("watch", "pods"), ("watch", "endpointslices.discovery.k8s.io"), ("patch", "services"),
        ("impersonate", "serviceaccounts"),
    ],
)  # fmt: skip
def test_the_operator_may_do_what_it_does_in_every_namespace(kubectl: Kubectl, verb: str, resource: str):
    assert may(kubectl, verb, resource, "default")


@pytest.mark.parametrize(
    ("verb", "resource"),
    [
        ("list", "secrets"), ("delete", "secrets"), ("create", "deployments.apps"), ("patch", "deployments.apps"),
        ("delete", "services"), ("update", "releases.fairlead.dev"), ("impersonate", "users"), ("create", "pods"),
    ],
)  # fmt: skip
def test_the_operator_may_do_nothing_beyond_that(kubectl: Kubectl, verb: str, resource: str):
    assert not may(kubectl, verb, resource, "default")


def test_leases_are_its_own_in_its_own_namespace_only(kubectl: Kubectl):
    assert may(kubectl, "update", "leases.coordination.k8s.io/fairlead", NAMESPACE)
    assert not may(kubectl, "update", "leases.coordination.k8s.io/another", NAMESPACE)
    assert not may(kubectl, "create", "leases.coordination.k8s.io", "default")
