"""Why a Component stands where it stands.

Where the Release stands, what holds it, who or what can change that, and the evidence; after its end, why it was
promoted or went back. Data only: how it is shown is the business of `why_page`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from fairlead.api.component import Component, Judge
from fairlead.api.release import Evidence, Reason, Release
from fairlead.cli import ways
from fairlead.cli.passages import Passed, passages
from fairlead.cli.ways import Way
from fairlead.cli.where import component_stands, obstacle, release_stands, serves
from fairlead.core.component.begin import Standing, standing

GOING = Reason(reason="Going", message="nothing: it goes on as soon as Fairlead looks at it")


class Why(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The answer."""

    component: str
    namespace: str
    state: Literal["Good", "Bad", "UnderWay", "Calm"]
    sentence: str
    """All of it in one sentence."""
    release: str = ""
    """The Release under way, else the last one."""
    stage: str = ""
    serves: str = ""
    """At rest: what serves, and whether it is what is wanted."""
    holds: Reason | None = None
    """What holds the Release under way, or stands in the way of the next."""
    can_change: tuple[Way, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    judge: Judge = Judge()
    """How the evidence is judged."""
    passages: tuple[Passed, ...] = ()


def why(component: Component, releases: Sequence[Release], now: datetime) -> Why:
    """Return the answer about a Component, given all its Releases."""
    stands = standing(releases)
    if stands.active is not None:
        return _under_way(component, stands.active, now)
    return _at_rest(component, stands, now)


def _under_way(component: Component, release: Release, now: datetime) -> Why:
    stage = release.status.stage
    return Why(
        component=component.metadata.name,
        namespace=component.metadata.namespace,
        state="Bad" if stage in ("Returning", "Undoing") else "UnderWay",
        sentence=release_stands(release, now),
        release=release.metadata.name,
        stage=stage,
        holds=release.status.waiting or GOING,
        can_change=ways.under_way(ways.Held(component, release, now)),
        evidence=release.status.evidence,
        judge=release.spec.plan.judge,
        passages=passages(release, now),
    )


def _at_rest(component: Component, stands: Standing, now: datetime) -> Why:
    refused = obstacle(component)
    last = stands.last if refused is None else None
    return Why(
        component=component.metadata.name,
        namespace=component.metadata.namespace,
        state="Bad" if refused else _state(last),
        sentence=component_stands(component, stands, now),
        release=last.metadata.name if last else "",
        stage=last.status.stage if last else "",
        serves=serves(component),
        holds=Reason(reason=refused.reason, message=refused.message) if refused else None,
        can_change=ways.at_rest(component, stands),
        evidence=last.status.evidence if last else (),
        judge=last.spec.plan.judge if last else Judge(),
        passages=passages(last, now) if last else (),
    )


def _state(last: Release | None) -> Literal["Good", "Bad", "Calm"]:
    if last is None:
        return "Calm"
    return "Good" if last.status.stage == "Promoted" else "Bad"
