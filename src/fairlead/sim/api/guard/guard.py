"""The port of the guards: what the server asks them, and what they may see.

The class itself guards nothing: whoever asks is the administrator, and nothing is refused or changed. `guards.py` puts
the real ones together.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from msgspec import Struct

from fairlead.sim.api.failure import Failure
from fairlead.sim.api.guard.account_token import AccountTokens
from fairlead.sim.api.guard.user import ADMIN, User
from fairlead.sim.api.request import Request
from fairlead.sim.api.route import Target
from fairlead.sim.api.types.kind import Kind

Object = dict[str, Any]
Operation = Literal["CREATE", "UPDATE", "DELETE", "CONNECT"]


class Objects(Protocol):
    """What is stored, as guards see it: objects in the version in which they are stored."""

    def get(self, group: str, resource: str, namespace: str, name: str) -> Object | None:
        """One object, or None."""

    def list(self, group: str, resource: str, namespace: str = "") -> Sequence[Object]:
        """The objects of one namespace, or of all; in the order of their names."""

    def of_kind(self, api_version: str, kind: str, namespace: str = "") -> Sequence[Object]:
        """The objects of a kind; none where the kind is not served."""

    def version(self, group: str, resource: str) -> int:
        """A number that changes with every write to the resource, so that what was compiled from it can be kept."""

    def replace(self, group: str, resource: str, obj: Object, *, manager: str, subresource: str = "") -> None:
        """A write of the server's own, in its manager's name; watchers see it."""


class Write(Struct, kw_only=True):
    """One write on its way through admission. A guard may change `object`, and append to `warnings` and `audit`."""

    operation: Operation
    target: Target
    kind: Kind
    user: User
    object: Object | None
    old: Object | None
    options: Object
    dry_run: bool = False
    warnings: list[str] = []
    audit: dict[str, str] = {}

    def request(self) -> Object:
        """What policies and webhooks are told of it, as in an AdmissionReview."""
        target = self.target
        kind = {"group": self.kind.group, "version": self.kind.version, "kind": self.kind.kind}
        resource = {"group": target.group, "version": target.version, "resource": target.resource}
        return {
            "kind": kind,
            "resource": resource,
            "requestKind": kind,
            "requestResource": resource,
            "name": target.name or (self.object or {}).get("metadata", {}).get("name", ""),
            "namespace": target.namespace,
            "operation": self.operation,
            "userInfo": self.user.info(),
            "dryRun": self.dry_run,
            "options": self.options,
        }


class Guard:
    """Every refusal is a Failure with the message of the real server."""

    def bind(self, objects: Objects, now_s: Callable[[], float], tokens: AccountTokens) -> None:
        """Called once, before anything else."""

    def admit(self, request: Request) -> User:
        """Who asks, after impersonation."""
        return request.user or ADMIN

    def allow(self, user: User, target: Target) -> None:
        """Refuse what the user has no right to."""

    def mutate(self, write: Write) -> None:
        """Change the object before it is validated."""

    def check(self, write: Write) -> None:
        """Refuse a valid object."""

    def committed(self, write: Write) -> None:
        """The write was stored."""

    def review(self, kind: str, obj: Object, user: User, namespace: str) -> Object:  # noqa: ARG002
        """Answer a review: an object that is created to be answered, and never stored.

        Raises Failure (501) here: nobody keeps the rights that it asks for.
        """
        raise Failure(501, "NotImplemented", f"{kind} needs guards that answer it, and this server has none")
