"""The stories that are told again and again, each time with the operator killed somewhere else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from tests.crash.world import World


@dataclass(frozen=True)
class Scenario:
    """A story that begins with v1 serving and an operator at rest."""

    name: str
    tell: Callable[[World], Awaitable[None]]
    stays: frozenset[str]
    """Versions of front whose pods must not end, whatever happens."""
    earns: frozenset[str] = frozenset()
    """Versions that must have been held at every step before they serve alone."""
    begins_with_v1: bool = True
    leaves: Literal["something new", "what was there", "nothing"] = "something new"
    """What serves at the end, records apart."""


async def _first(w: World) -> None:
    await w.want("v1")
    await w.ended(1, "Promoted")


async def _good(w: World) -> None:
    await w.want("v2")
    await w.ended(2, "Promoted")


async def _bad(w: World) -> None:
    await w.want("bad")
    await w.ended(2, "RolledBack")


async def _superseded(w: World) -> None:
    await w.want("v3")
    await w.held(2, 0)
    await w.want("v4")
    await w.ended(3, "Promoted")


async def _removed_midway(w: World) -> None:
    await w.want("v3")
    await w.held(2, 0)
    await _removed(w)


async def _removed(w: World) -> None:
    w.traffic.flows = False
    await w.api.delete("components", w.namespace, "shop")
    await w.gone()


async def _removed_without_records(w: World) -> None:
    w.traffic.flows = False
    await w.process.kill()
    await w.api.delete("components", w.namespace, "shop")
    for kind in ("releases", "revisions", "secrets"):
        for o in await w.api.list(kind, w.namespace):
            await w.api.delete(kind, w.namespace, o["metadata"]["name"])
    await w.process.start()
    await w.gone()


FIRST = Scenario("first", _first, stays=frozenset({"v1"}), begins_with_v1=False)
GOOD = Scenario("good", _good, stays=frozenset({"v2"}), earns=frozenset({"v2"}))
BAD = Scenario("bad", _bad, stays=frozenset({"v1"}), leaves="what was there")
SUPERSEDED = Scenario("superseded", _superseded, stays=frozenset({"v4"}), earns=frozenset({"v4"}))
REMOVED = Scenario("removed", _removed, stays=frozenset(), leaves="nothing")
REMOVED_MIDWAY = Scenario("removed-midway", _removed_midway, stays=frozenset(), leaves="nothing")
REMOVED_WITHOUT_RECORDS = Scenario(
    "removed-without-records", _removed_without_records, stays=frozenset(), leaves="nothing"
)
ALL = (FIRST, GOOD, BAD, SUPERSEDED, REMOVED, REMOVED_MIDWAY, REMOVED_WITHOUT_RECORDS)
