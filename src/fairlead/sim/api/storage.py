"""What is stored, at which version, and what happened since.

One counter of versions for everything, as in etcd. An object is kept as encoded JSON without its apiVersion and kind
(all versions of a kind share what is stored, and a list of a built-in kind repeats neither), with the few things beside
it that selection needs. Every write is an event; events are kept until compaction forgets them, so that a watch can
begin in the past and a list can be of the past. Must not know verbs, kinds, users or requests.
"""

import sys
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

Object = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Object).decode
_HEAD = b'{"metadata":{"uid":"'
_VERSION = b'","resourceVersion":"'
_UID_CHARACTERS = 36
MANAGERS_SHARED = 256
"""Different managers that a table remembers, for objects that have the same."""
FRAMES_KEPT = 100
"""Events whose frames are remembered: for a watch that is further behind they are made anew."""
_VERSION_AT = len(_HEAD) + _UID_CHARACTERS + len(_VERSION)


class Stored(Struct, frozen=True, eq=False):
    """One object at one version, in three parts: its managers, which a swarm of objects has in common, lie between.

    The first begins with uid and resourceVersion.
    """

    key: str
    version: int
    begin: bytes
    managers: bytes
    end: bytes
    labels: dict[str, str]
    fields: tuple[str, ...]
    """What field selectors may ask beside name and namespace: the values of the kind's `selectable_fields`."""
    owners: tuple[str, ...]
    """The uids of metadata.ownerReferences."""
    ending: bool
    """It has a metadata.deletionTimestamp."""

    @property
    def namespace(self) -> str:
        """The namespace, or nothing."""
        return self.key.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The object's name."""
        return self.key.rpartition("/")[2]

    @property
    def uid(self) -> str:
        """Its metadata.uid."""
        return self.begin[len(_HEAD) : len(_HEAD) + _UID_CHARACTERS].decode()

    @property
    def body(self) -> bytes:
        """The whole object as JSON, without apiVersion and kind."""
        return b"".join((self.begin, self.managers, self.end))

    def decode(self) -> Object:
        """The object, without apiVersion and kind; the caller's own."""
        return _decode(self.body)

    def at(self, version: int) -> "Stored":
        """The same as if it had been written at `version`."""
        begin = self.begin
        begin = b"%b%d%b" % (begin[:_VERSION_AT], version, begin[begin.index(b'"', _VERSION_AT) :])
        return replace(self, version=version, begin=begin)


class Event(Struct, eq=False):
    """One write to one object. `frames` is what encoders made of it: made once, sent to many."""

    version: int
    old: Stored | None
    new: Stored | None
    frames: dict[tuple[object, str], bytes] | None = None


class Watcher(Protocol):
    """Who is told of events, in their order."""

    def offer(self, event: Event) -> None:
        """Something was written."""

    def close(self) -> None:
        """Nothing will ever be written again."""


class Table:
    """The objects of one resource, their events and who watches them."""

    def __init__(self, group: str, resource: str) -> None:
        self.group, self.resource = group, resource
        self.objects: dict[str, Stored] = {}
        self.order: list[str] = []
        self.events: list[Event] = []
        self.version = 0
        """Of the last write."""
        self.begun = 0
        """Watches from before this version are expired, whatever is remembered."""
        self.last: Stored | None = None
        self._managers: dict[bytes, bytes] = {}
        self.watchers: dict[str, list[Watcher]] = {}
        """By namespace; those of all namespaces are under the empty one."""

    def keys(self, namespace: str = "") -> list[str]:
        """The keys, in their order; those of one namespace, or all."""
        if not namespace:
            return self.order
        start = bisect_left(self.order, f"{namespace}/")
        return self.order[start : bisect_left(self.order, f"{namespace}0", start)]

    def at(self, version: int, namespace: str = "") -> list[Stored]:
        """The objects as they were at `version`, in the order of their keys."""
        if version >= self.version:
            objects = self.objects
            return [objects[key] for key in self.keys(namespace)]
        past: dict[str, Stored] = dict(self.objects)
        for event in reversed(self.events):
            if event.version <= version:
                break
            if event.old is None:
                del past[_key(event)]
            else:
                past[event.old.key] = event.old
        return [past[key] for key in sorted(past) if not namespace or key.startswith(f"{namespace}/")]

    def since(self, version: int) -> Iterable[Event]:
        """The events after `version`."""
        return self.events[bisect_left(self.events, version + 1, key=lambda event: event.version) :]

    def shared(self, managers: bytes) -> bytes:
        """Equal managers of an object that was written lately, or these."""
        if len(self._managers) >= MANAGERS_SHARED:
            self._managers.clear()
        return self._managers.setdefault(managers, managers)

    def record(self, event: Event) -> None:
        """Take over a write, and tell it."""
        old, new = event.old, event.new
        if new is None:
            assert old is not None
            del self.objects[old.key]
            del self.order[bisect_left(self.order, old.key)]
        else:
            if old is None:
                insort(self.order, new.key)
            self.objects[new.key] = new
        self.events.append(event)
        if len(self.events) > FRAMES_KEPT:
            self.events[-FRAMES_KEPT - 1].frames = None
        self.version = event.version
        if self.watchers:
            for watcher in self._listening((new or old).namespace):  # type: ignore[union-attr]
                watcher.offer(event)

    def _listening(self, namespace: str) -> Iterator[Watcher]:
        yield from self.watchers.get("", ())
        if namespace:
            yield from self.watchers.get(namespace, ())


