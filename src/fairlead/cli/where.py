"""Where a Component and its Release stand, in one sentence each."""

from datetime import datetime

from fairlead.api.component import Component
from fairlead.api.meta import Condition
from fairlead.api.release import ENDED, Release
from fairlead.cli.units import count, duration, seconds_since
from fairlead.core.component.begin import Standing
from fairlead.core.release.situation import steps_of


def release_stands(release: Release, now: datetime) -> str:
    """Return where a Release stands, or how it ended and why."""
    if release.status.stage in ENDED:
        return _ended(release, now)
    return _under_way(release)


def component_stands(component: Component, stands: Standing, now: datetime) -> str:
    """Return where a Component stands that has no Release under way."""
    name, status = component.metadata.name, component.status
    if not status.observed_generation:
        return f"Fairlead has not looked at {name} yet."
    if component.metadata.generation > status.observed_generation:
        return f"Fairlead has not looked at the newest form of {name} yet."
    if (refused := obstacle(component)) is not None:
        serves = f"{stands.stable} goes on serving" if stands.stable else "nothing serves yet"
        return f"{name} cannot be released as it is ({refused.reason}); {serves}."
    if stands.last is not None:
        return release_stands(stands.last, now)
    return f"{name} has no Release yet."


def obstacle(component: Component) -> Condition | None:
    """Return why no Release of what is wanted can begin, where something else than a failure stands in its way."""
    progressing = next((c for c in component.status.conditions if c.type == "Progressing"), None)
    if progressing is None or progressing.status != "False" or progressing.reason in ("AtRest", "Rejected"):
        return None
    return progressing


def serves(component: Component) -> str:
    """Return what serves and whether that is what is wanted."""
    ready = next((c for c in component.status.conditions if c.type == "Ready"), None)
    return ready.message if ready else ""


def step_name(release: Release, step: int) -> str:
    """Name a step as people count: step 2 of 4 (20 %)."""
    steps = steps_of(release)
    return f"step {step + 1} of {len(steps)} ({steps[step].weight_percent} %)"


def _ended(release: Release, now: datetime) -> str:
    name, to, before = release.metadata.name, release.spec.to_revision, release.spec.from_revision
    ago = f"{duration(seconds_since(release.status.ended_at, now))} ago"
    because = _because(release)
    if release.status.stage == "RolledBack":
        return f"Release {name} went back to {before} {ago}{because}."
    if release.status.stage == "Failed":
        return f"Release {name} failed {ago}, with nothing to go back to,{because}."
    if not before:
        return f"Release {name} brought in the first revision, {to}, {ago}."
    return f"Release {name} promoted {to} {ago}: {earned(release)}."


def _because(release: Release) -> str:
    """Why a Release turned back. How sure the judge is of an accusation is left to the evidence."""
    because = release.status.because
    if because is None:
        return ""
    message = because.message.split("; ")[0] if because.reason == "CheckFailed" else because.message
    return f" because {message}"


def earned(release: Release) -> str:
    """Return why a Release was promoted, as the end of a sentence."""
    if release.spec.requested == "Promote":
        return "a person asked to skip the holds that remained"
    requests = sum(e.candidate.requests for e in release.status.evidence)
    errors = sum(e.candidate.errors for e in release.status.evidence)
    if not requests:
        return "its pods stayed ready, and there were no requests to judge it by"
    return (
        f"no worse than {release.spec.from_revision} over {count(requests)} requests, of which {count(errors)} failed"
    )


def _under_way(release: Release) -> str:
    status, name = release.status, release.metadata.name
    to, before = release.spec.to_revision, release.spec.from_revision
    because = _because(release)
    if not before and status.stage not in ("Returning", "Undoing"):
        return f"Release {name} brings up the first revision, {to}."
    match status.stage:
        case "Preparing":
            return f"Release {name} brings {to} up beside {before}, which has all traffic."
        case "Shifting":
            share = f"{status.weight_percent} % of the requests go to {to}, {100 - status.weight_percent} % to {before}"
            return f"Release {name} is at step {status.step + 1} of {len(steps_of(release))}: {share}."
        case "Switching":
            return f"Release {name} switches the Services themselves to {to}, which has all routed traffic."
        case "Watching":
            return f"Release {name} has moved all traffic to {to} and watches it; {before} is kept warm."
        case "Settling":
            return f"Release {name} has passed: {to} stays, and what only {before} had is removed."
        case "Returning" if before:
            return f"Release {name} sends all traffic back to {before}{because}."
        case "Undoing" if before:
            return f"Release {name} went back: {before} has all traffic, and what {to} brought is removed{because}."
        case _:
            return f"Release {name} takes away what {to} brought{because}."
