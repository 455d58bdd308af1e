"""The stages and steps of a Release as one track: what is behind, where it stands, what lies ahead."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from fairlead.api.release import ENDED, Release
from fairlead.cli.passages import STAGES, stage_says
from fairlead.core.release.situation import steps_of


class Stop(NamedTuple):
    """One stage or step on the track."""

    name: str
    state: Literal["behind", "here", "ahead"]


def track(release: Release) -> tuple[Stop, ...]:
    """Return all stops, those of the way back once the Release has turned."""
    passed = [stage_says(p) for p in release.status.passages]
    if release.status.stage in ENDED:
        return tuple(Stop(name, "behind") for name in passed)
    *behind, here = passed or [STAGES["Preparing"]]
    return (
        *(Stop(name, "behind") for name in behind),
        Stop(here, "here"),
        *(Stop(name, "ahead") for name in _ahead(release)),
    )


def _ahead(release: Release) -> Iterator[str]:
    status = release.status
    forward = ("Preparing", "Shifting", "Switching", "Watching", "Settling")
    if status.stage == "Returning":
        yield STAGES["Undoing"]
    if status.stage not in forward:
        return
    left = forward[forward.index(status.stage) :]
    if release.spec.from_revision and "Shifting" in left:
        begin = 0 if status.stage == "Preparing" else status.step + 1
        yield from (f"{step.weight_percent} %" for step in steps_of(release)[begin:])
    for stage in left[1:]:
        if stage != "Shifting" and (stage != "Watching" or release.spec.from_revision):
            yield STAGES[stage]
