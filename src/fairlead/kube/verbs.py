"""The verbs of the API, one function each. Objects go out as dicts or structs and come back as what is asked for."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from fairlead.kube.client import JSON, Client, decoder, nothing
from fairlead.kube.errors import Gone
from fairlead.kube.resource import Resource

T = TypeVar("T")

APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
PAGE_SIZE = 500


class ListMeta(msgspec.Struct, rename="camel", frozen=True):
    """Metadata of a list."""

    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


async def get(
    client: Client, resource: Resource, namespace: str, name: str, kind: type[T], *, impersonate: str = ""
) -> T:
    """Return one object. Raises NotFound."""
    return await client.request("GET", resource.path(namespace, name), decoder(kind), impersonate=impersonate)


async def pages(
    client: Client, resource: Resource, kind: type[T], namespace: str = "", *, label_selector: str = ""
) -> AsyncIterator[tuple[list[T], str]]:
    """Yield a collection page by page, each with the resourceVersion of the whole. Raises Gone if it takes too long."""
    page_type = msgspec.defstruct("Page", [("items", list[kind] | None, None), ("metadata", ListMeta, ListMeta())])  # type: ignore[valid-type]
    decode = decoder(page_type)
    token = ""
    while True:
        query = {"limit": str(PAGE_SIZE)}
        query |= {"labelSelector": label_selector} if label_selector else {}
        query |= {"continue": token} if token else {}
        page: Any = await client.request("GET", resource.path(namespace), decode, query=query, timeout_s=60)
        yield page.items or [], page.metadata.resource_version
        token = page.metadata.continue_
        if not token:
            return


async def list_all(
    client: Client, resource: Resource, kind: type[T], namespace: str = "", *, label_selector: str = ""
) -> tuple[list[T], str]:
    """Return a whole collection and its resourceVersion, beginning anew once where the paging took too long."""
    try:
        return await _gather(client, resource, kind, namespace, label_selector)
    except Gone:
        return await _gather(client, resource, kind, namespace, label_selector)


async def _gather(
    client: Client, resource: Resource, kind: type[T], namespace: str, label_selector: str
) -> tuple[list[T], str]:
    items: list[T] = []
    version = ""
    async for page, page_version in pages(client, resource, kind, namespace, label_selector=label_selector):
        items += page
        version = page_version
    return items, version


async def create(
    client: Client, resource: Resource, namespace: str, body: Any, kind: type[T], *, impersonate: str = ""
) -> T:
    """Create an object. Raises AlreadyExists."""
    return await client.request(
        "POST", resource.path(namespace), decoder(kind), body=msgspec.json.encode(body), impersonate=impersonate
    )


async def apply(
    client: Client,
    resource: Resource,
    namespace: str,
    manifest: Mapping[str, Any],
    kind: type[T],
    *,
    field_manager: str,
    force: bool = False,
    dry_run: bool = False,
    impersonate: str = "",
) -> T:
    """Apply an object server-side, unknown fields refused. Raises Conflict where another manager owns a field."""
    query = {"fieldManager": field_manager, "force": str(force).lower(), "fieldValidation": "Strict"}
    query |= {"dryRun": "All"} if dry_run else {}
    path = resource.path(namespace, manifest["metadata"]["name"])
    body = msgspec.json.encode(manifest)
    return await client.request(
        "PATCH", path, decoder(kind), query=query, body=body, content_type=APPLY, impersonate=impersonate
    )


async def patch_json(
    client: Client,
    resource: Resource,
    namespace: str,
    name: str,
    operations: Sequence[Mapping[str, Any]],
    kind: type[T],
    *,
    field_manager: str,
    impersonate: str = "",
    urgent: bool = False,
) -> T:
    """Change an object by a JSON patch. Raises Invalid where a test of it fails, Conflict where the object moved on."""
    return await client.request(
        "PATCH",
        resource.path(namespace, name),
        decoder(kind),
        query={"fieldManager": field_manager},
        body=msgspec.json.encode(operations),
        content_type=JSON_PATCH,
        impersonate=impersonate,
        urgent=urgent,
    )


async def patch_merge(
    client: Client,
    resource: Resource,
    namespace: str,
    name: str,
    body: Mapping[str, Any],
    kind: type[T],
    *,
    field_manager: str,
) -> T:
    """Change an object by a merge patch."""
    return await client.request(
        "PATCH",
        resource.path(namespace, name),
        decoder(kind),
        query={"fieldManager": field_manager},
        body=msgspec.json.encode(body),
        content_type=MERGE_PATCH,
    )


async def replace(
    client: Client,
    resource: Resource,
    namespace: str,
    name: str,
    body: Any,
    kind: type[T],
    *,
    subresource: Literal["", "status"] = "",
    urgent: bool = False,
) -> T:
    """Replace an object, or its status. Raises Conflict unless the resourceVersion in `body` is the current one."""
    return await client.request(
        "PUT",
        resource.path(namespace, name, subresource),
        decoder(kind),
        body=msgspec.json.encode(body),
        content_type=JSON,
        urgent=urgent,
    )


async def delete(
    client: Client,
    resource: Resource,
    namespace: str,
    name: str,
    *,
    uid: str = "",
    resource_version: str = "",
    propagation: Literal["Background", "Foreground", "Orphan"] = "Background",
    impersonate: str = "",
) -> None:
    """Delete an object, only if it is the one with this uid at this resourceVersion. Raises NotFound, Conflict."""
    preconditions = {k: v for k, v in (("uid", uid), ("resourceVersion", resource_version)) if v}
    options: dict[str, Any] = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation}
    options |= {"preconditions": preconditions} if preconditions else {}
    path = resource.path(namespace, name)
    await client.request("DELETE", path, nothing, body=msgspec.json.encode(options), impersonate=impersonate)
