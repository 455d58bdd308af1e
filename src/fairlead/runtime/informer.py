"""An informer keeps a Store true to a collection of the API, and tells its handlers what changed."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from fairlead.kube.client import Client
from fairlead.kube.errors import ApiError
from fairlead.kube.resource import Resource
from fairlead.kube.watch import Changed, Deleted, Listed, follow
from fairlead.runtime.store import Change, Index, Object, Store

O = TypeVar("O", bound=Object)  # noqa: E741
Handler = Callable[[O | None, O | None], None]
"""Called with the old and the new state; None for what was not there, or is not any more."""


@dataclass(eq=False)
class Informer(Generic[O]):
    """One collection, followed. `run` never ends by itself; `synced` is set once the first list is in."""

    client: Client
    resource: Resource
    kind: type[O]
    rng: random.Random
    label_selector: str = ""
    indexes: Mapping[str, Index[O]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store: Store[O] = Store(self.indexes)
        self.synced = asyncio.Event()
        self._handlers: list[Handler[O]] = []

    def on_change(self, handler: Handler[O]) -> None:
        """Call `handler` at every change."""
        self._handlers.append(handler)

    def wrote(self, o: O) -> None:
        """Show the answer of our own write at once."""
        self._tell(self.store.wrote(o))

    async def run(self) -> None:
        """Follow the collection."""
        events = follow(
            self.client,
            self.resource,
            self.kind,
            self.rng,
            label_selector=self.label_selector,
            on_trouble=self._report,
        )
        async for event in events:
            match event:
                case Listed(items=items, resource_version=version):
                    self._tell(self.store.listed(items, int(version or 0)))
                    if not version and not self.synced.is_set():
                        structlog.get_logger().info("this kind is not installed", resource=self.resource.plural)
                    self.synced.set()
                case Changed(object=o):
                    self._tell(self.store.told(o))
                case Deleted(object=o):
                    self._tell(self.store.told(o, is_gone=True))

    def _report(self, error: Exception) -> None:
        # A watch whose history was forgotten is every day's business; what cannot be decoded is not.
        log = structlog.get_logger().bind(resource=self.resource.plural)
        (log.warning if isinstance(error, ApiError) else log.error)("the watch begins anew", error=str(error))

    def _tell(self, changes: list[Change[O]]) -> None:
        for old, new in changes:
            for handler in self._handlers:
                handler(old, new)
