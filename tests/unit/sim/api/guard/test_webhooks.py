"""Webhooks, through the port."""

import base64
import json
from typing import Any

import pytest

from fairlead.sim.api.guard.webhook import Webhooks
from fairlead.sim.api.server import Server
from tests.unit.sim.api.guard.server import CONFIG_MAPS, request, server, told

Object = dict[str, Any]
HOOKS = "/apis/admissionregistration.k8s.io/v1"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}


def registered(kind: str, answer: Object | None, **hook: Any) -> tuple[Server, list[Object]]:
    """A server with one webhook, and what it was asked. No answer: nobody is there."""
    asked: list[Object] = []

    def call(_: Object, review: Object) -> Object:
        asked.append(review["request"])
        if answer is None:
            raise OSError("connection refused")
        return {"response": {"uid": review["request"]["uid"], **answer}}

    made = server(webhooks=Webhooks(call, lambda: "a-uid"))
    configured = {
        "name": "hook.example.com",
        "rules": [RULE],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"url": "https://hook.example.com"},
        **hook,
    }
    body = {"metadata": {"name": "hook"}, "webhooks": [configured]}
    assert made.answer(request("POST", f"{HOOKS}/{kind}", body)).status == 201
    return made, asked


def create(made: Server, name: str = "a") -> tuple[int, Object]:
    answer = made.answer(request("POST", CONFIG_MAPS, {"metadata": {"name": name}}))
    return answer.status, told(answer)


def test_a_mutating_webhook_changes_the_object() -> None:
    patch = [{"op": "add", "path": "/data", "value": {"k": "v"}}]
    answer = {"allowed": True, "patch": base64.b64encode(json.dumps(patch).encode()).decode(), "patchType": "JSONPatch"}
    made, asked = registered("mutatingwebhookconfigurations", answer)
    status, obj = create(made)
    assert (status, obj["data"]) == (201, {"k": "v"})
    assert asked[0]["userInfo"]["username"] == "admin"
    assert asked[0]["operation"] == "CREATE"


def test_a_validating_webhook_refuses() -> None:
    made, _ = registered("validatingwebhookconfigurations", {"allowed": False, "status": {"message": "no"}})
    status, said = create(made)
    assert status == 400
    assert said["message"] == 'admission webhook "hook.example.com" denied the request: no'


@pytest.mark.parametrize(("policy", "status"), [("Fail", 500), ("Ignore", 201)])
def test_a_webhook_that_does_not_answer_fails_or_is_ignored(policy: str, status: int) -> None:
    made, _ = registered("validatingwebhookconfigurations", None, failurePolicy=policy)
    assert create(made)[0] == status


def test_a_webhook_hears_only_of_what_it_asked_for() -> None:
    made, asked = registered(
        "validatingwebhookconfigurations", {"allowed": True}, objectSelector={"matchLabels": {"x": "y"}}
    )
    create(made)
    assert asked == []
