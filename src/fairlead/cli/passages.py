"""The stages and steps that a Release passed through, with their times."""

from datetime import datetime

from msgspec import Struct

from fairlead.api.release import ENDED, Passage, Release
from fairlead.cli.units import moment

STAGES = {
    "Preparing": "prepare",
    "Switching": "switch Services",
    "Watching": "watch",
    "Settling": "settle",
    "Promoted": "promoted",
    "Returning": "traffic back",
    "Undoing": "undo",
    "RolledBack": "went back",
    "Failed": "failed",
}


class Passed(Struct, frozen=True, kw_only=True, rename="camel"):
    """One stage or step on the way of a Release."""

    name: str
    began_at: str
    """RFC 3339."""
    took_s: float | None
    """How long it took, or takes so far; None for an end."""
    because: str


def stage_says(passage: Passage) -> str:
    """Name a stage or step in a word or two."""
    return f"{passage.weight_percent} %" if passage.stage == "Shifting" else STAGES[passage.stage]


def passages(release: Release, now: datetime) -> tuple[Passed, ...]:
    """Return what the Release passed through, the newest last."""
    began = [moment(p.started_at, now.tzinfo) for p in release.status.passages]
    end = moment(release.status.ended_at, now.tzinfo) if release.status.ended_at else now
    return tuple(
        Passed(
            name=stage_says(passage),
            began_at=passage.started_at,
            took_s=None if passage.stage in ENDED else (after - at).total_seconds(),
            because=passage.because,
        )
        for passage, at, after in zip(release.status.passages, began, [*began, end][1:], strict=True)
    )
