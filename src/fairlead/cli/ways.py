"""Who or what can change where a Release stands: a person by which command, time, traffic, the gateway, rights."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from fairlead.api.component import Component
from fairlead.api.meta import LABEL_COMPONENT, Condition
from fairlead.api.release import Release
from fairlead.cli.units import clock, duration, moment
from fairlead.cli.where import obstacle, step_name
from fairlead.core.component.begin import Standing
from fairlead.core.release.hold import HOLDING, JUDGING
from fairlead.core.release.situation import steps_of
from fairlead.core.release.stages import CAN_TURN_BACK

MISSING_RIGHTS = "MissingRights"
#: The label of the operator's own pods.
OPERATOR = "app.kubernetes.io/name=fairlead"


class Way(Struct, frozen=True):
    """Something that can change where a Component stands."""

    who: str
    """Who or what."""
    how: str
    """What it can do, a command where it is a person."""


class Held(NamedTuple):
    """A Release that is under way, and the Component that it belongs to."""

    component: Component
    release: Release
    now: datetime

    @property
    def namespace(self) -> str:
        """The namespace, as an option of a command."""
        return f"-n {self.component.metadata.namespace}"

    @property
    def message(self) -> str:
        """What holds the Release, as the engine says it."""
        return self.release.status.waiting.message if self.release.status.waiting else ""


def under_way(held: Held) -> tuple[Way, ...]:
    """Return what can change a Release that is under way, what helps soonest first."""
    waiting = held.release.status.waiting
    by_reason = WAYS.get(waiting.reason, _nothing) if waiting else _nothing
    return (*by_reason(held), *_people(held))


def at_rest(component: Component, stands: Standing) -> tuple[Way, ...]:
    """Return what can begin another Release of a Component at rest."""
    name, namespace = component.metadata.name, component.metadata.namespace
    if component.metadata.generation > component.status.observed_generation:
        return (Way("the operator", f"looks at it when it runs: kubectl get pods -A -l {OPERATOR}"),)
    if (refused := obstacle(component)) is not None:
        return _refused(component, refused)
    if stands.rejected is None:
        return (Way("you", "apply a changed Component: what changes in its manifests is released"),)
    revision = stands.rejected.revision
    return (
        Way("you", f"apply a changed Component: {revision} is not tried again as it is"),
        Way("you", f"try {revision} again: fairlead retry {name} -n {namespace}"),
    )


def _refused(component: Component, refused: Condition) -> tuple[Way, ...]:
    if refused.reason == MISSING_RIGHTS:
        return _grants(component)
    return (Way("you", "apply the Component with that corrected; nothing that serves was touched"),)


def _grants(component: Component) -> tuple[Way, ...]:
    account, namespace = component.spec.service_account_name, component.metadata.namespace
    look = f"kubectl auth can-i --list -n {namespace} --as=system:serviceaccount:{namespace}:{account}"
    return (
        Way(
            "who manages rights",
            f"grants them to ServiceAccount {account} in {namespace}; Fairlead looks again by itself",
        ),
        Way("you", f"see what it may do now: {look}"),
    )


def _nothing(_held: Held) -> tuple[Way, ...]:
    return ()


def _fairlead(_held: Held) -> tuple[Way, ...]:
    return (Way("Fairlead", "is at it; nothing has to be done"),)


def _time(held: Held) -> tuple[Way, ...]:
    release = held.release
    status = release.status
    hold_s = release.spec.plan.watch_seconds
    if status.stage == "Shifting":
        hold_s = steps_of(release)[status.step].hold_seconds
    left = duration(max(0, hold_s - status.held_ms / 1000))
    return (Way("time", f"{left} more; with enough requests and no finding by then, {_next(release)}"),)


def _evidence(held: Held) -> tuple[Way, ...]:
    if any(e.reason == "CannotScrape" for e in held.release.status.evidence):
        return (
            Way("the metrics", "readable by Fairlead: see spec.release.judge.metrics, and what keeps it from the pods"),
        )
    return (Way("traffic", f"more requests; when the judge has seen enough and no finding, {_next(held.release)}"),)


def _next(release: Release) -> str:
    """What comes when the stage has been held."""
    step = release.status.step + 1
    if release.status.stage == "Watching":
        return f"{release.spec.to_revision} stays"
    if step < len(steps_of(release)):
        return f"{step_name(release, step)} follows"
    return "the Services themselves are switched"


def _pods(held: Held) -> tuple[Way, ...]:
    return (*_trouble(held), *_deadline(held))


def _trouble(held: Held) -> tuple[Way, ...]:
    selector = f"{held.namespace} -l {LABEL_COMPONENT}={held.component.metadata.name}"
    message = held.message
    if any(word in message for word in ("ImagePull", "ErrImage", "InvalidImageName")):
        return (Way("the image", "push it, or apply the Component with an image that can be pulled"),)
    if "Unschedulable" in message:
        return (Way("the nodes", f"room for the pods: kubectl describe pods {selector}"),)
    if any(word in message for word in ("CrashLoop", "RunContainerError", "CreateContainer")):
        return (Way("the application", f"why it does not start: kubectl logs {selector} --all-containers --previous"),)
    return (Way("the pods", f"become ready: kubectl describe pods {selector}"),)


def _deadline(held: Held) -> tuple[Way, ...]:
    release = held.release
    began = release.status.waiting_since
    if release.status.stage not in CAN_TURN_BACK or not began:
        return ()
    deadline_s = release.spec.plan.progress_deadline_seconds
    left_s = deadline_s - (held.now - moment(began, held.now.tzinfo)).total_seconds()
    before = release.spec.from_revision
    then = f"it goes back to {before}" if before else "it is given up: there was nothing before"
    if left_s <= 0:
        return (Way("time", f"the {duration(deadline_s)} are over: {then}"),)
    return (
        Way(
            "time",
            f"in {duration(left_s)} ({duration(deadline_s)} after {clock(began, held.now)}) {then}",
        ),
    )


def _endpoints(held: Held) -> tuple[Way, ...]:
    return (Way("Kubernetes", f"publishes ready pods by itself: kubectl get endpointslices {held.namespace}"),)


def _gateway(held: Held) -> tuple[Way, ...]:
    return (Way("the gateway", f"what it says of the routes: kubectl describe httproutes {held.namespace}"),)


def _data_plane(_held: Held) -> tuple[Way, ...]:
    return (Way("the gateway", "answers from the revisions that the weight promises; it is asked again by itself"),)


def _rights(held: Held) -> tuple[Way, ...]:
    return _grants(held.component)


def _people(held: Held) -> tuple[Way, ...]:
    release = held.release
    name = f"{held.component.metadata.name} {held.namespace}"
    before = release.spec.from_revision
    back = f"go back to {before}" if before else "take it away again"
    match release.status.stage:
        case "Returning" | "Undoing":
            return (Way("you", "cannot stop a way back; what you apply meanwhile is released after it"),)
        case "Settling":
            return (Way("you", f"have {before} again by applying its manifests: it is too late to go back"),)
        case _ if release.spec.requested:
            return (Way("you", f"asked for it already ({release.spec.requested})"),)
        case "Preparing" | "Switching":
            return (Way("you", f"{back}: fairlead rollback {name}"),)
        case _:
            return (
                Way("you", f"skip the holds that remain: fairlead promote {name}"),
                Way("you", f"{back}: fairlead rollback {name}"),
            )


WAYS: dict[str, Callable[[Held], tuple[Way, ...]]] = {
    HOLDING: _time,
    JUDGING: _evidence,
    "Applying": _fairlead,
    "Scaling": _fairlead,
    "ShiftingTraffic": _fairlead,
    "SwitchingServices": _fairlead,
    "ReturningTraffic": _fairlead,
    "ReturningRoutes": _fairlead,
    "Removing": _fairlead,
    "WaitingForPods": _pods,
    "NoReadyEndpoints": _pods,
    "WaitingForEndpoints": _endpoints,
    "WaitingForGateway": _gateway,
    "AskingDataPlane": _data_plane,
    MISSING_RIGHTS: _rights,
}
