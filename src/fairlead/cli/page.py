"""One screen for people: a sentence that says it all, then sections for those who read on."""

import os
from collections.abc import Iterable

from msgspec import Struct
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

#: How a page feels, as the style of its first sentence.
GOOD = "bold green"
BAD = "bold red"
UNDER_WAY = "bold cyan"
CALM = "bold"
#: What is less important than the rest.
FAINT = "dim"
#: Where the output is no terminal, nobody says how wide it is.
FILE_WIDTH = 120


def console() -> Console:
    """Return the standard output."""
    found = Console(highlight=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = FILE_WIDTH
    return found


class Section(Struct, frozen=True):
    """A part of a page under a title of a few words."""

    title: str
    body: RenderableType


class Page(Struct, frozen=True, kw_only=True):
    """A sentence and what supports it."""

    headline: str
    tone: str
    sections: tuple[Section, ...] = ()

    def __rich__(self) -> RenderableType:
        """Lay the page out: the width is the console's."""
        parts: list[RenderableType] = [Text(self.headline, style=self.tone)]
        for section in self.sections:
            parts += [Text(), Text(section.title, style="bold"), Padding(section.body, (0, 0, 0, 2), expand=False)]
        return Group(*parts)


def rows(pairs: Iterable[tuple[str, str]]) -> Table:
    """Return lines of a short name and a sentence; the sentences wrap beside the names."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, sentence in pairs:
        table.add_row(Text(name, style=FAINT), Text(sentence))
    return table
