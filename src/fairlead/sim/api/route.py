"""From a method and a path to what is meant. Must not know rights, storage or bodies."""

from typing import Literal
from urllib.parse import unquote

from msgspec import Struct

from fairlead.sim.api.failure import (
    NoSuchPath,
    bad_request,
    method_not_allowed,
    method_not_supported,
    not_found,
    not_served,
)
from fairlead.sim.api.options import flag
from fairlead.sim.api.request import Request
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.types.types import Types

Verb = Literal["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]

CONNECT = frozenset(("attach", "exec", "portforward", "proxy"))
NAMESPACE_SUBRESOURCES = frozenset(("status", "finalize"))


class Target(Struct, frozen=True, kw_only=True):
    """What a request is about. Paths that are not of resources (discovery, health) have no resource."""

    verb: str
    path: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    kind: Kind | None = None
    rest: tuple[str, ...] = ()
    """What follows the subresource."""

    @property
    def served(self) -> Kind:
        """The kind of a resource path."""
        assert self.kind is not None
        return self.kind


def route(request: Request, types: Types) -> Target:
    """What a request means, whether it is served or not: rights are asked before that is told."""
    path = request.path
    parts = [unquote(part) for part in path.split("/")][1:]
    if parts and parts[-1] == "":
        parts = parts[:-1]
    group, version, rest = _group_version(parts)
    if not version or not rest:
        return Target(verb=request.method.lower(), path=path)
    watching = rest[0] == "watch" and len(rest) > 1
    namespace, rest = _namespace(rest[1:] if watching else rest)
    resource, name, subresource = (*rest, "", "", "")[:3]
    verb = _verb(request, name, subresource, watching=watching)
    return Target(
        verb=verb,
        path=path,
        group=group,
        version=version,
        resource=resource,
        subresource=subresource,
        namespace=namespace,
        name=name or (_selected_name(request) if verb in ("list", "watch", "deletecollection") else ""),
        kind=types.find(group, version, resource),
        rest=tuple(rest[3:]),
    )


def check(target: Target, types: Types) -> None:
    """Refuse what is not served: the resource, the place, the verb."""
    kind = target.kind
    if kind is None:
        built_in = any(kind.group == target.group for kind in types.resources() if not kind.custom)
        raise not_served() if built_in else NoSuchPath()
    collective = target.verb in ("list", "watch", "deletecollection")
    misplaced = (bool(target.namespace) and not kind.namespaced) or (
        kind.namespaced and not target.namespace and bool(target.name) and not collective
    )
    if misplaced:
        raise NoSuchPath() if kind.custom else not_served()
    if target.subresource and target.subresource not in kind.subresources:
        if kind.custom:
            raise not_found(target.group, target.resource, target.name)
        raise not_served()
    if target.rest and target.subresource != "proxy":
        raise not_served()
    _check_verb(target, kind)


def _selected_name(request: Request) -> str:
    """The only name that a field selector allows: rights may be given by it."""
    terms = request.first("fieldSelector").split(",")
    return next((term.partition("=")[2].lstrip("=") for term in terms if term.startswith("metadata.name=")), "")


def _group_version(parts: list[str]) -> tuple[str, str, list[str]]:
    if len(parts) >= 2 and parts[0] == "api":
        return "", parts[1], parts[2:]
    if len(parts) >= 3 and parts[0] == "apis":
        return parts[1], parts[2], parts[3:]
    return "", "", []


def _namespace(rest: list[str]) -> tuple[str, list[str]]:
    """The namespace of the path, and what follows it. A namespace itself is a resource without one."""
    if len(rest) < 3 or rest[0] != "namespaces" or rest[2] in NAMESPACE_SUBRESOURCES:
        return "", rest
    return rest[1], rest[2:]


def _verb(request: Request, name: str, subresource: str, *, watching: bool) -> str:
    match request.method:
        case "GET" if watching:
            return "watch"
        case "GET" if name:
            return "get"
        case "GET":
            return "watch" if flag(request, "watch") else "list"
        case "POST":
            return "create"
        case "PUT":
            return "update"
        case "PATCH":
            return "patch"
        case "DELETE":
            return "delete" if name or subresource else "deletecollection"
    return request.method.lower()


def _check_verb(target: Target, kind: Kind) -> None:
    """Refuse a verb that the path does not have: objects are created on collections, changed by name."""
    verb, custom = target.verb, kind.custom
    if target.subresource:
        verbs = kind.subresources[target.subresource].verbs
        if verb not in verbs and not (target.subresource in CONNECT and verb in ("get", "create")):
            raise method_not_supported(target.group, target.resource, verb) if custom else method_not_allowed()
        return
    if verb not in kind.verbs:
        raise method_not_allowed()
    if verb in ("update", "patch") and not target.name:
        raise bad_request("name must be provided") if custom else method_not_allowed()
    if verb == "create" and target.name and not custom:
        raise method_not_allowed()
    if verb in ("create", "deletecollection") and kind.namespaced and not target.namespace:
        raise NoSuchPath() if custom else method_not_allowed()
