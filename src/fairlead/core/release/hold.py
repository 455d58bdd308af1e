"""Goals about time under judgement: a step is held, a watch is kept.

Time is observed time. It counts only while everything before it in the stage holds, it is checkpointed in the status,
and it is never the difference of two wall clocks: a Fairlead that was away has observed nothing.
"""

from fairlead.core.release.goal import Missing
from fairlead.core.release.situation import Situation

HOLDING = "Holding"
JUDGING = "Judging"
#: How often the checks are looked at while a step is held.
LOOK_EVERY_S = 0.5
#: An observation that is further away from the one before than this does not speak for the time between.
LONGEST_GAP_MS = 2000
FEWEST_MS_FOR_A_RATE = 2000


def step_held(s: Situation) -> Missing | None:
    """The step was held for its time, and its checks passed: more traffic needs evidence."""
    return _held(s, "step", s.step.hold_seconds, passed=s.verdict.verdict == "Passed")


def watch_held(s: Situation) -> Missing | None:
    """The watch was kept for its time, there was traffic, and nothing was found: there is no more traffic to give."""
    found_nothing = s.verdict.verdict == "Passed" or s.verdict.reason == "NotEnoughRequests"
    return _held(s, "watch", s.release.spec.plan.watch_seconds, passed=found_nothing)


def _held(s: Situation, what: str, hold_s: int, *, passed: bool) -> Missing | None:
    if s.release.spec.requested == "Promote":
        return None
    left_s = hold_s - s.status.held_ms / 1000
    if left_s > 0:
        message = f"the {what} is held for another {left_s:.0f} s of {hold_s} s; {s.verdict.message}{_forecast(s)}"
        return Missing(reason=HOLDING, message=message, wake_after_s=LOOK_EVERY_S)
    if hold_s > 0 and s.judged_workloads and not passed:
        return Missing(reason=JUDGING, message=f"{s.verdict.message}{_forecast(s)}", wake_after_s=LOOK_EVERY_S)
    return None


def _forecast(s: Situation) -> str:
    """How much longer the evidence takes at the traffic seen in this step, and what would make it shorter."""
    wanting = [e for e in s.status.evidence if e.workload in s.judged_workloads and e.reason == "NotEnoughRequests"]
    if not wanting or s.status.held_ms < FEWEST_MS_FOR_A_RATE:
        return ""
    rates = {e.workload: e.step_requests / (s.status.held_ms / 1000) for e in wanting}
    slowest = max(wanting, key=lambda e: (e.step_needs - e.step_requests) / rates[e.workload])
    rate = rates[slowest.workload]
    seconds = (slowest.step_needs - slowest.step_requests) / rate
    return (
        f"; at {rate:.1f} requests/s on the candidate of {slowest.workload} this takes another {seconds:.0f} s:"
        " give the step more weight or accept a larger spec.release.judge.detectablePercent to be faster"
    )


def observed_ms(s: Situation, elapsed_ms: int) -> int:
    """Return the time that counts towards the hold, given the time since the observation before."""
    if s.status.waiting is None or s.status.waiting.reason not in (HOLDING, JUDGING):
        return 0
    return elapsed_ms if elapsed_ms <= LONGEST_GAP_MS else 0
