"""Names of Components for the shell's completion."""

import asyncio

from fairlead.api.component import Component
from fairlead.cli.cluster import COMPONENTS, connect
from fairlead.cli.failure import Failure
from fairlead.cli.target import Target

#: Who presses the tabulator does not wait longer.
PATIENCE_S = 2.0


def names(target: Target) -> list[str]:
    """Return the names of the Components there; none where the cluster cannot be asked."""
    try:
        return asyncio.run(asyncio.wait_for(_names(target), PATIENCE_S))
    except (Failure, TimeoutError):
        return []


async def _names(target: Target) -> list[str]:
    async with connect(target) as cluster:
        return sorted(c.metadata.name for c in await cluster.listed(COMPONENTS, Component))
