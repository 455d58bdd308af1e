"""What a renderer shows on a screen without colours."""

from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType

WIDTH = 110


def shown(renderable: RenderableType) -> str:
    console = Console(file=StringIO(), width=WIDTH, highlight=False, force_terminal=False, _environ={})
    console.print(renderable)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def golden(*parts: str) -> str:
    return Path(__file__).parent.joinpath(*parts).read_text()