class Storage:
    """All tables, and the counter."""

    def __init__(self) -> None:
        self.version = 1
        self.compacted = 0
        """What happened up to this version is forgotten."""
        self.tables: dict[tuple[str, str], Table] = {}

    def table(self, group: str, resource: str) -> Table:
        """The table of a resource. All versions of a resource have the same."""
        found = self.tables.get((group, resource))
        if found is None:
            found = self.tables[group, resource] = Table(group, resource)
        return found

    def put(self, table: Table, obj: Object, fields: tuple[str, ...]) -> Stored:
        """Write an object, new or changed, and give it the next version. Takes the object; the caller drops it."""
        self.version += 1
        stored = _stored(obj, self.version, fields, table)
        table.last = stored
        table.record(Event(self.version, table.objects.get(stored.key), stored))
        return stored

    def remove(self, table: Table, key: str) -> Stored:
        """Remove an object. Returns it with the version of its removal."""
        self.version += 1
        old = table.objects[key]
        table.record(Event(self.version, old, None))
        return old.at(self.version)

    def begin_anew(self, table: Table) -> None:
        """End all watches of a table, and let none begin before now: the definition of its kind has changed."""
        table.begun = self.version
        for watchers in table.watchers.values():
            for watcher in tuple(watchers):
                watcher.close()

    def compact(self, version: int) -> None:
        """Forget what happened up to `version`: watches from before it, and lists of before it, are expired."""
        self.compacted = max(self.compacted, min(version, self.version))
        for table in self.tables.values():
            table.events = list(table.since(self.compacted))


def key_of(namespace: str, name: str) -> str:
    """Where an object is stored."""
    return f"{namespace}/{name}" if namespace else name


def _key(event: Event) -> str:
    stored = event.new or event.old
    assert stored is not None
    return stored.key


def _stored(obj: Object, version: int, fields: tuple[str, ...], table: Table) -> Stored:
    """Encode an object. What is the same as in the one that was written before is shared: objects come in swarms."""
    metadata, last = obj["metadata"], table.last
    rest = {field: value for field, value in metadata.items() if field not in _APART}
    begin = _encode({"metadata": {"uid": metadata["uid"], "resourceVersion": str(version), **rest}})[:-2]
    managers = b',"managedFields":%b' % _encode(metadata["managedFields"]) if "managedFields" in metadata else b""
    end = _encode({field: value for field, value in obj.items() if field not in NOT_STORED})
    end = b"},%b" % end[1:] if len(end) > len(b"{}") else b"}}"
    intern = sys.intern
    labels = metadata.get("labels") or _NOTHING
    if last is not None and last.labels == labels:
        labels = last.labels
    elif labels:
        labels = {intern(key): intern(value) for key, value in labels.items()}
    fields = last.fields if last is not None and last.fields == fields else fields
    owners = tuple(intern(reference["uid"]) for reference in metadata.get("ownerReferences", ()))
    owners = last.owners if last is not None and last.owners == owners else owners
    key = key_of(metadata.get("namespace", ""), metadata["name"])
    return Stored(
        key, version, begin, table.shared(managers), end, labels, fields, owners, "deletionTimestamp" in metadata
    )


_APART = frozenset(("uid", "resourceVersion", "managedFields"))
_NOTHING: dict[str, str] = {}
NOT_STORED = frozenset(("apiVersion", "kind", "metadata"))
