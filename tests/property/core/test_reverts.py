"""Routes that a tool sets back, whenever it likes."""

from hypothesis import given
from hypothesis import strategies as st

from fairlead.core.release.commands import PatchRoute
from fairlead.core.release.reverts import FIGHT_REVERTS
from tests.unit.core.release.test_canary import V1, V2
from tests.unit.core.release.world import World

RULES = next(o for o in V1.objects if o.kind == "HTTPRoute").manifest["spec"]["rules"]


@given(st.lists(st.booleans(), min_size=30, max_size=80))
def test_a_route_is_written_a_bounded_number_of_times_whatever_a_tool_does(tool_writes: list[bool]):
    """Each stage and step may write once, and answer one revert of what the one before wrote."""
    world = World(candidate=V2, stable=V1)

    for writes in tool_writes:
        world.tool_rules = {"shop": RULES} if writes else {}
        world.turn()

    made = sum(isinstance(c, PatchRoute) for c in world.log)
    assert made <= 2 * len(world.status.passages) + FIGHT_REVERTS
