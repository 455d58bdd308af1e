"""Garbage collection by owner references: what the controller of a cluster does, when it is called.

It reads what is beside the stored objects, and writes only through requests, with preconditions, as the real one does.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from fairlead.sim.api.finalize import FOREGROUND, ORPHAN
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.meta import metadata
from fairlead.sim.api.request import Answer, Request
from fairlead.sim.api.state import State
from fairlead.sim.api.storage import Stored
from fairlead.sim.api.types.kind import Kind

Object = dict[str, Any]


class _Found:
    """What is stored, seen by owners."""

    def __init__(self, state: State) -> None:
        self.objects: dict[str, tuple[Kind, Stored]] = {}
        self.dependents: dict[str, list[tuple[Kind, Stored]]] = {}
        seen: set[tuple[str, str]] = set()
        for kind in state.types.resources():
            if kind.storage in seen or kind.storage[0] != kind.group:
                continue
            seen.add(kind.storage)
            for stored in state.table(kind).objects.values():
                self.objects[stored.uid] = (kind, stored)
                for owner in stored.owners:
                    self.dependents.setdefault(owner, []).append((kind, stored))


def collect(state: State, answer: Callable[[Request], Answer], user: User) -> int:
    """Go on until nothing changes. Returns how many writes that took."""
    writes = 0
    while True:
        found = _Found(state)
        done = sum(_release(state, answer, user, found, *each) for each in found.objects.values() if each[1].ending)
        done += sum(_orphaned(state, answer, user, found, owner) for owner in sorted(found.dependents))
        if not done:
            return writes
        writes += done


def _release(
    state: State, answer: Callable[[Request], Answer], user: User, found: _Found, kind: Kind, stored: Stored
) -> int:
    """Go on with an owner that waits for its dependents: they are let go, or deleted before it."""
    obj = stored.decode()
    finalizers = metadata(obj).get("finalizers", [])
    dependents = found.dependents.get(stored.uid, [])
    if ORPHAN in finalizers:
        for dependent_kind, dependent in dependents:
            _disown(answer, user, dependent_kind, dependent, {stored.uid})
        return len(dependents) + _unfinalize(answer, user, kind, stored, finalizers, ORPHAN)
    if FOREGROUND not in finalizers:
        return 0
    blocking = [each for each in dependents if _blocks(each[1], stored.uid)]
    if not blocking:
        return _unfinalize(answer, user, kind, stored, finalizers, FOREGROUND)
    done = 0
    for dependent_kind, dependent in dependents:
        if not dependent.ending:
            propagation = "Foreground" if found.dependents.get(dependent.uid) else None
            done += _delete(state, answer, user, dependent_kind, dependent, propagation)
    return done


def _orphaned(state: State, answer: Callable[[Request], Answer], user: User, found: _Found, owner: str) -> int:
    """Delete what lost its last owner; take the lost owner from what has others."""
    if owner in found.objects:
        return 0
    done = 0
    for kind, stored in found.dependents[owner]:
        lost = {uid for uid in stored.owners if uid not in found.objects}
        if stored.ending or min(lost) != owner:
            continue
        if len(lost) == len(stored.owners):
            done += _delete(state, answer, user, kind, stored, None)
        else:
            done += _disown(answer, user, kind, stored, lost)
    return done


def _delete(
    state: State,
    answer: Callable[[Request], Answer],
    user: User,
    kind: Kind,
    stored: Stored,
    propagation: str | None,
) -> int:
    if stored.key not in state.table(kind).objects:
        return 0
    options = {"preconditions": {"uid": stored.uid}, "propagationPolicy": propagation or _policy(stored)}
    body = msgspec.json.encode(options)
    request = Request(method="DELETE", path=_path(kind, stored), body=body, user=user)
    return answer(request).status == 200


def _policy(stored: Stored) -> str:
    """As an object's own finalizers say, else in the background."""
    finalizers = metadata(stored.decode()).get("finalizers", [])
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"


def _disown(answer: Callable[[Request], Answer], user: User, kind: Kind, stored: Stored, uids: set[str]) -> int:
    references = metadata(stored.decode()).get("ownerReferences", [])
    kept = [reference for reference in references if reference["uid"] not in uids]
    return _patch(answer, user, kind, stored, {"uid": stored.uid, "ownerReferences": kept or None})


def _unfinalize(
    answer: Callable[[Request], Answer], user: User, kind: Kind, stored: Stored, finalizers: list[str], done: str
) -> int:
    left = [one for one in finalizers if one != done]
    return _patch(answer, user, kind, stored, {"uid": stored.uid, "finalizers": left or None})


def _patch(answer: Callable[[Request], Answer], user: User, kind: Kind, stored: Stored, changed: Object) -> int:
    headers = {"content-type": "application/merge-patch+json", "user-agent": "garbage-collector"}
    body = msgspec.json.encode({"metadata": changed})
    request = Request(method="PATCH", path=_path(kind, stored), headers=headers, body=body, user=user)
    return answer(request).status == 200


def _blocks(stored: Stored, owner: str) -> bool:
    references = metadata(stored.decode()).get("ownerReferences", [])
    return any(one["uid"] == owner and one.get("blockOwnerDeletion") for one in references)


def _path(kind: Kind, stored: Stored) -> str:
    prefix = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    where = f"{prefix}/namespaces/{stored.namespace}" if stored.namespace else prefix
    return f"{where}/{kind.plural}/{stored.name}"
