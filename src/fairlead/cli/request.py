"""`fairlead promote`, `rollback` and `retry`: ask for something about a Release of a Component.

What is asked for is one field of the Release, spec.requested; the operator carries it out.
"""

from collections.abc import Sequence
from datetime import datetime

from fairlead.api.component import Component
from fairlead.api.release import Release
from fairlead.cli.cluster import Request, connect
from fairlead.cli.failure import Failure
from fairlead.cli.output import Format, printed
from fairlead.cli.target import Target
from fairlead.cli.where import release_stands
from fairlead.core.component.begin import Standing, standing
from fairlead.core.release.stages import CAN_TURN_BACK

SAYS: dict[Request, str] = {
    "Promote": "Release {} is asked to skip the holds that remain. Follow it: fairlead watch {}",
    "Rollback": "Release {} is asked to go back. Follow it: fairlead watch {}",
    "Retry": "What Release {} brought is tried again. Follow it: fairlead watch {}",
}


async def request(target: Target, name: str, wanted: Request, now: datetime, form: Format | None) -> str:
    """Ask for it and return what is printed. Raises Failure where there is nothing that could be asked."""
    async with connect(target) as cluster:
        component = await cluster.component(name)
        release = addressed(component, await cluster.releases(name), wanted, now)
        changed = await cluster.request(release, wanted)
    if form is not None:
        return printed(changed, form)
    return SAYS[wanted].format(release.metadata.name, f"{name} -n {component.metadata.namespace}")


def addressed(component: Component, releases: Sequence[Release], wanted: Request, now: datetime) -> Release:
    """Return the Release that a request is about. Raises Failure where it could change nothing."""
    stands = standing(releases)
    name = f"{component.metadata.name} -n {component.metadata.namespace}"
    if wanted == "Retry":
        return _to_retry(stands, name, now)
    if stands.active is None:
        raise Failure(f"nothing is under way{_last(stands.last, now)}", _instead(wanted, stands.last, name))
    if stands.active.status.stage not in CAN_TURN_BACK:
        message = f"it is too late to {wanted.lower()}: {release_stands(stands.active, now)}"
        raise Failure(message, f"Follow it: fairlead watch {name}")
    return stands.active


def _to_retry(stands: Standing, name: str, now: datetime) -> Release:
    if stands.active is not None:
        message = f"there is nothing to retry while a Release is under way: {release_stands(stands.active, now)}"
        raise Failure(message, f"To end it now: fairlead rollback {name}")
    if stands.last is None or stands.rejected is None:
        message = f"there is nothing to retry{_last(stands.last, now)}"
        raise Failure(message, "Apply a changed Component to release something new.")
    return stands.last


def _last(last: Release | None, now: datetime) -> str:
    return f"; the last: {release_stands(last, now)}" if last else ", and nothing was released yet."


def _instead(wanted: Request, last: Release | None, name: str) -> str:
    if last is None:
        return f"See why: fairlead why {name}"
    if wanted == "Rollback" and last.spec.from_revision:
        return f"To have {last.spec.from_revision} again, apply its manifests: it is released like any other version."
    if last.status.stage in ("RolledBack", "Failed"):
        return f"To try it again: fairlead retry {name}"
    return "Apply a changed Component to release something new."
