"""Whether a Component needs a new Release, and from where to where.

Inputs that failed are not tried again until they change or a person asks for it; inputs equal to stable's need
nothing. Stable is what the last promoted Release brought in, so that a lost status loses nothing; and where that
Release was deleted, the Component's status still tells.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from fairlead.api.component import ComponentStatus, Rejected
from fairlead.api.release import ENDED, Release
from fairlead.core.release.turn_back import NOT_REJECTED

_NOTHING = ComponentStatus()


class Standing(Struct, frozen=True, kw_only=True):
    """Where a Component stands, by its Releases alone."""

    stable: str
    """The Revision that serves; empty before the first was promoted."""
    active: Release | None
    """The Release under way."""
    last: Release | None
    """The newest Release."""
    rejected: Rejected | None
    """The inputs that failed in the newest Release and were not asked for again."""
    releases: int
    """The highest number a Release has had."""


def number_of(release: Release) -> int:
    """Return the number at the end of a Release's name."""
    return number_in(release.metadata.name)


def number_in(release_name: str) -> int:
    """Return the number at the end of the name of a Release; 0 where there is none."""
    number = release_name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def standing(releases: Sequence[Release], status: ComponentStatus = _NOTHING) -> Standing:
    """Read from its Releases, and from what its `status` remembers of those that were deleted, where it stands."""
    ordered = sorted((r for r in releases if is_numbered(r)), key=number_of)
    promoted = [r for r in ordered if r.status.stage == "Promoted"]
    last = ordered[-1] if ordered else None
    # A Release that ended after the status was written is the newest that the status knows, or newer.
    is_newest = bool(promoted) and number_of(promoted[-1]) >= status.releases
    return Standing(
        stable=promoted[-1].spec.to_revision if promoted and (is_newest or not status.stable) else status.stable,
        active=next((r for r in ordered if r.status.stage not in ENDED), None),
        last=last,
        rejected=_rejected(last),
        releases=max(number_of(last) if last else 0, status.releases),
    )


def is_numbered(release: Release) -> bool:
    """Whether a Release has a name that Fairlead gives: others were made by hand, and nothing follows from them."""
    return re.fullmatch(rf"{re.escape(release.spec.component)}-[1-9][0-9]*", release.metadata.name) is not None


def _rejected(last: Release | None) -> Rejected | None:
    if last is None or last.status.stage not in ("RolledBack", "Failed") or last.spec.requested == "Retry":
        return None
    because = last.status.because
    if because is None or because.reason in NOT_REJECTED:
        return None
    return Rejected(
        revision=last.spec.to_revision, release=last.metadata.name, reason=because.reason, message=because.message
    )


def needs_release(s: Standing, wanted_revision: str) -> bool:
    """Return whether a new Release towards `wanted_revision` begins now."""
    if s.active is not None or wanted_revision == s.stable:
        return False
    return s.rejected is None or s.rejected.revision != wanted_revision
