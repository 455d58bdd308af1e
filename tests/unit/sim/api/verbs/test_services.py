"""The addresses and node ports of Services are given once, and again when they are free."""

from typing import Any

import pytest

from tests.unit.sim.api.verbs.asking import Asking

PORT = 30100


@pytest.fixture
def api() -> Asking:
    return Asking()


def service(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"selector": {"app": name}, "ports": [{"port": 80}], **spec},
    }


def on_nodes(name: str) -> dict[str, Any]:
    return service(name, type="NodePort", ports=[{"port": 80, "nodePort": PORT}])


def test_an_address_that_a_service_has_is_refused_until_that_service_has_gone(api: Asking) -> None:
    address = api.ask("POST", "services", service("first"))["spec"]["clusterIP"]
    wanted = service("second", clusterIP=address)

    assert api.answer("POST", "services", wanted).status == 422
    api.ask("DELETE", "services/first")
    assert api.ask("POST", "services", wanted)["spec"]["clusterIP"] == address


def test_a_node_port_is_free_again_when_its_service_turns_inward(api: Asking) -> None:
    api.ask("POST", "services", on_nodes("first"))

    assert api.answer("POST", "services", on_nodes("second")).status == 422
    api.ask("PUT", "services/first", service("first"))
    assert api.ask("POST", "services", on_nodes("second"))["spec"]["ports"][0]["nodePort"] == PORT


def test_a_service_keeps_its_own_node_port_when_it_asks_for_it_again(api: Asking) -> None:
    api.ask("POST", "services", on_nodes("first"))

    assert api.ask("PUT", "services/first", on_nodes("first"))["spec"]["ports"][0]["nodePort"] == PORT
