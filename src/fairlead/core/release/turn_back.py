"""Why a Release turns back.

A trigger looks at the Situation and returns the reason to go back, or None. Triggers never wait, never ask the cluster
and never look at a clock: all they may use is in the Situation.
"""

from collections.abc import Callable

from fairlead.api.release import Reason
from fairlead.core.release.situation import Situation

Trigger = Callable[[Situation], Reason | None]
WAITING_FOR_PODS = "WaitingForPods"


def asked_by_a_person(s: Situation) -> Reason | None:
    """A person asked for it."""
    if s.release.spec.requested != "Rollback":
        return None
    return Reason(reason="RollbackRequested", message="a person asked to go back")


def superseded(s: Situation) -> Reason | None:
    """The Component wants something else now."""
    if not s.wanted_revision or s.wanted_revision == s.release.spec.to_revision:
        return None
    if s.wanted_revision == s.release.spec.from_revision:
        return Reason(reason="InputsReturned", message="the Component wants the stable revision again")
    return Reason(reason="Superseded", message=f"the Component wants {s.wanted_revision} now")


def check_failed(s: Situation) -> Reason | None:
    """The evidence speaks against the candidate."""
    if s.verdict.verdict != "Failed":
        return None
    return Reason(reason=s.verdict.reason, message=s.verdict.message)


def deadline_passed(s: Situation) -> Reason | None:
    """The candidate's pods did not become ready in time."""
    if s.status.waiting is None or s.status.waiting.reason != WAITING_FOR_PODS or progress_left_s(s) > 0:
        return None
    deadline_s = s.release.spec.plan.progress_deadline_seconds
    return Reason(
        reason="ProgressDeadlineExceeded", message=f"not ready within {deadline_s} s: {s.status.waiting.message}"
    )


def progress_left_s(s: Situation) -> float:
    """Return how much of the progress deadline is left.

    It runs while pods are what is waited for: time in which they could not be asked for yet, or had been ready, is not
    theirs.
    """
    waits = s.status.waiting is not None and s.status.waiting.reason == WAITING_FOR_PODS
    return s.release.spec.plan.progress_deadline_seconds - (s.waited_s if waits else 0.0)


def apply_refused(s: Situation) -> Reason | None:
    """The API server refused what the candidate is as invalid: waiting would not mend it."""
    if s.obstacle is None or s.obstacle.reason != "Invalid":
        return None
    return Reason(reason="ApplyRefused", message=s.obstacle.message)


# What a person wants comes before what is measured, and what is certain before what is inferred: the first reason is
# the one that people read.
TRIGGERS: tuple[Trigger, ...] = (
    asked_by_a_person,
    superseded,
    check_failed,
    apply_refused,
    deadline_passed,
)


def turn_back(s: Situation) -> Reason | None:
    """Return why the Release turns back, or None."""
    return next((reason for trigger in TRIGGERS if (reason := trigger(s))), None)


#: Reasons that say nothing against the inputs: they may be tried again without being asked.
NOT_REJECTED = frozenset({"Superseded", "InputsReturned"})
