"""The server: one request in, one answer out, and nothing in between that waits."""

import random
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from fairlead.sim.api import collect, crds, create, delete, namespace_end, patch, read, subresource, update
from fairlead.sim.api.encode import view
from fairlead.sim.api.failure import Failure, NoSuchPath, method_not_allowed, not_served
from fairlead.sim.api.first import FIRST
from fairlead.sim.api.guard.guard import Guard
from fairlead.sim.api.guard.user import ADMIN
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.route import Target, check, route
from fairlead.sim.api.state import Call, State
from fairlead.sim.api.types.discovery import Discovery
from fairlead.sim.api.types.types import Types

Object = dict[str, Any]

_VERBS: dict[str, Callable[[Call], Answer]] = {
    "get": read.get,
    "list": read.list_,
    "watch": read.watch,
    "create": create.create,
    "update": update.update,
    "patch": patch.patch,
    "delete": delete.delete,
    "deletecollection": delete.collection,
}
_HEALTH = frozenset(("/healthz", "/livez", "/readyz"))


class Server:
    """An API server. Time and randomness are those passed in; controllers are functions that somebody calls."""

    def __init__(
        self, *, now_s: Callable[[], float], rng: random.Random, types: Types, guard: Guard | None = None
    ) -> None:
        self.state = State(now_s=now_s, rng=rng, types=types, guard=guard or Guard())
        self._discovery = Discovery(types)
        self.state.guard.bind(self.state, now_s, self.state.tokens)
        self.seed(FIRST)

    def answer(self, request: Request) -> Answer:
        """Do what the request asks, and say what came of it."""
        state, warnings = self.state, list[str]()
        try:
            user = state.guard.admit(request)
            target = route(request, state.types)
            state.guard.allow(user, target)
            if not target.resource:
                return self._unresourceful(request)
            check(target, state.types)
            call = Call(
                state=state,
                request=request,
                target=target,
                user=user,
                view=view(request, custom=target.served.custom),
                warnings=warnings,
            )
            if target.served.deprecation:
                warnings.append(target.served.deprecation)
            answer = _verb(call)(call)
            self._settle(target)
        except Failure as failure:
            answer = failure.answer()
        return _warned(answer, warnings)

    def seed(self, objects: Iterable[Object]) -> None:
        """Create the objects that a cluster begins with. Raises ValueError with the first refusal."""
        for obj in objects:
            group, _, version = obj["apiVersion"].rpartition("/")
            kind = self.state.types.by_kind(group, version, obj["kind"])
            if kind is None:
                raise ValueError(f"{obj['kind']} of {obj['apiVersion']} is not served")
            prefix = f"/apis/{group}/{version}" if group else f"/api/{version}"
            namespace = obj["metadata"].get("namespace", "")
            path = f"{prefix}/namespaces/{namespace}/{kind.plural}" if namespace else f"{prefix}/{kind.plural}"
            headers = {"user-agent": "kube-apiserver", "content-type": "application/json"}
            body = msgspec.json.encode(obj)
            answer = self.answer(Request(method="POST", path=path, headers=headers, body=body, user=ADMIN))
            if answer.status != 201:
                raise ValueError(answer.body.decode())

    def compact(self, version: int | None = None) -> None:
        """Forget what was before a version, or before the last one.

        The real server forgets lists that are older than five minutes, and watches when its cache of some hundred
        changes is full or when it restarts.
        """
        self.state.storage.compact(self.state.storage.version if version is None else version)

    def collect(self) -> int:
        """Delete what lost its owners, as the garbage collector would. Returns how many writes that took."""
        return collect.collect(self.state, self.answer, ADMIN)

    def end_namespaces(self) -> int:
        """Go on with namespaces that are ending. Returns how many are gone."""
        return namespace_end.end(self.state, self.answer, ADMIN)

    def _settle(self, target: Target) -> None:
        """What follows from a write to a definition, or from the end of an object whose definition is going."""
        kind = target.kind
        if kind is None or target.verb in ("get", "list", "watch"):
            return
        definitions = self.state.storage.table(crds.GROUP, crds.RESOURCE).objects
        going = kind.custom and any(stored.ending for stored in definitions.values())
        if not crds.is_definition(kind) and not going:
            return
        if crds.is_definition(kind):
            for path in crds.paths_to_empty(self.state):
                self.answer(Request(method="DELETE", path=path, user=ADMIN))
        crds.settle(self.state)

    def _unresourceful(self, request: Request) -> Answer:
        path = request.path.rstrip("/")
        if request.method != "GET":
            raise method_not_allowed()
        if path in _HEALTH:
            return Answer(status=200, headers={"Content-Type": "text/plain; charset=utf-8"}, body=b"ok")
        found = self._discovery.document(path, request.headers.get("accept", ""))
        if found is None:
            served = {f"/apis/{kind.group}" for kind in self.state.types.resources() if not kind.custom}
            of_group = path.startswith("/api/") or path.rpartition("/")[0] in served
            raise not_served() if of_group else NoSuchPath()
        document, media = found
        return Answer(status=200, headers={"Content-Type": media}, body=msgspec.json.encode(document) + b"\n")


def _verb(call: Call) -> Callable[[Call], Answer]:
    if call.target.subresource not in ("", "status"):
        return subresource.serve
    return _VERBS[call.target.verb]


def _warned(answer: Answer, warnings: list[str]) -> Answer:
    if not warnings:
        return answer
    texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in dict.fromkeys(warnings)]
    headers = answer.headers | {"Warning": ", ".join(f'299 - "{text}"' for text in texts)}
    return msgspec.structs.replace(answer, headers=headers)
