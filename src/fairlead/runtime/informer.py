"""An informer keeps a Store true to a collection of the API, and tells its handlers what changed."""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from fairlead.kube.client import Client
from fairlead.kube.resource import Resource
from fairlead.kube.watch import Changed, Deleted, Listed, follow
from fairlead.runtime.store import Index, Object, Store

O = TypeVar("O", bound=Object)  # noqa: E741
Handler = Callable[[O | None, O | None], None]
"""Called with the old and the new state; None for what was not there, or is not any more."""


class Informer(Generic[O]):
    """One collection, followed. `run` never ends by itself; `synced` is set once the first list is in."""

    def __init__(
        self,
        client: Client,
        resource: Resource,
        kind: type[O],
        rng: random.Random,
        *,
        label_selector: str = "",
        indexes: Mapping[str, Index[O]] | None = None,
    ) -> None:
        self.resource = resource
        self.store: Store[O] = Store(indexes)
        self.synced = asyncio.Event()
        self._client = client
        self._kind = kind
        self._rng = rng
        self._label_selector = label_selector
        self._handlers: list[Handler[O]] = []

    def on_change(self, handler: Handler[O]) -> None:
        """Call `handler` at every change."""
        self._handlers.append(handler)

    def wrote(self, o: O) -> None:
        """Show the answer of our own write at once."""
        self._put(o)

    def deleted(self, o: O) -> None:
        """Show that we deleted an object, before the watch says so."""
        self._remove(o, confirmed=False)

    async def run(self) -> None:
        """Follow the collection."""
        events = follow(self._client, self.resource, self._kind, self._rng, label_selector=self._label_selector)
        async for event in events:
            match event:
                case Listed(items=items):
                    for o in self.store.missing_from(items):
                        self._remove(o, confirmed=True)
                    for o in items:
                        self._put(o)
                    self.synced.set()
                case Changed(object=o):
                    self._put(o)
                case Deleted(object=o):
                    self._remove(o, confirmed=True)

    def _put(self, o: O) -> None:
        old, news = self.store.put(o)
        if news:
            self._tell(old, o)

    def _remove(self, o: O, *, confirmed: bool) -> None:
        old = self.store.remove(o, confirmed=confirmed)
        if old is not None:
            self._tell(old, None)

    def _tell(self, old: O | None, new: O | None) -> None:
        for handler in self._handlers:
            handler(old, new)
