"""The answer of `fairlead plan` on a screen."""

from collections.abc import Iterator

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairlead.cli.page import BAD, CALM, FAINT, GOOD, Page, Section, rows
from fairlead.cli.plan import Change, Plan
from fairlead.cli.units import count, duration

TONES = {"Release": GOOD, "First": GOOD, "Nothing": CALM, "UnderWay": CALM, "Rejected": BAD, "Refused": BAD}
#: What happens to objects, in the order of interest.
CHANGES: dict[Change, str] = {
    "Copied": "copied, beside the old",
    "Changed": "changed with the traffic",
    "Added": "added",
    "Removed": "removed at the end",
    "Shared": "unchanged, shared by both",
    "Kept": "unchanged",
}
#: What is known without a cluster.
UNCOMPARED: dict[Change, str] = {"Copied": "copied where it differs", "Added": "one for all revisions"}


def plan_page(plan: Plan) -> Page:
    """Lay the plan out."""
    return Page(headline=_headline(plan), tone=TONES[plan.outcome], sections=tuple(_sections(plan)))


def _headline(plan: Plan) -> str:
    name = plan.component
    match plan.outcome:
        case "Refused":
            wrong = "one thing is wrong" if len(plan.refused) == 1 else f"{len(plan.refused)} things are wrong"
            return f"{name} would be refused: {wrong} with it. Nothing that serves would be touched."
        case "Nothing":
            return f"Nothing would happen: {plan.revision} serves already."
        case "UnderWay":
            return f"Nothing would begin: {plan.revision} is being released already, by Release {plan.release}."
        case "Rejected":
            return f"{plan.revision} would not be released: it went back before, and is not tried again as it is."
        case "First":
            return f"{name} would be brought up for the first time, as {plan.revision}."
        case _ if not plan.steps:
            return f"{name} would be released as {plan.revision}, in one step: no route leads to what differs."
        case _:
            least_s = sum(step.hold_seconds for step in plan.steps) + plan.watch_seconds
            before = f" from {plan.stable}" if plan.stable else ""
            takes = f"{len(plan.steps)} steps and at least {duration(least_s)}"
            return f"{name} would be released{before} to {plan.revision} in {takes}."


def _sections(plan: Plan) -> Iterator[Section]:
    if plan.compared:
        yield Section("Not compared with the cluster", Text(plan.compared))
    if plan.refused:
        yield Section("What is wrong", Group(*(Text(f"{wrong}") for wrong in plan.refused)))
        return
    if plan.outcome == "Rejected" and plan.rejected is not None:
        yield Section("Why", Text(plan.rejected.message))
        again = f"fairlead retry {plan.component} -n {plan.namespace}"
        yield Section("What can change that", rows([("you", f"change it, or try it again: {again}")]))
    yield Section("Objects", _objects(plan))
    if plan.outcome == "Release" and plan.steps:
        yield Section("Steps", _steps(plan))
    if plan.warnings:
        yield Section("Good to know", Group(*(Text(f"{warning}.") for warning in plan.warnings)))


def _objects(plan: Plan) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for change, says in (UNCOMPARED if plan.compared else CHANGES).items():
        title = says
        for o in (o for o in plan.objects if o.change == change):
            renamed = f"{o.source_name} as {o.name}" if o.name != o.source_name else o.name
            table.add_row(Text(title, style=FAINT), o.kind, renamed)
            title = ""
    return table


def _steps(plan: Plan) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style=FAINT)
    for title in ("weight", "held", "must see", "takes longer below"):
        table.add_column(title, justify="right")
    for step in plan.steps:
        held = duration(step.hold_seconds) if step.hold_seconds else "-"
        needs = (
            (f"{count(step.requests)} requests", f"{step.requests_per_s:,.1f} requests/s")
            if step.requests
            else ("-", "-")
        )
        table.add_row(f"{step.weight_percent} %", held, *needs)
    table.add_row("watch", duration(plan.watch_seconds), "-", "-")
    return table
