"""Operators with two writes in the wrong order, to see that the sweep finds them: `... wrong_order ORDER operator ...`.

Each changes the order of what is there and nothing else. The product knows nothing of this.
"""

import sys
from collections.abc import Callable
from typing import Any

from fairlead.cli.main import main
from fairlead.controllers.component import Components
from fairlead.controllers.release import Releases
from fairlead.core.release import stages
from fairlead.core.release.objects import services_of_the_revisions_removed


def weight_before_status() -> None:
    """The weight is raised, and then it is stored how far it may be raised."""
    store, carry_out = Releases._store, Releases._carry_out
    postponed: dict[int, tuple[Any, ...]] = {}

    async def store_later(_: Releases, drive: Any, *rest: Any) -> None:
        postponed[id(drive)] = rest

    async def carry_out_first(self: Releases, drive: Any, *rest: Any) -> None:
        await carry_out(self, drive, *rest)
        await store(self, drive, *postponed.pop(id(drive)))

    _put(Releases, _store=store_later, _carry_out=carry_out_first)


def service_before_route() -> None:
    """The Services of the revisions are removed, and then the routes return to the Service of everyone."""
    rest = tuple(goal for goal in stages.GOALS["Settling"] if goal is not services_of_the_revisions_removed)
    stages.GOALS["Settling"] = (services_of_the_revisions_removed, *rest)  # type: ignore[index]


def release_before_revision() -> None:
    """The Release is created, and then the Revision that it names. Only a crash between the two can tell."""
    begin = Components._begin

    class Later:
        """Revisions that are stored when the Release is there."""

        stored: tuple[Any, ...] = ()

        async def store(self, *what: Any) -> None:
            self.stored = what

    async def begin_first(self: Components, *rest: Any) -> Any:
        revisions, later = self._revisions, Later()
        self._revisions = later  # type: ignore[assignment]
        try:
            told = await begin(self, *rest)
        finally:
            self._revisions = revisions
        if later.stored:
            await revisions.store(*later.stored)
        return told

    _put(Components, _begin=begin_first)


def _put(into: type, **methods: Any) -> None:
    for name, method in methods.items():
        setattr(into, name, method)


ORDERS: dict[str, Callable[[], None]] = {
    f.__name__: f for f in (weight_before_status, service_before_route, release_before_revision)
}

if __name__ == "__main__":
    ORDERS[sys.argv[1]]()
    main(sys.argv[2:])
