"""The one function that moves a Release: a Situation in, the next status and the commands towards it out.

Level-triggered: what to do follows from the stored status and what is observed now. The status that is returned is
stored before the first of the commands is carried out; the same function runs in the operator, in tests, and wherever
somebody wants to know what would happen.
"""

from msgspec import Struct
from msgspec.structs import replace

from fairlead.api.release import ENDED, Evidence, Passage, Reason, ReleaseStatus, Stage
from fairlead.core.release.commands import Command
from fairlead.core.release.evidence import summed_up, weighed
from fairlead.core.release.goal import Missing
from fairlead.core.release.hold import observed_ms
from fairlead.core.release.reverts import noted, rested
from fairlead.core.release.situation import Situation
from fairlead.core.release.stages import CAN_TURN_BACK, GOALS, JUDGED
from fairlead.core.release.turn_back import turn_back


class Decision(Struct, frozen=True, kw_only=True):
    """What follows from a Situation."""

    status: ReleaseStatus
    commands: tuple[Command, ...] = ()
    wake_after_s: float | None = None
    urgent: bool = False
    """Traffic is on its way back: nothing may stand before these commands."""


def decide(s: Situation, elapsed_ms: int) -> Decision:
    """Decide about a Release that has not ended. `elapsed_ms` is the time since the observation before."""
    held_ms = s.status.held_ms + observed_ms(s, elapsed_ms)
    s = s.at(replace(s.status, held_ms=held_ms, evidence=weighed(s), routes=rested(s.status.routes, elapsed_ms)))
    if not s.status.started_at:
        s = s.at(_begun(s))
    if s.status.stage in CAN_TURN_BACK and (reason := turn_back(s)) is not None:
        s = s.at(_enter(s, "Returning", because=reason))
    while s.status.stage not in ENDED:
        missing = _first_missing(s)
        if missing is not None and (routes := noted(s, missing.commands)) != s.status.routes:
            # What is counted may be one revert too many to write again.
            s = s.at(replace(s.status, routes=routes))
        elif missing is not None:
            return Decision(
                status=_waiting(s, s.obstacle if s.obstacle and missing.commands else missing.as_reason()),
                commands=missing.commands,
                wake_after_s=missing.wake_after_s,
                urgent=s.status.stage == "Returning",
            )
        else:
            s = s.at(_advance(s))
    evidence = tuple(summed_up(e) for e in s.status.evidence)
    ended = replace(s.status, waiting=None, waiting_since="", evidence=evidence, ended_at=s.now)
    return Decision(status=ended)


def _first_missing(s: Situation) -> Missing | None:
    return next((m for goal in GOALS[s.status.stage] if (m := goal(s)) is not None), None)


def _waiting(s: Situation, reason: Reason) -> ReleaseStatus:
    """Note what holds it, and since when."""
    before = s.status.waiting
    is_same = before is not None and before.reason == reason.reason
    return replace(s.status, waiting=reason, waiting_since=(is_same and s.status.waiting_since) or s.now)


def _begun(s: Situation) -> ReleaseStatus:
    """Note when it began, and the size that stable keeps until the end of the watch."""
    sizes = {w.source_name: d.replicas for w in s.pair.stable_workloads if (d := s.deployments.get(w.name)) is not None}
    return replace(
        s.status,
        started_at=s.now,
        stable_replicas=sizes,
        passages=(Passage(stage="Preparing", weight_percent=0, started_at=s.now, because="a new version is wanted"),),
    )


def _advance(s: Situation) -> ReleaseStatus:
    """Return the status of the next stage or step, all goals of the present one being reached."""
    match s.status.stage:
        case "Preparing":
            return _enter(s, "Shifting" if s.is_routed else "Switching")
        case "Shifting" if s.status.step < len(s.steps) - 1:
            return _enter(s, "Shifting", step=s.status.step + 1)
        case "Shifting":
            return _enter(s, "Switching")
        case "Switching":
            return _enter(s, "Watching" if s.pair.stable else "Settling")
        case "Watching":
            return _enter(s, "Settling")
        case "Settling":
            return _enter(s, "Promoted")
        case "Returning":
            return _enter(s, "Undoing")
        case _:
            return _enter(s, "RolledBack" if s.pair.stable else "Failed")


def _enter(s: Situation, stage: Stage, *, step: int | None = None, because: Reason | None = None) -> ReleaseStatus:
    step = s.status.step if step is None else step
    weight_percent = _weight_percent(s, stage, step)
    passage = Passage(
        stage=stage,
        weight_percent=weight_percent,
        started_at=s.now,
        because=because.message if because else s.verdict.message if stage in ("Shifting", "Switching") else "",
    )
    return replace(
        s.status,
        stage=stage,
        step=step,
        weight_percent=weight_percent,
        held_ms=0,
        routes=tuple(replace(r, generation=0) for r in s.status.routes),
        because=because or s.status.because,
        waiting=None,
        waiting_since="",
        evidence=tuple(_fresh(e) for e in s.status.evidence) if stage in JUDGED else s.status.evidence,
        passages=(*s.status.passages, passage),
    )


def _fresh(e: Evidence) -> Evidence:
    """The evidence at the beginning of a step: it stays, but what passed a step says nothing for the next."""
    if e.verdict == "Failed":
        return e
    return replace(e, step_requests=0, verdict="Inconclusive", reason="StepBegins", message=f"{e.workload}: it begins")


def _weight_percent(s: Situation, stage: Stage, step: int) -> int:
    """The share of the requests that the candidate is meant to have in a stage."""
    if stage == "Shifting":
        return s.steps[step].weight_percent
    return 100 if stage in ("Switching", "Watching", "Settling", "Promoted") else 0
