"""The end of a namespace: it goes when nothing is left in it, and whoever saw to that says so in its finalizers."""

from collections.abc import Callable
from typing import Any

import msgspec

from fairlead.sim.api.guard.user import User
from fairlead.sim.api.meta import metadata
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.state import State

Object = dict[str, Any]


def end(state: State, answer: Callable[[Request], Answer], user: User) -> int:
    """Go on with every namespace that is ending, as the controller of namespaces would. Returns how many are gone.

    What is in it is deleted; it goes when nothing is left. Pods with a grace and objects with finalizers take more than
    one call.
    """
    gone = 0
    for namespace in state.list("", "namespaces"):
        meta = metadata(namespace)
        if meta.get("deletionTimestamp") and _emptied(state, answer, user, meta["name"]):
            path = f"/api/v1/namespaces/{meta['name']}/finalize"
            body = msgspec.json.encode(namespace | {"spec": {}})
            headers = {"content-type": "application/json", "user-agent": "namespace-controller"}
            gone += answer(Request(method="PUT", path=path, headers=headers, body=body, user=user)).status == 200
    return gone


def _emptied(state: State, answer: Callable[[Request], Answer], user: User, name: str) -> bool:
    left = 0
    for kind in state.types.resources():
        if not kind.namespaced or not state.table(kind).keys(name) or kind.storage[0] != kind.group:
            continue
        prefix = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        answer(Request(method="DELETE", path=f"{prefix}/namespaces/{name}/{kind.plural}", user=user))
        left += len(state.table(kind).keys(name))
    return left == 0
