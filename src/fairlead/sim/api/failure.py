"""A refused request: metav1 Status with the words, the reason and the details of the API server."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fairlead.sim.api.request import Answer
from fairlead.sim.api.types.cause import Cause

OPTIMISTIC_LOCK = "the object has been modified; please apply your changes to the latest version and try again"


class Failure(Exception):
    """Raised anywhere on the way of a request, and answered as it is."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message
        self.details, self.headers = details, headers or {}
        self.metadata: dict[str, Any] = {}

    @property
    def status(self) -> dict[str, Any]:
        """The Status object."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.metadata,
            "status": "Failure",
        }
        if self.message:
            status["message"] = self.message
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return status

    def answer(self) -> Answer:
        """The refusal as it is sent."""
        headers = {"Content-Type": "application/json", **self.headers}
        return Answer(status=self.code, headers=headers, body=msgspec.json.encode(self.status) + b"\n")


class NoSuchPath(Failure):
    """Nothing is served under this path: answered in plain text, not with a Status."""

    def __init__(self) -> None:
        super().__init__(404, "NotFound", "404 page not found")

    def answer(self) -> Answer:
        """The refusal as it is sent."""
        headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
        return Answer(status=404, headers=headers, body=b"404 page not found\n")


def qualified(group: str, name: str) -> str:
    """A resource or a kind with its group, as messages name it: `deployments.apps`, `configmaps`."""
    return f"{name}.{group}" if group else name


def _details(name: str, group: str, kind: str) -> dict[str, Any]:
    return {key: value for key, value in (("name", name), ("group", group), ("kind", kind)) if value}


def not_served() -> Failure:
    """The group and version are served, the resource or subresource is not."""
    return Failure(404, "NotFound", "the server could not find the requested resource", {})


def not_found(group: str, resource: str, name: str) -> Failure:
    """There is no such object."""
    message = f'{qualified(group, resource)} "{name}" not found'
    return Failure(404, "NotFound", message, _details(name, group, resource))


def already_exists(group: str, resource: str, name: str, *, being_deleted: bool = False) -> Failure:
    """The name is taken."""
    message = f'{qualified(group, resource)} "{name}" already exists'
    message = f"object is being deleted: {message}" if being_deleted else message
    return Failure(409, "AlreadyExists", message, _details(name, group, resource))


def generated_name_taken(group: str, resource: str, name: str, *, being_deleted: bool = False) -> Failure:
    """The server made up a name several times, and each was taken."""
    message = (
        f'{qualified(group, resource)} "{name}" already exists, the server was not able to generate a unique name for'
        " the object"
    )
    message = f"object is being deleted: {message}" if being_deleted else message
    details = _details(name, group, resource) | {"retryAfterSeconds": 1}
    return Failure(409, "AlreadyExists", message, details, {"Retry-After": "1"})


def conflict(group: str, resource: str, name: str, why: str) -> Failure:
    """The write was decided on another state than the one that is stored."""
    message = f'Operation cannot be fulfilled on {qualified(group, resource)} "{name}": {why}'
    return Failure(409, "Conflict", message, _details(name, group, resource))


def invalid(group: str, kind: str, name: str, causes: Sequence[Cause]) -> Failure:
    """The object, or an option, is not valid. An unnamed kind stands for a patch that leads to no object at all."""
    lines = list(dict.fromkeys(str(cause) for cause in causes))
    listed = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
    told = [{"reason": cause.type, "message": cause.message, "field": cause.field} for cause in causes]
    details = _details(name, group, kind) | {"causes": told}
    return Failure(422, "Invalid", f'{qualified(group, kind)} "{name}" is invalid: {listed}', details)


def bad_options(kind: str, causes: Sequence[Cause]) -> Failure:
    """The query of the request is not valid."""
    return invalid("meta.k8s.io", kind, "", causes)


def bad_request(message: str) -> Failure:
    """The request makes no sense."""
    return Failure(400, "BadRequest", message)


def forbidden(group: str, resource: str, name: str, why: str) -> Failure:
    """The server refuses, whoever asks."""
    message = f'{qualified(group, resource)} "{name}" is forbidden: {why}'
    return Failure(403, "Forbidden", message, _details(name, group, resource))


def method_not_allowed() -> Failure:
    """The resource has no such verb."""
    message = "the server does not allow this method on the requested resource"
    return Failure(405, "MethodNotAllowed", message, {})


def method_not_supported(group: str, resource: str, action: str) -> Failure:
    """The resource has the path, and this way of asking is not for it."""
    message = f'{action} is not supported on resources of kind "{qualified(group, resource)}"'
    return Failure(405, "MethodNotAllowed", message, _details("", group, resource))


def internal(why: str) -> Failure:
    """The server cannot do it, and says that it is its own fault."""
    return Failure(500, "InternalError", f"Internal error occurred: {why}", {"causes": [{"message": why}]})


def unexplained(why: str) -> Failure:
    """An error to which the server gives no reason."""
    return Failure(500, "", why)


def expired(message: str) -> Failure:
    """The version that was asked for is forgotten: begin anew."""
    return Failure(410, "Expired", message)


def not_acceptable(served: Sequence[str]) -> Failure:
    """None of the media types that the client wants can be had."""
    message = f"only the following media types are accepted: {', '.join(served)}"
    return Failure(406, "NotAcceptable", message)


def unsupported_media_type(served: Sequence[str]) -> Failure:
    """The body is of a media type that the server cannot read."""
    message = f"the body of the request was in an unknown format - accepted media types include: {', '.join(served)}"
    return Failure(415, "UnsupportedMediaType", message)


def too_large_version(asked: int, current: int, *, worth_a_retry: bool) -> Failure:
    """The version that was asked for is yet to come."""
    details: dict[str, Any] = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    }
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    if not worth_a_retry:
        return Failure(504, "Timeout", message, details)
    return Failure(504, "Timeout", message, details | {"retryAfterSeconds": 1}, {"Retry-After": "1"})
