"""The live view of a Release: where it is on its way, both revisions side by side, what the judge thinks and why.

Pure: what is shown follows from the arguments alone, so that a demonstration can show the same with figures of its own.
"""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from fairlead.api.component import Component
from fairlead.api.release import ENDED, Release
from fairlead.cli.evidence import follows
from fairlead.cli.page import BAD, FAINT, GOOD, UNDER_WAY
from fairlead.cli.sides import Side, Sides
from fairlead.cli.track import track
from fairlead.cli.units import count, duration, percent, seconds_since
from fairlead.cli.where import release_stands
from fairlead.core.release.hold import HOLDING, JUDGING
from fairlead.core.release.situation import steps_of

BAR_WIDTH = 40
STABLE, CANDIDATE = "blue", "magenta"
MARKS = {"behind": ("●", "green"), "here": ("◉", UNDER_WAY), "ahead": ("○", FAINT)}


def view(
    component: Component,
    release: Release,
    sides: Sides,
    *,
    now: datetime,
    stored_for_s: float = 0,
    is_dense: bool = False,
    extra: RenderableType | None = None,
) -> RenderableType:
    """Return the live view of one Release.

    Fairlead stores how long it has held only now and then: what is shown goes on from `stored_for_s` ago. A dense view
    is for a low screen. `extra` is shown at the end, for figures that Fairlead does not have.
    """
    parts: list[RenderableType] = [
        Text(release_stands(release, now), style=_tone(release)),
        _track(release),
        _weight(release, stored_for_s),
        _revisions(release, sides),
        _judge(release),
    ]
    if extra is not None:
        parts.append(extra)
    if not is_dense:
        parts = [part for each in parts for part in (each, Text())][:-1]
    age_s = seconds_since(release.status.started_at, now) if release.status.started_at else 0
    took = "" if release.status.stage in ENDED else f"  {duration(age_s)}"
    name = f"{component.metadata.name} / {release.metadata.name}{took}"
    padding = (0, 1) if is_dense else (1, 2)
    return Panel(Group(*parts), title=name, title_align="left", border_style=FAINT, padding=padding)


def _tone(release: Release) -> str:
    if release.status.stage in ("Returning", "Undoing", "RolledBack", "Failed"):
        return BAD
    return GOOD if release.status.stage == "Promoted" else UNDER_WAY


def _track(release: Release) -> Text:
    line = Text()
    for i, stop in enumerate(track(release)):
        mark, style = MARKS[stop.state]
        if stop.state == "here":
            style = _tone(release)
        line.append(" ── " if i else "", style=FAINT)
        line.append(f"{mark} {stop.name}", style=style)
    return line


def _weight(release: Release, stored_for_s: float) -> Table:
    """The share of the requests on either side, and how far the hold of the step has come."""
    weight = release.status.weight_percent
    table = Table.grid(padding=(0, 2, 0, 0))
    bar = Text("█" * (BAR_WIDTH - BAR_WIDTH * weight // 100), style=STABLE)
    bar.append("▒" * (BAR_WIDTH * weight // 100), style=CANDIDATE)
    told = Text.assemble((f"{100 - weight} % stable", STABLE), "  ", (f"{weight} % candidate", CANDIDATE))
    table.add_row(Text("weight", style=FAINT), bar, told)
    hold_s, held_s = _hold(release, stored_for_s)
    if hold_s:
        progress = ProgressBar(total=hold_s, completed=held_s, width=BAR_WIDTH)
        table.add_row(Text("held", style=FAINT), progress, Text(f"{held_s:.0f} s of {hold_s:.0f} s"))
    return table


def _hold(release: Release, stored_for_s: float) -> tuple[float, float]:
    """The time for which the stage is held, and for which it was, in seconds; 0 where nothing is held."""
    status = release.status
    hold_s = 0
    if status.stage == "Watching":
        hold_s = release.spec.plan.watch_seconds
    elif status.stage == "Shifting":
        hold_s = steps_of(release)[status.step].hold_seconds
    holds = status.waiting is not None and status.waiting.reason in (HOLDING, JUDGING)
    return hold_s, min(hold_s, status.held_ms / 1000 + (stored_for_s if holds else 0))


def _revisions(release: Release, sides: Sides) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style=FAINT)
    for column in ("", "revision"):
        table.add_column(column)
    for column in ("pods ready", "requests/s", "errors", "slow"):
        table.add_column(column, justify="right")
    if release.spec.from_revision:
        table.add_row(Text("stable", style=STABLE), release.spec.from_revision, *_figures(sides.stable))
    table.add_row(Text("candidate", style=CANDIDATE), release.spec.to_revision, *_figures(sides.candidate))
    return table


def _figures(side: Side) -> Iterator[str]:
    yield f"{side.pods.ready} of {side.pods.wanted}" if side.pods else "-"
    yield count(side.requests_per_s) if side.requests_per_s is not None else "-"
    for ratio in (side.error_ratio, side.slow_ratio):
        yield percent(ratio, 1) if ratio is not None else "-"


def _judge(release: Release) -> Table:
    """What the judge thinks, what the evidence is, and what is waited for."""
    status = release.status
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for workload, told in follows(status.evidence, release.spec.plan.judge, is_open=status.stage not in ENDED):
        table.add_row(Text(workload, style=FAINT), Text(told))
    if status.waiting is not None and status.waiting.reason != HOLDING:
        table.add_row(Text("waits", style=FAINT), Text(status.waiting.message))
    return table


def line(release: Release, now: datetime) -> str:
    """Return where a Release stands as one line for a log."""
    status = release.status
    waits = f" {status.waiting.reason}: {status.waiting.message}" if status.waiting else ""
    return f"{release_stands(release, now)}{waits}"
