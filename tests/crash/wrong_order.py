"""Operators with two writes in the wrong order, to see that the sweep finds them: `... wrong_order ORDER operator ...`.

Each changes the order of what is there and nothing else. The product knows nothing of this.
"""

import sys
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from fairlead.api.component import Component
from fairlead.cli.main import main
from fairlead.controllers.release import Releases
from fairlead.core.release import stages
from fairlead.core.release.commands import Remove
from fairlead.core.release.decide import Decision
from fairlead.core.release.objects import brought_removed, services_of_the_revisions_removed
from fairlead.core.release.situation import Situation


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


def end_before_removal() -> None:
    """A Release counts as gone back, and then what it brought is removed. Only a crash between the two can tell."""
    carry_out = Releases._carry_out
    stages.GOALS["Undoing"] = tuple(goal for goal in stages.GOALS["Undoing"] if goal is not brought_removed)  # type: ignore[index]

    async def remove_afterwards(self: Releases, drive: Any, c: Component, situation: Situation, d: Decision) -> None:
        if d.status.stage == "RolledBack":
            d = replace(d, commands=(Remove(objects=situation.pair.removable_brought),))
        await carry_out(self, drive, c, situation, d)

    _put(Releases, _carry_out=remove_afterwards)


def _put(into: type, **methods: Any) -> None:
    for name, method in methods.items():
        setattr(into, name, method)


ORDERS: dict[str, Callable[[], None]] = {
    f.__name__: f for f in (weight_before_status, service_before_route, end_before_removal)
}

if __name__ == "__main__":
    ORDERS[sys.argv[1]]()
    main(sys.argv[2:])
