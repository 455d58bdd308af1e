"""`fairlead get`: list Components, Releases or Revisions, or show one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from fairlead.cli.cluster import connect
from fairlead.cli.output import Format, object_list, printed
from fairlead.cli.table import LISTINGS, lines
from fairlead.cli.target import Target


async def get(
    target: Target, plural: str, name: str, now: datetime, *, form: Format | None, wide: bool, everywhere: bool
) -> str:
    """Return what `fairlead get` prints."""
    listing = LISTINGS[plural]
    async with connect(target) as cluster:
        found: Sequence[Any]
        if name:
            found = [await cluster.named(listing.resource, name, dict[str, Any])]
        else:
            found = await cluster.listed(listing.resource, dict[str, Any], everywhere=everywhere)
        if form is not None:
            return printed(found[0] if name else object_list(found), form)
        if not found:
            return f"No {plural} found{'' if everywhere else f' in namespace {cluster.namespace}'}."
        objects = [msgspec.convert(o, listing.struct) for o in found]
        return "\n".join(lines(listing, objects, now, wide=wide, namespaces=everywhere))
