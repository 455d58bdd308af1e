"""Operators with two writes in the wrong order, to see that the sweep finds them: `... wrong_order ORDER operator ...`.

Each changes the order of what is there and nothing else, for as long as it is entered. The product knows nothing of
this.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from fairlead.api.component import Component
from fairlead.cli.main import main
from fairlead.controllers.release import Releases
from fairlead.core.release import stages
from fairlead.core.release.commands import Remove
from fairlead.core.release.decide import Decision
from fairlead.core.release.objects import brought_removed, services_of_the_revisions_removed
from fairlead.core.release.situation import Situation


@contextmanager
def weight_before_status() -> Iterator[None]:
    """The weight is raised, and then it is stored how far it may be raised."""
    store, carry_out = Releases._store, Releases._carry_out
    postponed: dict[int, tuple[Any, ...]] = {}

    async def store_later(_: Releases, drive: Any, *rest: Any) -> None:
        postponed[id(drive)] = rest

    async def carry_out_first(self: Releases, drive: Any, *rest: Any) -> None:
        await carry_out(self, drive, *rest)
        await store(self, drive, *postponed.pop(id(drive)))

    with patch.multiple(Releases, _store=store_later, _carry_out=carry_out_first):
        yield


@contextmanager
def service_before_route() -> Iterator[None]:
    """The Services of the revisions are removed, and then the routes return to the Service of everyone."""
    rest = tuple(goal for goal in stages.GOALS["Settling"] if goal is not services_of_the_revisions_removed)
    with patch.dict(stages.GOALS, {"Settling": (services_of_the_revisions_removed, *rest)}):
        yield


@contextmanager
def end_before_removal() -> Iterator[None]:
    """A Release counts as gone back, and then what it brought is removed. Only a crash between the two can tell."""
    carry_out = Releases._carry_out
    undoing = tuple(goal for goal in stages.GOALS["Undoing"] if goal is not brought_removed)

    async def remove_afterwards(self: Releases, drive: Any, c: Component, situation: Situation, d: Decision) -> None:
        if d.status.stage == "RolledBack":
            d = replace(d, commands=(Remove(objects=situation.pair.removable_brought),))
        await carry_out(self, drive, c, situation, d)

    with patch.dict(stages.GOALS, {"Undoing": undoing}), patch.object(Releases, "_carry_out", remove_afterwards):
        yield


ORDERS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    f.__name__: f for f in (weight_before_status, service_before_route, end_before_removal)
}

if __name__ == "__main__":
    with ORDERS[sys.argv[1]]():
        main(sys.argv[2:])
