"""`fairlead why`: fetch what is needed for the answer, and print it."""

from datetime import datetime

from fairlead.cli.cluster import connect
from fairlead.cli.output import Format, printed
from fairlead.cli.page import console
from fairlead.cli.target import Target
from fairlead.cli.why import why
from fairlead.cli.why_page import why_page


async def ask_why(target: Target, name: str, now: datetime, form: Format | None) -> None:
    """Print why a Component stands where it stands."""
    async with connect(target) as cluster:
        answer = why(await cluster.component(name), await cluster.releases(name), now)
    if form is not None:
        print(printed(answer, form))
        return
    console().print(why_page(answer, now))
