"""Whether a Component's ServiceAccount may do what a Release needs, and what its way back needs."""

import asyncio
from collections.abc import Iterable

from msgspec import Struct

from fairlead.controllers.cluster import HTTP_ROUTES
from fairlead.core.revision.stored import StoredObject
from fairlead.kube import verbs
from fairlead.kube.client import Client
from fairlead.kube.discovery import Discovery
from fairlead.kube.resource import Resource

REVIEWS = Resource(
    "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False
)
VERBS = ("get", "create", "patch", "delete")


class _Status(Struct, frozen=True):
    allowed: bool = False


class _Review(Struct, frozen=True):
    status: _Status = _Status()


def account(namespace: str, service_account: str) -> str:
    """Return the user name of a ServiceAccount."""
    return f"system:serviceaccount:{namespace}:{service_account}"


async def missing_rights(
    client: Client,
    discovery: Discovery,
    namespace: str,
    user: str,
    objects: Iterable[StoredObject],
    *,
    patches_routes: bool,
) -> list[str]:
    """Return the rights that `user` lacks to apply, change and remove `objects`, as `verbs kinds`, in order.

    `patches_routes`: routes that are not among the objects are changed too.
    """
    wanted = sorted({(o.api_version, o.kind) for o in objects} | {("v1", "Service"), ("apps/v1", "Deployment")})
    resources = [await discovery.resource(api_version, kind) for api_version, kind in wanted]
    asked = [(resource, verb) for resource in resources for verb in VERBS]
    if patches_routes and HTTP_ROUTES not in resources:
        asked.append((HTTP_ROUTES, "patch"))
    allowed = await asyncio.gather(*(_may(client, namespace, user, resource, verb) for resource, verb in asked))
    lacking: dict[str, list[str]] = {}
    for (resource, verb), may in zip(asked, allowed, strict=True):
        if not may:
            lacking.setdefault(f"{resource.plural}.{resource.group}".rstrip("."), []).append(verb)
    return [f"{', '.join(found)} {plural}" for plural, found in lacking.items()]


async def _may(client: Client, namespace: str, user: str, resource: Resource, verb: str) -> bool:
    attributes = {"namespace": namespace, "verb": verb, "group": resource.group, "resource": resource.plural}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    answer = await verbs.create(client, REVIEWS, "", review, _Review, impersonate=user)
    return answer.status.allowed
