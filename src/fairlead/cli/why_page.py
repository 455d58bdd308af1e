"""The answer of `fairlead why` on one screen."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairlead.cli.evidence import counts, follows
from fairlead.cli.page import BAD, CALM, FAINT, GOOD, UNDER_WAY, Page, Section, rows
from fairlead.cli.passages import Passed
from fairlead.cli.units import clock, duration
from fairlead.cli.why import Why

TONES = {"Good": GOOD, "Bad": BAD, "UnderWay": UNDER_WAY, "Calm": CALM}
#: A screen has room for this many passages; of a long plan the last ones are shown.
MOST_PASSAGES = 8


def why_page(why: Why, now: datetime) -> Page:
    """Lay the answer out. Times are shown in the time zone of `now`."""
    return Page(headline=why.sentence, tone=TONES[why.state], sections=tuple(_sections(why, now)))


def _sections(why: Why, now: datetime) -> Iterator[Section]:
    if why.holds is not None:
        title = "What stands in the way" if why.serves else "What holds it"
        yield Section(title, Text.assemble(f"{why.holds.message} ", (f"({why.holds.reason})", FAINT)))
    if why.serves:
        yield Section("Now", Text(why.serves))
    yield Section("What can change that", rows((way.who, way.how) for way in why.can_change))
    if why.evidence:
        yield Section(
            "Evidence", Group(counts(why.evidence), rows(follows(why.evidence, why.judge, is_open=not why.serves)))
        )
    if why.passages:
        yield Section(f"The way of {why.release}", _passages(why.passages[-MOST_PASSAGES:], now))


def _passages(passed: tuple[Passed, ...], now: datetime) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in passed:
        took = duration(one.took_s) if one.took_s is not None else ""
        because = one.because.split("; ")[0]
        table.add_row(Text(clock(one.began_at, now), style=FAINT), one.name, Text(took, style=FAINT), Text(because))
    return table
