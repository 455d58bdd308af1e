"""Components, Releases and Revisions as the rows of a table, with the columns that people look for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct

from fairlead.api.component import Component
from fairlead.api.release import Release
from fairlead.api.revision import Revision
from fairlead.cli.cluster import COMPONENTS, RELEASES, REVISIONS
from fairlead.cli.units import age, percent, seconds_since
from fairlead.core.component.begin import number_of
from fairlead.core.release.situation import steps_of
from fairlead.kube.resource import Resource

NOTHING = "-"


class Column(NamedTuple):
    """A column, and what it shows of an object."""

    title: str
    cell: Callable[[Any], str]
    wide: bool = False


class Listing(Struct, frozen=True):
    """How objects of one kind are listed."""

    resource: Resource
    struct: type[Any]
    columns: tuple[Column, ...]
    order: Callable[[Any], Any]


def lines(
    listing: Listing, objects: Sequence[Any], now: datetime, *, wide: bool = False, namespaces: bool = False
) -> list[str]:
    """Return the header and one line for each object, in columns as kubectl prints them."""
    columns = [
        *([Column("NAMESPACE", lambda o: o.metadata.namespace)] if namespaces else []),
        Column("NAME", lambda o: o.metadata.name),
        *(c for c in listing.columns if wide or not c.wide),
        Column("AGE", lambda o: age(seconds_since(o.metadata.creation_timestamp, now))),
    ]
    ordered = sorted(objects, key=lambda o: (o.metadata.namespace, listing.order(o)))
    rows = [[c.title for c in columns], *([c.cell(o) or NOTHING for c in columns] for o in ordered)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    return ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _condition(type_: str, field: str) -> Callable[[Component], str]:
    def cell(component: Component) -> str:
        found = next((c for c in component.status.conditions if c.type == type_), None)
        return str(getattr(found, field)) if found else ""

    return cell


def _step(release: Release) -> str:
    if release.status.stage != "Shifting":
        return ""
    return f"{release.status.step + 1} of {len(steps_of(release))}"


def _because(field: str) -> Callable[[Release], str]:
    def cell(release: Release) -> str:
        reason = release.status.waiting or release.status.because
        return str(getattr(reason, field)) if reason else ""

    return cell


LISTINGS: dict[str, Listing] = {
    "components": Listing(
        COMPONENTS,
        Component,
        (
            Column("STABLE", lambda c: c.status.stable),
            Column("CANDIDATE", lambda c: c.status.candidate),
            Column("RELEASE", lambda c: c.status.release),
            Column("READY", _condition("Ready", "status")),
            Column("PROGRESS", _condition("Progressing", "reason")),
            Column("MESSAGE", _condition("Progressing", "message"), wide=True),
        ),
        lambda c: c.metadata.name,
    ),
    "releases": Listing(
        RELEASES,
        Release,
        (
            Column("COMPONENT", lambda r: r.spec.component),
            Column("FROM", lambda r: r.spec.from_revision, wide=True),
            Column("TO", lambda r: r.spec.to_revision),
            Column("STAGE", lambda r: r.status.stage),
            Column("STEP", _step),
            Column("WEIGHT", lambda r: percent(r.status.weight_percent, 100)),
            Column("REASON", _because("reason")),
            Column("MESSAGE", _because("message"), wide=True),
        ),
        lambda r: (r.spec.component, number_of(r)),
    ),
    "revisions": Listing(
        REVISIONS,
        Revision,
        (
            Column("COMPONENT", lambda r: r.spec.component),
            Column("OBJECTS", lambda r: str(len(r.spec.inventory))),
            Column("COPIES", lambda r: str(sum(item.role == "Copy" for item in r.spec.inventory))),
            Column("DIGEST", lambda r: r.spec.inputs_digest, wide=True),
        ),
        lambda r: (r.spec.component, r.metadata.creation_timestamp, r.metadata.name),
    ),
}
#: What a person may call them.
KINDS: dict[str, str] = {
    alias: plural
    for plural, aliases in (
        ("components", ("component", "comp")),
        ("releases", ("release", "frel")),
        ("revisions", ("revision", "frev")),
    )
    for alias in (plural, *aliases)
}
