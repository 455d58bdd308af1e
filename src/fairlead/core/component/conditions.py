"""What a Component's conditions say: does it serve what is wanted, and is something under way."""

from fairlead.api.meta import Condition
from fairlead.api.release import Reason
from fairlead.core.component.begin import Standing

#: The API server refuses a longer one.
LONGEST_MESSAGE = 32768


def conditions(standing: Standing, wanted_revision: str, obstacle: Reason | None, generation: int) -> list[Condition]:
    """Return Ready and Progressing. `obstacle` is why no Release can begin or go on, if something stands in its way."""
    return [
        _condition("Ready", *_ready(standing, wanted_revision), generation),
        _condition("Progressing", *_progressing(standing, wanted_revision, obstacle), generation),
    ]


def _condition(type_: str, status: bool, reason: Reason, generation: int) -> Condition:
    return Condition(
        type=type_,
        status="True" if status else "False",
        reason=reason.reason,
        message=reason.message[:LONGEST_MESSAGE],
        observed_generation=generation,
    )


def _ready(s: Standing, wanted_revision: str) -> tuple[bool, Reason]:
    if not s.stable:
        return False, Reason(reason="NothingServes", message="no Revision was promoted yet")
    if s.stable == wanted_revision:
        return True, Reason(reason="Serving", message=f"{s.stable} serves and is what is wanted")
    return True, Reason(reason="ServingOlder", message=f"{s.stable} serves; wanted is {wanted_revision or 'unknown'}")


def _progressing(s: Standing, wanted_revision: str, obstacle: Reason | None) -> tuple[bool, Reason]:
    if s.active is not None:
        status = s.active.status
        # The Release counts down; here only what changes is told, or the Component would be written all the time.
        waits = f", {status.waiting.reason}" if status.waiting else ""
        message = f"Release {s.active.metadata.name}: {status.stage} at {status.weight_percent} %{waits}."
        if obstacle is not None:
            return True, Reason(reason=obstacle.reason, message=f"{obstacle.message} Meanwhile {message}")
        return True, Reason(reason=s.active.status.stage, message=message)
    if obstacle is not None:
        return False, obstacle
    if s.rejected is not None and s.rejected.revision == wanted_revision:
        way_out = f"change the Component, or run `fairlead retry` to try {wanted_revision} again"
        message = f"Release {s.rejected.release} went back: {s.rejected.message}. To go on, {way_out}."
        return False, Reason(reason="Rejected", message=message)
    return False, Reason(reason="AtRest", message="nothing is under way")
