"""What the engine asks for. A command says what it needs, what it does, and how it is known to be done.

Commands are idempotent. None of them is done because the API accepted it: the goal that asked for it looks at the
effect, and asks again until it is there. Commands of one decision are carried out in their order, and none after one
that met a conflict: then the cluster is observed again.
"""

from typing import Any

from msgspec import Struct

from fairlead.core.release.observation import Way
from fairlead.core.revision.stored import StoredObject


class Command(Struct, frozen=True, kw_only=True, tag=True):
    """The base of all commands."""


class Apply(Command, frozen=True):
    """Apply objects as they are stored, one after the other.

    Needs: an object of that name is the Component's own, or is absent; what moves traffic is still as it was observed.
    Done: the API answered each, and the Deployments among them are observed.
    """

    objects: tuple[StoredObject, ...]


class Remove(Command, frozen=True):
    """Remove objects of the Component, each by the uid and resourceVersion that it was looked at with.

    Needs: they carry the Component's label. Done: they are gone.
    """

    objects: tuple[StoredObject, ...]


class Scale(Command, frozen=True):
    """Ask for `replicas` pods of a copy.

    Needs: the Deployment is still as it was observed. Done: as many pods are ready.
    """

    deployment: str
    resource_version: str
    replicas: int


class PatchRoute(Command, frozen=True):
    """Change the backends of a route by a JSON patch that tests what it was decided on.

    Needs: every backend with weight has a ready endpoint. Done: every gateway accepted the new generation, and the
    data plane answers accordingly.
    """

    route: str
    operations: tuple[dict[str, Any], ...]


class PatchService(Command, frozen=True):
    """Change the selector and the ports of a Service in one write.

    Needs: the copy behind the new selector has ready pods. Done: its endpoints are those pods and no others.
    """

    service: str
    operations: tuple[dict[str, Any], ...]


class Ask(Command, frozen=True):
    """Ask through the gateway which revision answers, so often on each way.

    Needs: the routes are accepted. Done: the answers are those that the weights promise.
    """

    ways: tuple[Way, ...]
    requests: int
