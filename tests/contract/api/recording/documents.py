"""What is compared of the documents in which a server describes itself: all that it says of the kinds of both servers.

The API in memory serves fewer groups (docs/simulated-api.md), and its OpenAPI leaves out what only generators of code
read: the kinds of errors, options and subresources, and what paths answer. A hash is that of the document's bytes.
"""

import json
import re
from dataclasses import replace
from operator import itemgetter
from typing import Any

from dev.openapi import LEFT_OUT
from tests.contract.api.said import Said

OF_ERRORS = {"Status", "StatusCause", "StatusDetails", "WatchEvent", "RawExtension", "APIResource", "APIResourceList"}
OF_OPTIONS = {"DeleteOptions", "Preconditions", "Patch"}
OF_SUBRESOURCES = {"Scale", "ScaleSpec", "ScaleStatus", "Eviction", "BoundObjectReference"}
OF_SUBRESOURCES |= {f"TokenRequest{part}" for part in ("", "Spec", "Status")}
NO_SCHEMAS = OF_ERRORS | OF_OPTIONS | OF_SUBRESOURCES
BINDING = re.compile(r"ClusterRoleBinding \".*")
SERVED = re.compile(r"api/v1|apis/([^/]+)/[^/]+")


def comparable(path: str, said: Said) -> Said:
    """Return the answer with what is compared of its body."""
    if path.endswith("/selfsubjectreviews"):
        told = said.json
        # Who calls the API in memory without its front shows no certificate.
        told["status"]["userInfo"].pop("extra", None)
        return _with(said, told)
    if path.endswith("/selfsubjectrulesreviews") and said.status == 201:
        return _with(said, _in_order(said.json))
    if path.endswith("/selfsubjectaccessreviews") and said.status == 201:
        return _with(said, _by_any_binding(said.json))
    if said.status != 200:
        return said
    if path in ("/api", "/apis"):
        return _with(said, _groups(said.json))
    if SERVED.fullmatch(path.strip("/")):
        # The kinds of custom resources come in the random order of a map.
        return _with(said, {**said.json, "resources": sorted(said.json["resources"], key=itemgetter("name"))})
    if path == "/openapi/v3":
        return _with(said, {place for place in said.json["paths"] if _is_served(place)})
    if path.startswith("/openapi/v3/"):
        return _with(said, _schemas(said.json["components"]["schemas"]))
    return said


def _in_order(review: dict[str, Any]) -> dict[str, Any]:
    """Rules come in the order of their bindings, which is that of a map: random, and another one for each question."""
    status = review["status"]
    for key in ("resourceRules", "nonResourceRules"):
        status[key] = sorted(status[key], key=json.dumps)
    return review


def _by_any_binding(review: dict[str, Any]) -> dict[str, Any]:
    """Several bindings of every cluster allow the same paths that are no resources, and any of them is named."""
    if "nonResourceAttributes" in review["spec"] and "reason" in review["status"]:
        review["status"]["reason"] = BINDING.sub("ClusterRoleBinding", review["status"]["reason"])
    return review


def _groups(told: dict[str, Any]) -> dict[str, Any]:
    for key in ("groups", "items"):
        if key in told:
            told[key] = [g for g in told[key] if (g.get("name") or g["metadata"].get("name")) not in LEFT_OUT]
    return told


def _is_served(place: str) -> bool:
    found = SERVED.fullmatch(place)
    return found is not None and found[1] not in LEFT_OUT


def _schemas(schemas: dict[str, Any]) -> dict[str, Any]:
    return {name: schema for name, schema in schemas.items() if name.rpartition(".")[2] not in NO_SCHEMAS}


def _with(said: Said, body: Any) -> Said:
    return replace(said, body=json.dumps(sorted(body) if isinstance(body, set) else body).encode())
