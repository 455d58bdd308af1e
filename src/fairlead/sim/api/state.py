"""What every verb works on: the storage, the kinds, the guards, the clock and the randomness that were passed in.

It is also what guards (`Objects`) and kinds (`Surroundings`) may see of the server.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from msgspec import Struct

from fairlead.sim.api.allocated import Allocated
from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.encode import View, stored_api_version
from fairlead.sim.api.finalize import DeleteOptions, ending
from fairlead.sim.api.guard.account_token import AccountTokens
from fairlead.sim.api.guard.guard import Guard
from fairlead.sim.api.guard.user import User
from fairlead.sim.api.request import Request
from fairlead.sim.api.route import Target
from fairlead.sim.api.storage import Storage, Stored, Table, key_of
from fairlead.sim.api.types.kind import Kind
from fairlead.sim.api.types.types import Types

Object = dict[str, Any]


class State:
    """The server without its way of answering."""

    def __init__(self, *, now_s: Callable[[], float], rng: random.Random, types: Types, guard: Guard) -> None:
        self.now_s, self.rng, self.types, self.guard = now_s, rng, types, guard
        self.storage = Storage()
        self._allocated = Allocated(self.storage.table("", "services"))
        self.tokens = AccountTokens(partial(self.get, ""), now_s, rng)
        self.hidden: dict[str, bytes] = {}
        """By uid, what the real server would store beside what can be seen; most objects have nothing of the kind."""
        self._second, self._written = 0, rfc3339(0)
        self._generation, self._stored_kinds = -1, dict[tuple[str, str], Kind]()

    def now(self) -> str:
        """The time as it is written into objects."""
        second = int(self.now_s())
        if second != self._second:
            self._second, self._written = second, rfc3339(second)
        return self._written

    def table(self, kind: Kind) -> Table:
        """Where the objects of a kind are."""
        return self.storage.table(*kind.storage)

    def versions(self, kind: Kind) -> Callable[[str], Kind | None]:
        """Finds the other versions of a kind by their apiVersion."""

        def find(api_version: str) -> Kind | None:
            group, _, version = api_version.rpartition("/")
            return self.types.find(group, version, kind.plural)

        return find

    def put(self, kind: Kind, obj: Object, hidden: bytes = b"") -> Stored:
        """Write an object in the version of `kind`. The caller drops it."""
        stored_form = kind.store(obj) if kind.converted else obj
        stored = self.storage.put(self.table(kind), stored_form, selectable(kind, stored_form))
        if hidden:
            self.hidden[stored.uid] = hidden
        elif self.hidden:
            self.hidden.pop(stored.uid, None)
        return stored

    def remove(self, kind: Kind, stored: Stored) -> Stored:
        """Remove an object. Returns it with the version of its removal."""
        self.hidden.pop(stored.uid, None)
        last = self.storage.remove(self.table(kind), stored.key)
        if kind.storage == ("", "services"):
            self._end("", "endpoints", stored.key)
        return last

    def load(self, kind: Kind, stored: Stored) -> Object:
        """A stored object in the version of `kind`; the caller's own."""
        obj = {"kind": kind.kind, "apiVersion": stored_api_version(kind), **stored.decode()}
        return kind.load(obj) if kind.converted else obj

    def holder(self, number: str | int) -> str:
        """The uid of the Service that has this cluster address or node port; empty where none has."""
        return self._allocated.holder(number)

    def get(self, group: str, resource: str, namespace: str, name: str) -> Object | None:
        """One object, or None."""
        stored = self.storage.table(group, resource).objects.get(key_of(namespace, name))
        return self._typed(group, resource, stored) if stored is not None else None

    def list(self, group: str, resource: str, namespace: str = "") -> list[Object]:
        """The objects of one namespace, or of all, in the order of their names."""
        table = self.storage.table(group, resource)
        return [self._typed(group, resource, table.objects[key]) for key in table.keys(namespace)]

    def of_kind(self, api_version: str, kind: str, namespace: str = "") -> Sequence[Object]:
        """The objects of a kind, likewise; none where the kind is not served."""
        group, _, version = api_version.rpartition("/")
        found = self.types.by_kind(group, version, kind)
        return self.list(*found.storage, namespace if found.namespaced else "") if found is not None else []

    def version(self, group: str, resource: str) -> int:
        """A number that changes with every write to the resource."""
        return self.storage.table(group, resource).version

    def replace(self, group: str, resource: str, obj: Object, *, manager: str, subresource: str = "") -> None:
        """A write of the server's own, in its manager's name; none when nothing differs."""
        kind = self._stored_kind(group, resource)
        metadata = obj["metadata"]
        known = self.get(group, resource, metadata.get("namespace", ""), metadata["name"])
        if known != obj:
            self.put(kind, updated(known, obj, kind=kind, manager=manager, subresource=subresource, now=self.now()))

    def _end(self, group: str, resource: str, key: str) -> None:
        """Have what goes with another object go, as if somebody had deleted it too."""
        kind = self._stored_kind(group, resource)
        stored = self.table(kind).objects.get(key)
        if stored is None:
            return
        obj = self.load(kind, stored)
        end = ending(kind, self.load(kind, stored), DeleteOptions(), self.now())
        if end.step == "now":
            self.remove(kind, stored)
        elif end.object != obj:
            self.put(kind, end.object)

    def _typed(self, group: str, resource: str, stored: Stored) -> Object:
        return self.load(self._stored_kind(group, resource), stored)

    def _stored_kind(self, group: str, resource: str) -> Kind:
        if self._generation != self.types.generation:
            self._generation = self.types.generation
            self._stored_kinds = {kind.storage: kind for kind in self.types.resources() if not kind.converted}
        return self._stored_kinds[group, resource]


class Call(Struct, frozen=True, kw_only=True):
    """One request on its way through its verb."""

    state: State
    request: Request
    target: Target
    user: User
    view: View
    warnings: list[str]

    @property
    def kind(self) -> Kind:
        """The kind that is asked about."""
        return self.target.served

    @property
    def key(self) -> str:
        """The key of the object that is named."""
        return key_of(self.target.namespace, self.target.name)

    def stored(self) -> Stored | None:
        """The object that is named, or None."""
        return self.state.table(self.kind).objects.get(self.key)


def rfc3339(time_s: int) -> str:
    """Whole seconds, in UTC."""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def selectable(kind: Kind, obj: Object) -> tuple[str, ...]:
    """The values that field selectors of the kind may ask for."""
    return tuple([_text(obj, path) for path in kind.selectable_fields])


def _text(obj: Object, path: str) -> str:
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
