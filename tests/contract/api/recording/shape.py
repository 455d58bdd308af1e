"""The shape of a request: what is left of it without names and values. Each shape is a case."""

import re
from collections.abc import Iterator
from typing import Any

from tests.contract.api.recording.taken import Taken, json_of

#: What users name themselves: only that there is something counts.
FREE = frozenset(
    {"data", "stringData", "binaryData", "labels", "annotations", "matchLabels", "nodeSelector", "selector"}
    | {"requests", "limits", "hard", "fieldsV1"}
)
JSON_PATCH = "application/json-patch+json"
OF_A_NAMESPACE = frozenset({"finalize", "status"})
NAMES_IN_POINTER = re.compile(r"(?<=/labels)/.*|(?<=/annotations)/.*|(?<=/data)/.*|/\d+(?=/|$)")


def shape(request: Taken) -> str:
    """Return a text that requests of one shape have in common."""
    query = ",".join(sorted({key for key, _ in request.query}))
    headers = request.headers
    as_other = "as another" if "impersonate-user" in headers else ""
    parts = [
        f"{request.method} {resource(request.path)}",
        *(part for part in (query, headers.get("content-type", ""), headers["accept"], as_other) if part),
    ]
    return " | ".join([*parts, ",".join(sorted(set(_body(request))))])


def resource(path: str) -> str:
    """Return a path with its names replaced: `/apis/apps/v1/namespaces/*/deployments/*/status`."""
    head, *rest = path.strip("/").split("/")
    root = {"api": 1, "apis": 2}.get(head)
    if root is None or len(rest) <= root:
        return path
    return "/" + "/".join([head, *rest[:root], *_without_names(rest[root:])])


def _without_names(parts: list[str]) -> list[str]:
    if parts[0] == "namespaces" and len(parts) > 2 and parts[2] not in OF_A_NAMESPACE:
        return ["namespaces", "*", *_without_names(parts[2:])]
    return [parts[0], *("*" for _ in parts[1:2]), *parts[2:]]


def _body(request: Taken) -> Iterator[str]:
    body = request.body
    if request.headers.get("content-type") == JSON_PATCH:
        for operation in body:
            yield f"{operation['op']} {NAMES_IN_POINTER.sub('/*', operation['path'])}"
    else:
        yield from _paths(json_of(request), "")


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _paths(item, f"{path}[]")
    elif isinstance(value, dict) and path.rpartition(".")[2] not in FREE:
        for key, below in value.items():
            yield from _paths(below, f"{path}.{key}")
    elif value is not None:
        yield path
