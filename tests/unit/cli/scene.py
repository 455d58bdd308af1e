"""A shop at several moments of its life, as the cluster would show it: objects for the renderers, written by hand."""

from datetime import UTC, datetime
from typing import Any

from fairlead.api.component import Component, ComponentSpec, ComponentStatus, ReleasePlan, Source, Step
from fairlead.api.meta import Condition, ObjectMeta
from fairlead.api.release import (
    ArmEvidence,
    Evidence,
    Passage,
    Reason,
    Release,
    ReleaseSpec,
    ReleaseStatus,
    TestState,
)

NOW = datetime(2026, 11, 25, 16, 32, 0, tzinfo=UTC)
V1, V2, V3 = "shop-91d2f0aa31", "shop-4be1c09a77", "shop-0c5d7e21f4"
PLAN = ReleasePlan(
    steps=(
        Step(weight_percent=5, hold_seconds=60),
        Step(weight_percent=20, hold_seconds=60),
        Step(weight_percent=50, hold_seconds=60),
    ),
    watch_seconds=300,
)
AT_REST = Reason(reason="AtRest", message="nothing is under way")


def at(minute: int, second: int) -> str:
    return f"2026-11-25T16:{minute:02}:{second:02}Z"


def component(
    *,
    progressing: Reason = AT_REST,
    ready: str = f"{V1} serves and is what is wanted",
    generation: int = 3,
    seen: int = 3,
) -> Component:
    conditions = (
        Condition(type="Progressing", status="False", reason=progressing.reason, message=progressing.message),
        Condition(type="Ready", status="True", reason="Serving", message=ready),
    )
    return Component(
        metadata=ObjectMeta(name="shop", namespace="web", generation=generation, creation_timestamp=at(0, 0)),
        spec=ComponentSpec(source=Source(inline=()), service_account_name="shop-deployer"),
        status=ComponentStatus(observed_generation=seen, conditions=conditions if seen else ()),
    )


def release(
    stage: str,
    *,
    number: int = 3,
    before: str = V1,
    to: str = V2,
    requested: Any = "",
    passages: tuple[Passage, ...] = (),
    **status: Any,
) -> Release:
    return Release(
        metadata=ObjectMeta(name=f"shop-{number}", namespace="web", creation_timestamp=at(29, 0)),
        spec=ReleaseSpec(component="shop", to_revision=to, from_revision=before, plan=PLAN, requested=requested),
        status=ReleaseStatus(stage=stage, started_at=at(29, 0), passages=passages, **status),  # type: ignore[arg-type]
    )


def passage(stage: Any, weight_percent: int, started_at: str, because: str = "") -> Passage:
    return Passage(stage=stage, weight_percent=weight_percent, started_at=started_at, because=because)


def evidence(
    workload: str,
    stable: tuple[int, int, int],
    candidate: tuple[int, int, int],
    log_evidence: float,
    *,
    verdict: Any = "Passed",
    message: str = "",
) -> Evidence:
    """Evidence with (requests, errors, slow) of either side, and the logarithm of all its tests."""
    milli = tuple([round(1000 * log_evidence)] * 7)
    return Evidence(
        workload=workload,
        stable=ArmEvidence(requests=stable[0], errors=stable[1], slow=stable[2]),
        candidate=ArmEvidence(requests=candidate[0], errors=candidate[1], slow=candidate[2]),
        tests=(
            TestState(signal="errors", log_evidence_milli=milli),
            TestState(signal="latency", log_evidence_milli=milli),
        ),
        slow_bound_ms=250,
        step_requests=candidate[0] // 2,
        verdict=verdict,
        message=f"{workload}: {message}",
    )


PREPARED = passage("Preparing", 0, at(29, 0), "a new version is wanted")
FIRST_STEP = passage("Shifting", 5, at(29, 14))
SECOND_STEP = passage("Shifting", 20, at(30, 21), "front: no worse than stable after 560 requests in this step")

GOOD_EVIDENCE = (
    evidence("cart", (11_204, 2, 31), (2_760, 1, 9), -0.7, message="no worse than stable after 2,210 requests"),
    evidence("front", (12_840, 3, 41), (3_201, 2, 12), 1.1, message="no worse than stable after 2,566 requests"),
)


def holding() -> Release:
    return release(
        "Shifting",
        step=1,
        weight_percent=20,
        held_ms=37_000,
        waiting=Reason(
            reason="Holding", message="the step is held for another 23 s of 60 s; cart: no worse than stable"
        ),
        passages=(PREPARED, FIRST_STEP, SECOND_STEP),
        evidence=GOOD_EVIDENCE,
    )


def waiting_for_pods() -> Release:
    image = 'front-4be1c09a77-x7k2p: ImagePullBackOff: Back-off pulling image "registry.example/front:v2"'
    return release(
        "Preparing",
        waiting=Reason(reason="WaitingForPods", message=f"Deployment front-4be1c09a77 has 0 of 1 pods ready; {image}"),
        waiting_since=PREPARED.started_at,
        passages=(PREPARED,),
    )


def without_traffic() -> Release:
    message = "the candidate got no requests in this step: no traffic, no verdict. It waits"
    nothing = evidence("front", (0, 0, 0), (0, 0, 0), 0.0, verdict="Inconclusive", message=message)
    return release(
        "Shifting",
        step=0,
        weight_percent=5,
        held_ms=60_000,
        waiting=Reason(reason="Judging", message=f"front: {message}"),
        passages=(PREPARED, FIRST_STEP),
        evidence=(nothing,),
    )


ACCUSATION = (
    "front: 9 of 211 requests failed on the candidate, 0 of 840 on stable; chance of a false alarm at most 1 % for the"
    " whole release, burstiness 2.0 (assumed, too few pods or errors to estimate)"
)
BAD_EVIDENCE = (
    evidence("front", (840, 0, 3), (211, 9, 1), 6.2, verdict="Failed", message=ACCUSATION.removeprefix("front: ")),
)
TURNED = passage("Returning", 0, at(31, 55), ACCUSATION)


def going_back() -> Release:
    return release(
        "Returning",
        step=1,
        because=Reason(reason="CheckFailed", message=ACCUSATION),
        waiting=Reason(reason="AskingDataPlane", message="the gateway is asked which revision answers"),
        passages=(PREPARED, FIRST_STEP, SECOND_STEP, TURNED),
        evidence=BAD_EVIDENCE,
    )


def rolled_back() -> Release:
    return release(
        "RolledBack",
        step=1,
        because=Reason(reason="CheckFailed", message=ACCUSATION),
        ended_at=at(31, 59),
        passages=(
            PREPARED,
            FIRST_STEP,
            SECOND_STEP,
            TURNED,
            passage("Undoing", 0, at(31, 57)),
            passage("RolledBack", 0, at(31, 59)),
        ),
        evidence=BAD_EVIDENCE,
    )


def promoted() -> Release:
    return release(
        "Promoted",
        step=3,
        weight_percent=100,
        ended_at=at(30, 0),
        passages=(PREPARED, FIRST_STEP, passage("Promoted", 100, at(30, 0))),
        evidence=GOOD_EVIDENCE,
    )


MISSING_RIGHTS = Reason(
    reason="MissingRights",
    message="ServiceAccount shop-deployer lacks: patch services, delete httproutes.gateway.networking.k8s.io",
)
REJECTED = Reason(reason="Rejected", message=f"Release shop-3 went back: {ACCUSATION}")
