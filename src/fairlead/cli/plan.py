"""What a release of a Component would do: which objects it touches and how, its steps, and what stands in its way.

Pure: the Revision is rendered from the manifests alone, and compared with the record of what serves, where that is
known.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from fairlead.api.component import Component, Rejected, Step
from fairlead.api.meta import LABEL_COPY, ObjectMeta
from fairlead.api.release import Release, ReleaseSpec
from fairlead.api.revision import InventoryItem, Revision
from fairlead.core.judge.dispersion import ASSUMED
from fairlead.core.judge.forecast import needed_requests
from fairlead.core.judge.judge import alpha
from fairlead.core.release.situation import steps_of
from fairlead.core.revision.render import render
from fairlead.core.revision.stored import Key, StoredObject, StoredRevision, key
from fairlead.core.traffic.http_route import backend_names

Change = Literal["Copied", "Shared", "Added", "Changed", "Kept", "Removed"]
"""Copied: a new copy beside the old. Shared: both revisions use the same copy. Added, Changed, Kept, Removed: objects
of which there is one for all revisions."""


class PlannedObject(Struct, frozen=True, kw_only=True, rename="camel"):
    """One object, and what happens to it."""

    change: Change
    kind: str
    source_name: str
    name: str
    """Its name in the cluster."""


class PlannedStep(Struct, frozen=True, kw_only=True, rename="camel"):
    """One step, and what it needs to be believed."""

    weight_percent: int
    hold_seconds: int
    requests: int
    """Requests on each workload of the candidate that the step must have seen; 0 where it is not held."""
    requests_per_s: float
    """Requests per second on the workload, both revisions together, from which the hold is not lengthened by that."""


class Plan(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What would happen."""

    component: str
    namespace: str
    outcome: Literal["Release", "First", "Nothing", "UnderWay", "Rejected", "Refused"]
    revision: str = ""
    stable: str = ""
    """The Revision that serves; empty where there is none, or it is not known."""
    release: str = ""
    """The Release under way."""
    rejected: Rejected | None = None
    refused: tuple[str, ...] = ()
    objects: tuple[PlannedObject, ...] = ()
    steps: tuple[PlannedStep, ...] = ()
    watch_seconds: int = 0
    warnings: tuple[str, ...] = ()
    compared: str = ""
    """Why it was not compared with what is in the cluster; empty where it was."""


class Known(Struct, frozen=True, kw_only=True):
    """What the cluster knows of the Component."""

    stable: Revision | None = None
    active: Release | None = None
    """The Release under way."""
    rejected: Rejected | None = None
    refused: tuple[str, ...] = ()
    """What the API server said against the Component, in its own words."""


def plan(component: Component, namespace: str, known: Known | str) -> Plan:
    """Return the plan, given what the cluster knows, or why there is no cluster to ask."""
    name = component.metadata.name
    compared = known if isinstance(known, str) else ""
    known = Known() if isinstance(known, str) else known
    rendered = render(component.spec.source.inline, component=name, namespace=namespace)
    wrong = (*known.refused, *_steps_that_shrink(component), *map(str, rendered.refused))
    revision = rendered.revision
    if revision is None or wrong:
        return Plan(component=name, namespace=namespace, outcome="Refused", refused=wrong, compared=compared)
    objects = tuple(_objects(revision, known.stable))
    copied = frozenset(o.name for o in objects if o.change == "Copied" and o.kind == "Deployment")
    split = _split(revision, copied)
    weighed = _routed(revision) & split
    first = known.stable is None and not compared
    return Plan(
        component=name,
        namespace=namespace,
        outcome=_ends_early(revision, known) or ("First" if first else "Release"),
        revision=revision.name,
        stable=known.stable.metadata.name if known.stable else "",
        release=known.active.metadata.name if known.active else "",
        rejected=known.rejected,
        objects=objects,
        steps=tuple(_steps(component, len(copied))) if weighed and not first else (),
        watch_seconds=component.spec.release.watch_seconds,
        warnings=(*_first_back(known), *rendered.warnings, *_unweighed(component, split - weighed, weighed)),
        compared=compared,
    )


