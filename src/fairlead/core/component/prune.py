"""Which Releases of a Component are of no use any more: the newest stay, and the one that brought in what serves."""

from collections.abc import Sequence

from fairlead.api.release import ENDED, Release
from fairlead.core.component.begin import Standing, is_numbered, number_of

KEPT_RELEASES = 10


def outdated(releases: Sequence[Release], found: Standing) -> tuple[Release, ...]:
    """Return the Releases that go, the oldest first. None goes while one is under way."""
    if found.active is not None:
        return ()
    ended = sorted((r for r in releases if is_numbered(r) and r.status.stage in ENDED), key=number_of)
    promoted = [r for r in ended if r.status.stage == "Promoted"]
    kept = {r.metadata.name for r in (*ended[-KEPT_RELEASES:], *promoted[-1:])}
    return tuple(r for r in ended if r.metadata.name not in kept)
