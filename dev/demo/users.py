"""What the users see, as a part of the live view."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from dev.demo.client import Answered, Interval
from fairlead.cli.page import BAD, FAINT
from fairlead.cli.units import count, percent

TITLE = "What the users see, in the last second"


def users(intervals: Sequence[Interval]) -> Table:
    """Return each version that answered in the last second, and what was lost since the beginning."""
    table = Table(box=None, padding=(0, 3, 0, 0), header_style=FAINT, title=TITLE, title_justify="left")
    table.title_style = FAINT
    table.add_column("version")
    for column in ("requests/s", "errors", "median", "99 %"):
        table.add_column(column, justify="right")
    last = intervals[-1].versions if intervals else {}
    for version, answered in sorted(last.items()):
        table.add_row(version, *_figures(answered))
    lost, sent = sum(i.lost for i in intervals), sum(i.requests for i in intervals)
    table.caption = Text(f"{count(lost)} lost of {count(sent)} in all", style=BAD if lost else FAINT)
    table.caption_justify = "left"
    return table


def _figures(answered: Answered) -> tuple[Text, ...]:
    errors = Text(percent(answered.bad, answered.requests), style=BAD if answered.bad else "")
    return Text(count(answered.requests)), errors, Text(f"{answered.p50_ms:.0f} ms"), Text(f"{answered.p99_ms:.0f} ms")
