"""The report at the end, for people."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dev.demo.outcome import Outcome
from fairlead.cli.page import BAD, FAINT, GOOD, rows
from fairlead.cli.passages import passages
from fairlead.cli.units import clock, count, duration

ENDS = {"Promoted": "was promoted", "RolledBack": "went back", "Failed": "failed"}


def report(outcomes: Sequence[Outcome], broken: Sequence[str], now: datetime) -> RenderableType:
    """Return what happened in each release, and what was not as promised."""
    parts: list[RenderableType] = []
    for outcome in outcomes:
        style = GOOD if outcome.stage == outcome.promised else BAD
        headline = f"{outcome.version} {ENDS[outcome.stage]}  "
        revision = (f"{outcome.release.spec.to_revision}, release {outcome.release.metadata.name}", FAINT)
        parts += [Text.assemble((headline, style), revision), _indented(_steps(outcome, now)), Text()]
        parts += [_indented(rows(_seen(outcome))), Text()]
    if broken:
        parts.append(Text("Not as promised", style=BAD))
        parts += [_indented(Text(sentence)) for sentence in broken]
    else:
        parts.append(Text("All as promised.", style=GOOD))
    return Group(*parts)


def _indented(body: RenderableType) -> Padding:
    return Padding(body, (0, 0, 0, 2), expand=False)


def _steps(outcome: Outcome, now: datetime) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for passed in passages(outcome.release, now):
        took = duration(passed.took_s) if passed.took_s is not None else ""
        table.add_row(Text(clock(passed.began_at, now), style=FAINT), passed.name, Text(took, justify="right"))
    return table


def _seen(outcome: Outcome) -> Iterator[tuple[str, str]]:
    seen = outcome.account
    yield "requests", f"{count(seen.requests)} sent, {count(seen.lost)} lost, {count(seen.bad)} failed"
    if seen.breach_to_back_s is not None:
        yield "way back", f"{seen.breach_to_back_s:.1f} s from the first bad answer to all traffic back"
    yield "because", outcome.reason
