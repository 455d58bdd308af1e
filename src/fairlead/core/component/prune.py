"""Which records of a Component are of no use any more.

Of the Releases the newest stay, and the one that brought in what serves; of the Revisions those that these name, what
serves, and what is wanted.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from fairlead.api.release import ENDED, Release
from fairlead.core.component.begin import Standing, is_numbered, number_in, number_of

KEPT_RELEASES = 10


class Record(Struct, frozen=True, kw_only=True):
    """A Revision, as far as it matters whether it is used."""

    name: str
    stored_for: str
    """The newest Release that it was stored for; empty where it was not stored to the end."""
    is_left_over: bool
    """Whether it belongs to a Component of the same name that is gone."""


def outdated(releases: Sequence[Release], found: Standing) -> tuple[Release, ...]:
    """Return the Releases that go, the oldest first. None goes while one is under way."""
    if found.active is not None:
        return ()
    ended = sorted((r for r in releases if is_numbered(r) and r.status.stage in ENDED), key=number_of)
    promoted = [r for r in ended if r.status.stage == "Promoted"]
    kept = {r.metadata.name for r in (*ended[-KEPT_RELEASES:], *promoted[-1:])}
    return tuple(r for r in ended if r.metadata.name not in kept)


def unused(revisions: Iterable[Record], kept: Iterable[Release], found: Standing, wanted: str) -> tuple[str, ...]:
    """Return the names of the Revisions that go when these Releases are kept. None goes while one is under way.

    A Revision that was stored for a Release that is not known yet stays: the view is outdated, or the Release is about
    to begin.
    """
    if found.active is not None:
        return ()
    named = {name for r in kept for name in (r.spec.to_revision, r.spec.from_revision)} | {found.stable, wanted}
    return tuple(
        sorted(
            r.name
            for r in revisions
            if r.is_left_over or (r.name not in named and number_in(r.stored_for) <= found.releases)
        )
    )
