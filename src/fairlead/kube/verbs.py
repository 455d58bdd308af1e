"""The verbs of the API, one function each. Objects go out as dicts or structs and come back as what is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar, Unpack

import msgspec

from fairlead.kube.client import Client, How
from fairlead.kube.errors import Conflict, Gone, Invalid
from fairlead.kube.resource import Resource

T = TypeVar("T")

APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
PAGE_SIZE = 500

Patch = Sequence[Mapping[str, Any]]


class ListMeta(msgspec.Struct, rename="camel", frozen=True):
    """Metadata of a list."""

    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


class _Page(msgspec.Struct, Generic[T], frozen=True):
    items: list[T] | None = None
    metadata: ListMeta = ListMeta()


async def get(client: Client, resource: Resource, namespace: str, name: str, kind: type[T], **how: Unpack[How]) -> T:
    """Return one object. Raises NotFound."""
    return await client.request("GET", resource.path(namespace, name), kind, **how)


async def list_all(
    client: Client, resource: Resource, kind: type[T], namespace: str = "", *, label_selector: str = ""
) -> tuple[list[T], str]:
    """Return a whole collection and its resourceVersion, beginning anew once where the paging took too long."""
    query = {"limit": str(PAGE_SIZE)} | ({"labelSelector": label_selector} if label_selector else {})
    try:
        return await _pages(client, resource.path(namespace), kind, query)
    except Gone:
        return await _pages(client, resource.path(namespace), kind, query)


async def _pages(client: Client, path: str, kind: type[T], query: Mapping[str, str]) -> tuple[list[T], str]:
    items: list[T] = []
    token: dict[str, str] = {}
    while True:
        page = await client.request("GET", path, _Page[kind], query={**query, **token}, timeout_s=60)  # type: ignore[valid-type]
        items += page.items or ()
        if not page.metadata.continue_:
            return items, page.metadata.resource_version
        token = {"continue": page.metadata.continue_}


async def create(client: Client, resource: Resource, namespace: str, body: Any, kind: type[T], **how: Unpack[How]) -> T:
    """Create an object. Raises AlreadyExists."""
    return await client.request("POST", resource.path(namespace), kind, body=body, **how)


async def apply(
    client: Client, resource: Resource, namespace: str, manifest: Mapping[str, Any], kind: type[T], **how: Unpack[How]
) -> T:
    """Apply an object server-side, unknown fields refused. Raises Conflict where another manager owns a field."""
    path, query = resource.path(namespace, manifest["metadata"]["name"]), {"fieldValidation": "Strict"}
    return await client.request("PATCH", path, kind, query=query, body=manifest, content_type=APPLY, **how)


async def patch_json(
    client: Client, resource: Resource, namespace: str, name: str, operations: Patch, kind: type[T], **how: Unpack[How]
) -> T:
    """Change an object by a JSON patch. Raises Conflict where it does not fit the object as it is, tests included."""
    path = resource.path(namespace, name)
    try:
        return await client.request("PATCH", path, kind, body=operations, content_type=JSON_PATCH, **how)
    except Invalid as error:
        if any(cause.field for cause in error.causes):
            raise
        # What is wrong is no field of the object, so it is the patch.
        told = "; ".join(cause.message for cause in error.causes)
        raise Conflict(f"{error}: {told}", reason=error.reason, causes=error.causes) from error


async def patch_merge(
    client: Client, resource: Resource, namespace: str, name: str, change: Any, kind: type[T], **how: Unpack[How]
) -> T:
    """Change an object by a merge patch. Raises Conflict unless a resourceVersion in `change` is the current one."""
    path = resource.path(namespace, name)
    return await client.request("PATCH", path, kind, body=change, content_type=MERGE_PATCH, **how)


async def replace(
    client: Client,
    resource: Resource,
    namespace: str,
    name: str,
    body: Any,
    kind: type[T],
    *,
    subresource: Literal["", "status"] = "",
    **how: Unpack[How],
) -> T:
    """Replace an object, or its status. Raises Conflict unless the resourceVersion in `body` is the current one."""
    return await client.request("PUT", resource.path(namespace, name, subresource), kind, body=body, **how)


async def delete(
    client: Client,
    resource: Resource,
    namespace: str,
    name: str,
    *,
    uid: str | None = None,
    resource_version: str | None = None,
    **how: Unpack[How],
) -> None:
    """Delete an object, only if it is the one with this uid at this resourceVersion. Raises NotFound, Conflict."""
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
    body = {**options, "preconditions": {"uid": uid, "resourceVersion": resource_version}}
    await client.request("DELETE", resource.path(namespace, name), msgspec.Raw, body=body, **how)
