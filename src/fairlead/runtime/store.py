"""What is known of a collection: a typed cache with indexes that shows our own writes at once.

A watch tells what was written a moment later than the write's own answer. Until then a decision would be made on an
outdated view. So the answer of a write is put into the store, and what is told later and is older changes nothing.

Kubernetes promises that resourceVersions of one kind of objects are numbers that grow with time (KEP-5504). `version`
is the one up to which everything was told: a state at or before it is the truth only if the watch or a list says so, a
state after it is one that only our own write can have shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

Key = tuple[str, str]
"""Namespace and name."""


class Object(Protocol):
    """An object of the API. What a store reads of its metadata is name, namespace and resource_version."""

    @property
    def metadata(self) -> Any:
        """Its metadata."""


O = TypeVar("O", bound=Object)  # noqa: E741
Index = Callable[[O], Iterable[str]]
Change = tuple[O | None, O | None]
"""The old and the new state; None for what was not there, or is not any more."""


def key_of(o: Object) -> Key:
    """Return namespace and name of an object."""
    return (o.metadata.namespace, o.metadata.name)


class Store(Generic[O]):
    """Objects by key and by index. Indexes are functions from an object to the values under which it is found.

    Every method that takes something in returns the changes that this made.
    """

    def __init__(self, indexes: Mapping[str, Index[O]] | None = None) -> None:
        self.version = 0
        self._objects: dict[Key, O] = {}
        self._indexes = dict(indexes or {})
        self._found: dict[str, dict[str, set[Key]]] = {name: {} for name in self._indexes}

    def __iter__(self) -> Iterator[O]:
        return iter(list(self._objects.values()))

    def get(self, namespace: str, name: str) -> O | None:
        """Return an object."""
        return self._objects.get((namespace, name))

    def by_index(self, index: str, value: str) -> list[O]:
        """Return the objects that are found under a value, by namespace and name."""
        return [self._objects[key] for key in sorted(self._found[index].get(value, ()))]

    def listed(self, objects: Iterable[O], version: int) -> list[Change[O]]:
        """Take in the whole collection as it was at `version`: what is not in it is gone."""
        # A version that goes back is a cluster that was restored: nothing that was known counts any more.
        is_restored = version < self.version
        self.version = version
        there = {key_of(o): o for o in objects}
        ours = {key for key, o in self._objects.items() if _version(o) > version and not is_restored}
        gone = [self._set(key, None) for key in sorted(self._objects.keys() - there.keys() - ours)]
        same = {key for key, o in self._objects.items() if key in there and _version(there[key]) == _version(o)}
        return gone + [self._set(key, o) for key, o in there.items() if key not in ours | same]

    def told(self, o: O, *, is_gone: bool = False) -> list[Change[O]]:
        """Take in what the watch tells."""
        self.version = max(self.version, _version(o))
        key = key_of(o)
        old = self._objects.get(key)
        if old is None:
            return [] if is_gone else [self._set(key, o)]
        if _version(old) > _version(o) or (_version(old) == _version(o) and not is_gone):
            return []
        return [self._set(key, None if is_gone else o)]

    def wrote(self, o: O) -> list[Change[O]]:
        """Take in the answer of our own write, unless the watch was faster: it knows what came after."""
        old = self._objects.get(key_of(o))
        if _version(o) <= self.version or (old is not None and _version(old) >= _version(o)):
            return []
        return [self._set(key_of(o), o)]

    def _set(self, key: Key, new: O | None) -> Change[O]:
        old = self._objects.pop(key, None)
        for name, index in self._indexes.items():
            found = self._found[name]
            for value in index(old) if old is not None else ():
                found[value].discard(key)
                if not found[value]:
                    del found[value]
            for value in index(new) if new is not None else ():
                found.setdefault(value, set()).add(key)
        if new is not None:
            self._objects[key] = new
        return old, new


def _version(o: Object) -> int:
    return int(o.metadata.resource_version)
