"""Admission webhooks."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.api import hook
from tests.contract.api.both import Both
from tests.contract.api.things import config_map

HOOKS = "/apis/admissionregistration.k8s.io/v1"
RULE = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE", "UPDATE", "DELETE"],
    "resources": ["configmaps"],
}


@pytest.fixture(scope="module")
def url(kubeconfig: Path) -> Iterator[str]:
    with hook.listening(kubeconfig.parent / "pki") as url:
        yield url


@pytest.fixture
def register(both: Both, url: str, kubeconfig: Path) -> Iterator[Any]:
    """Register a webhook for the namespace of the case, on both, once the real one calls it."""
    authority = base64.b64encode((kubeconfig.parent / "pki" / "ca.crt").read_bytes()).decode()
    made: list[str] = []

    def register(kind: str, path: str, **more: Any) -> None:
        probing = "validatingwebhookconfigurations"
        hooks = [(kind, f"{both.ns}-a", path, more)]
        # Validating ones are called at the same time: only one of them may refuse.
        if kind != probing or path == "warn":
            probe = {"objectSelector": {"matchLabels": {"probe": "yes"}}}
            hooks.append((probing, f"{both.ns}-z", "refuse", probe))
        for resource, name, to, limits in hooks:
            selector = {"matchLabels": {"kubernetes.io/metadata.name": "{ns}"}}
            body = {
                "name": f"{name}.example.com",
                "clientConfig": {"url": f"{url}/{to}", "caBundle": authority},
                "rules": [RULE],
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "namespaceSelector": selector,
                **limits,
            }
            both.post(f"{HOOKS}/{resource}", {"metadata": {"name": name}, "webhooks": [body]})
            made.append(f"{HOOKS}/{resource}/{name}")
        probed = config_map("probe", labels={"probe": "yes"})
        both.until_refused("POST", "configmaps", probed, {"dryRun": "All"})

    yield register
    for path in made:
        both.delete(path)


def test_a_webhook_changes_what_is_stored(both: Both, register: Any) -> None:
    register("mutatingwebhookconfigurations", "patch")
    assert both.post("configmaps", config_map("a")).real["data"]["hooked"] == "yes"
    both.put("configmaps/a", config_map("a", {"other": "1"}))
    both.apply("configmaps/b", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}, "data": {"k": "v"}})
    both.get("configmaps")


@pytest.mark.parametrize("path", ["refuse", "refuse-shortly", "refuse-in-words", "warn"])
@pytest.mark.parametrize("kind", ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"])
def test_a_webhook_has_the_last_word(both: Both, register: Any, kind: str, path: str) -> None:
    both.post("configmaps", config_map("old"))
    register(kind, path)
    both.post("configmaps", config_map("a"))
    both.post("configmaps", config_map("b"), {"dryRun": "All", "fieldManager": "m"})
    both.put("configmaps/old", config_map("old", {"other": "1"}))
    both.merge("configmaps/old", {"data": {"k": "2"}})
    both.delete("configmaps/old")
    both.get("configmaps")


def test_side_effects_exclude_a_trial(both: Both, register: Any) -> None:
    register("validatingwebhookconfigurations", "warn", sideEffects="NoneOnDryRun")
    both.post("configmaps", config_map("a"), {"dryRun": "All"})