def _ends_early(revision: StoredRevision, known: Known) -> Literal["Nothing", "UnderWay", "Rejected"] | None:
    """Why nothing would begin, if nothing would."""
    if known.active is not None and known.active.spec.to_revision == revision.name:
        return "UnderWay"
    if known.stable is not None and known.stable.metadata.name == revision.name:
        return "Nothing"
    if known.rejected is not None and known.rejected.revision == revision.name:
        return "Rejected"
    return None


def _first_back(known: Known) -> Iterator[str]:
    if known.active is not None:
        yield f"Release {known.active.metadata.name} is under way: it goes back first"


def _objects(revision: StoredRevision, stable: Revision | None) -> Iterator[PlannedObject]:
    before = {_key(item): item for item in stable.spec.inventory} if stable else {}
    for o in revision.objects:
        yield _planned(o, _change(o, before))
    now = {o.key for o in revision.objects}
    for known, item in before.items():
        if known not in now:
            yield _planned(item, "Removed")


def _key(item: InventoryItem) -> Key:
    return key(item.api_version, item.kind, item.name)


def _change(o: StoredObject, before: Mapping[Key, InventoryItem]) -> Change:
    known = before.get(o.key)
    if known is None:
        return "Copied" if o.role == "Copy" else "Added"
    if known.digest != o.digest:
        return "Changed"
    return "Shared" if o.role == "Copy" else "Kept"


def _planned(o: StoredObject | InventoryItem, change: Change) -> PlannedObject:
    return PlannedObject(change=change, kind=o.kind, source_name=o.source_name, name=o.name)


def _steps(component: Component, workloads: int) -> Iterator[PlannedStep]:
    judge = component.spec.release.judge
    chance = alpha(judge, workloads)
    spec = ReleaseSpec(component=component.metadata.name, to_revision="", plan=component.spec.release)
    for step in steps_of(Release(metadata=ObjectMeta(), spec=spec)):
        yield _step(step, needed_requests(step.weight_percent, judge.detectable_percent, chance, ASSUMED))


def _step(step: Step, needed: int) -> PlannedStep:
    share_s = step.hold_seconds * step.weight_percent / 100
    return PlannedStep(
        weight_percent=step.weight_percent,
        hold_seconds=step.hold_seconds,
        requests=needed if share_s else 0,
        requests_per_s=round(needed / share_s, 1) if share_s else 0.0,
    )


def _routed(revision: StoredRevision) -> frozenset[str]:
    """The Services that a route of the Component leads to."""
    routes = (o.manifest.get("spec") or {} for o in revision.objects if o.kind == "HTTPRoute")
    return frozenset().union(*(backend_names(spec.get("rules") or ()) for spec in routes))


def _split(revision: StoredRevision, copied: frozenset[str]) -> frozenset[str]:
    """The Services that lead to one of the copied Deployments alone, so that each revision can have its own."""
    workloads = (o for o in revision.objects if o.kind == "Deployment" and o.name in copied)
    copies = {o.manifest["spec"]["template"]["metadata"]["labels"][LABEL_COPY] for o in workloads}
    services = (o for o in revision.objects if o.kind == "Service")
    return frozenset(
        o.name for o in services if ((o.manifest.get("spec") or {}).get("selector") or {}).get(LABEL_COPY) in copies
    )


def _unweighed(component: Component, unrouted: frozenset[str], weighed: frozenset[str]) -> Iterator[str]:
    routes = component.spec.traffic.http_routes
    unless = f", unless HTTPRoute {' or '.join(routes)} does" if routes else ""
    for name in sorted(unrouted):
        yield (
            f"Service {name}: no route of the Component leads to it{unless}; its traffic moves in one step,"
            " once all routed traffic has moved"
        )
    if weighed:
        names = ", ".join(sorted(weighed))
        yield f"traffic inside the cluster to {names} moves in one step as well, and is judged then"


def _steps_that_shrink(component: Component) -> Iterator[str]:
    """The API server refuses them as well, but a plan is made where there is none."""
    steps = component.spec.release.steps
    for i, (before, step) in enumerate(pairwise(steps), start=1):
        if step.weight_percent <= before.weight_percent:
            yield (
                f"spec.release.steps[{i}].weightPercent: {step.weight_percent} is not more than the step before"
                f" ({before.weight_percent}). A plan only moves forward: remove the step, or raise it"
            )
