"""Admission webhooks: which of them a write concerns, what they are told, and what their answers do.

Calling is a port: a simulation answers from a function, a front may send HTTPS.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from fairlead.sim.api.failure import Failure, internal
from fairlead.sim.api.guard.guard import Objects, Write
from fairlead.sim.api.guard.matches import Scope
from fairlead.sim.api.patches import json_patch

Object = dict[str, Any]
Call = Callable[[Object, Object], Object]
"""(clientConfig, AdmissionReview) -> AdmissionReview. Raises OSError when nobody answers."""
GROUP = "admissionregistration.k8s.io"


class Webhooks:
    """Calls the webhooks that are registered, in the order of their names."""

    def __init__(self, call: Call, uid: Callable[[], str]) -> None:
        self._call = call
        self._uid = uid

    def mutate(self, write: Write, objects: Objects) -> None:
        """Let the mutating ones change the object."""
        for hook in self._concerned("mutatingwebhookconfigurations", write, objects):
            response = self._asked(hook, write)
            if response is not None and response.get("patch") and write.object is not None:
                operations = json.loads(base64.b64decode(response["patch"]))
                write.object = json_patch.apply(write.object, operations)

    def check(self, write: Write, objects: Objects) -> None:
        """Let the validating ones refuse it."""
        for hook in self._concerned("validatingwebhookconfigurations", write, objects):
            self._asked(hook, write)

    def _concerned(self, resource: str, write: Write, objects: Objects) -> list[Object]:
        scope = Scope(write, objects)
        hooks = (hook for item in objects.list(GROUP, resource) for hook in item.get("webhooks") or ())
        return [hook for hook in hooks if scope.within(hook, hook.get("rules") or ())]

    def _asked(self, hook: Object, write: Write) -> Object | None:
        """The response, or None when a failure is to be ignored. Raises Failure when it denies."""
        if write.dry_run and hook.get("sideEffects") not in ("None", "NoneOnDryRun"):
            message = f"admission webhook {hook['name']!r} does not support dry run".replace("'", '"')
            raise Failure(400, "BadRequest", message)
        try:
            response: Object = self._call(hook["clientConfig"], _review(write, self._uid()))["response"]
        except OSError as error:
            if hook.get("failurePolicy", "Fail") == "Ignore":
                return None
            raise internal(f'failed calling webhook "{hook["name"]}": failed to call webhook: {error}') from error
        write.warnings += response.get("warnings") or ()
        for key, value in (response.get("auditAnnotations") or {}).items():
            write.audit[f"{hook['name']}/{key}"] = value
        if not response.get("allowed"):
            raise _denied(hook["name"], response.get("status") or {})
        return response


def _denied(name: str, status: Object) -> Failure:
    """The webhook's own status, with a code that is a refusal."""
    said = status.get("message") or status.get("reason")
    message = f'admission webhook "{name}" denied the request' + (f": {said}" if said else " without explanation")
    code = max(status.get("code", 0), 400)
    return Failure(code, status.get("reason", ""), message, status.get("details"))


def _review(write: Write, uid: str) -> Object:
    request = {"uid": uid, **write.request(), "object": write.object, "oldObject": write.old}
    if subresource := write.target.subresource:
        request |= {"subResource": subresource, "requestSubResource": subresource}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
