"""What is known of a collection: a typed cache with indexes that shows our own writes at once.

A watch tells what was written a moment later than the write's own answer. Until then a decision would be made on an
outdated view. So the answer of a write is put into the store, and an older state never replaces a newer one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

Key = tuple[str, str]
"""Namespace and name."""


class Metadata(Protocol):
    """The metadata that a store needs. What it reads of an object is nothing else."""

    @property
    def name(self) -> str:
        """Name."""

    @property
    def namespace(self) -> str:
        """Namespace."""

    @property
    def uid(self) -> str:
        """Unique for ever."""

    @property
    def resource_version(self) -> str:
        """Version of the object."""


class Object(Protocol):
    """An object of the API."""

    @property
    def metadata(self) -> Any:
        """Its Metadata."""


O = TypeVar("O", bound=Object)  # noqa: E741
Index = Callable[[O], Iterable[str]]


def key_of(o: Object) -> Key:
    """Return namespace and name of an object."""
    return (o.metadata.namespace, o.metadata.name)


class Store(Generic[O]):
    """Objects by key and by index. Indexes are functions from an object to the values under which it is found."""

    def __init__(self, indexes: Mapping[str, Index[O]] | None = None) -> None:
        self._objects: dict[Key, O] = {}
        self._indexes = dict(indexes or {})
        self._found: dict[str, dict[str, set[Key]]] = {name: {} for name in self._indexes}
        self._gone: dict[Key, str] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def __iter__(self) -> Iterator[O]:
        return iter(list(self._objects.values()))

    def get(self, namespace: str, name: str) -> O | None:
        """Return an object."""
        return self._objects.get((namespace, name))

    def by_index(self, index: str, value: str) -> list[O]:
        """Return the objects that are found under a value, by namespace and name."""
        return [self._objects[key] for key in sorted(self._found[index].get(value, ()))]

    def put(self, o: O) -> tuple[O | None, bool]:
        """Take in a state, of the watch or of our own write. Return what was there, and whether this is news."""
        key = key_of(o)
        old = self._objects.get(key)
        if self._gone.get(key) == o.metadata.uid or (old is not None and not _is_newer(o, old)):
            return old, False
        self._gone.pop(key, None)
        self._forget(key)
        self._objects[key] = o
        for index, function in self._indexes.items():
            for value in function(o):
                self._found[index].setdefault(value, set()).add(key)
        return old, True

    def remove(self, o: O, *, confirmed: bool) -> O | None:
        """Take out an object and return it.

        `confirmed` is the watch's word. After our own delete the watch may still tell of older states: they are not
        taken in until it confirms.
        """
        key = key_of(o)
        if confirmed:
            self._gone.pop(key, None)
        else:
            self._gone[key] = o.metadata.uid
        old = self._objects.get(key)
        if old is None or old.metadata.uid != o.metadata.uid:
            return None
        self._forget(key)
        return old

    def missing_from(self, objects: Iterable[O]) -> list[O]:
        """Return what is known here and not among `objects`."""
        there = {key_of(o) for o in objects}
        return [o for key, o in self._objects.items() if key not in there]

    def _forget(self, key: Key) -> None:
        old = self._objects.pop(key, None)
        if old is None:
            return
        for index, function in self._indexes.items():
            for value in function(old):
                keys = self._found[index][value]
                keys.discard(key)
                if not keys:
                    del self._found[index][value]


def _is_newer(new: Object, old: Object) -> bool:
    """Kubernetes promises that versions of one kind of objects are numbers that grow (KEP-5504)."""
    if new.metadata.uid != old.metadata.uid:
        return True
    return int(new.metadata.resource_version or 0) > int(old.metadata.resource_version or 0)
