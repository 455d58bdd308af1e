"""A Release: the way from one Revision to another, and the record of what happened and why."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from fairlead.api.component import ReleasePlan, Traffic
from fairlead.api.meta import API_VERSION, CONDITIONS, Condition, ObjectMeta, Resource
from fairlead.api.rules import END_IS_FINAL, ENDED_HAS_A_TIME, ORDER_STANDS, checked

#: Where a Release stands. Preparing to Settling lead forward, Returning and Undoing lead back; the rest are ends.
Stage = Literal[
    "Preparing",  # the new objects are brought up beside the old
    "Shifting",  # a step: weight is moved, then held under judgement
    "Switching",  # the Service itself is switched
    "Watching",  # all traffic has moved; the old revision is kept warm
    "Settling",  # routes return to the Service, the old revision goes
    "Promoted",
    "Returning",  # traffic goes back to stable
    "Undoing",  # what the candidate brought is removed
    "RolledBack",
    "Failed",  # the first Revision did not come up: there is nothing to go back to
]
ENDED: frozenset[str] = frozenset({"Promoted", "RolledBack", "Failed"})


class Reason(Resource, omit_defaults=False, frozen=True):
    """Why something was decided or is held, for programs and for people."""

    reason: Annotated[str, Meta(description="One CamelCase word.")]
    message: Annotated[str, Meta(description="A sentence.")] = ""


class Passage(Resource, omit_defaults=False, frozen=True):
    """One stage or step that was passed through."""

    stage: Annotated[str, Meta(description="The stage.")]
    weight_percent: Annotated[
        int, Meta(description="Share of the requests on the candidate, in percent.", ge=0, le=100)
    ]
    started_at: Annotated[str, Meta(description="When it began.", extra_json_schema={"format": "date-time"})]
    because: Annotated[str, Meta(description="Why it began, in a sentence.")] = ""


class PodCounts(Resource, omit_defaults=False, frozen=True):
    """Cumulative counters of one pod as they were read last: the mark from which the next reading is subtracted."""

    pod: Annotated[str, Meta(description="Name of the pod.")]
    uid: Annotated[str, Meta(description="uid of the pod.")]
    restarts: Annotated[int, Meta(description="Container restarts when it was read.", ge=0)] = 0
    ready: Annotated[bool, Meta(description="Whether it has been ready.")] = False
    read: Annotated[bool, Meta(description="Whether its counters were ever read.")] = False
    reset: Annotated[bool, Meta(description="Whether its counters fell before a restart was reported.")] = False
    requests: Annotated[int, Meta(description="Requests.", ge=0)] = 0
    errors: Annotated[int, Meta(description="Requests answered with 5xx.", ge=0)] = 0
    timed: Annotated[int, Meta(description="Requests whose duration was measured.", ge=0)] = 0
    slow: Annotated[int, Meta(description="Requests slower than the agreed bound.", ge=0)] = 0
    refused_scrapes: Annotated[int, Meta(description="Scrapes in a row that failed.", ge=0)] = 0


class ArmEvidence(Resource, omit_defaults=False, frozen=True):
    """What one revision of a workload has shown since the release began."""

    requests: Annotated[int, Meta(description="Requests counted.", ge=0)] = 0
    errors: Annotated[int, Meta(description="Requests answered with 5xx.", ge=0)] = 0
    timed: Annotated[int, Meta(description="Requests whose duration was measured against the bound.", ge=0)] = 0
    slow: Annotated[int, Meta(description="Requests slower than the agreed bound.", ge=0)] = 0
    background_owed_milli: Annotated[
        int, Meta(description="Requests that are no traffic and were not taken off yet, in thousandths.", ge=0)
    ] = 0
    pods: Annotated[tuple[PodCounts, ...], Meta(description="The last reading of each pod.")] = ()


class TestState(Resource, omit_defaults=False, frozen=True):
    """The state of one sequential test."""

    signal: Annotated[Literal["errors", "latency"], Meta(description="What is compared.")]
    log_evidence_milli: Annotated[
        tuple[int, ...],
        Meta(description="Natural logarithm of the likelihood ratio, per alternative, in thousandths."),
    ] = ()
    closed_milli: Annotated[tuple[int, ...], Meta(description="The same, when the block under way began.")] = ()
    parts: Annotated[int, Meta(description="Parts of blocks that were closed.", ge=0)] = 0
    spread_milli: Annotated[
        int,
        Meta(
            description="How far stable's pods differ beyond chance: Pearson's statistic less its mean, in thousandths."
        ),
    ] = 0
    spread_expected_milli: Annotated[
        int, Meta(description="What it would be if rates differed by all of their mean, in thousandths.", ge=0)
    ] = 0
    spread_freedom: Annotated[int, Meta(description="Degrees of freedom of that statistic.", ge=0)] = 0


class Counted(Resource, kw_only=True, omit_defaults=False, frozen=True):
    """What was counted in a block of readings."""

    requests: Annotated[int, Meta(description="Requests.", ge=0)] = 0
    errors: Annotated[int, Meta(description="Requests answered with 5xx.", ge=0)] = 0
    timed: Annotated[int, Meta(description="Requests whose duration was measured.", ge=0)] = 0
    slow: Annotated[int, Meta(description="Requests slower than the agreed bound.", ge=0)] = 0


class PodCounted(Counted, kw_only=True, omit_defaults=False, frozen=True):
    """What was counted on one pod in a block of readings."""

    uid: Annotated[str, Meta(description="uid of the pod.")]


class Part(Resource, omit_defaults=False, frozen=True):
    """A part of a block: the candidate may turn bad in any of them."""

    candidate: Annotated[Counted, Meta(description="The candidate.")] = Counted()
    stable: Annotated[Counted, Meta(description="Stable.")] = Counted()


class Block(Resource, omit_defaults=False, frozen=True):
    """About a minute of readings at one weight. Within a block errors may come in a burst, between blocks afresh."""

    looks: Annotated[int, Meta(description="Readings in it.", ge=0)] = 0
    weight_percent: Annotated[int, Meta(description="The weight.", ge=0, le=100)] = 0
    parts: Annotated[tuple[Part, ...], Meta(description="Its parts, one after the other.")] = ()
    stable_pods: Annotated[tuple[PodCounted, ...], Meta(description="Stable's pods.")] = ()


class Evidence(Resource, omit_defaults=False, frozen=True):
    """All that was learned about one workload of the candidate. It survives a crash of Fairlead."""

    workload: Annotated[str, Meta(description="The workload, by the name that the manifests give it.")]
    stable: Annotated[ArmEvidence, Meta(description="The revision that serves.")] = ArmEvidence()
    candidate: Annotated[ArmEvidence, Meta(description="The revision under judgement.")] = ArmEvidence()
    tests: Annotated[tuple[TestState, ...], Meta(description="The sequential tests.")] = ()
    slow_bound_ms: Annotated[
        int, Meta(description="A request slower than this is slow, in milliseconds; 0: not agreed yet.", ge=0)
    ] = 0
    block: Annotated[Block, Meta(description="The block of readings that is under way.")] = Block()
    background_requests: Annotated[
        int, Meta(description="Requests on the candidate while it had no traffic: probes and scrapes.", ge=0)
    ] = 0
    background_pod_ms: Annotated[
        int, Meta(description="Time in which they were counted, over all pods, in milliseconds.", ge=0)
    ] = 0
    step_requests: Annotated[int, Meta(description="Requests on the candidate in this step.", ge=0)] = 0
    step_needs: Annotated[
        int, Meta(description="Requests on the candidate that this step needs before it can pass.", ge=0)
    ] = 0
    quiet_ms: Annotated[int, Meta(description="Time since the candidate's last request, in milliseconds.", ge=0)] = 0
    verdict: Annotated[
        Literal["Passed", "Failed", "Inconclusive", "Error"], Meta(description="What follows from it.")
    ] = "Inconclusive"
    reason: Annotated[str, Meta(description="The verdict's reason, as one CamelCase word.")] = ""
    message: Annotated[str, Meta(description="The verdict in a sentence.")] = ""


class RouteWrites(Resource, omit_defaults=False, frozen=True):
    """What was written to one route, and how often another writer took it back."""

    route: Annotated[str, Meta(description="Name of the HTTPRoute.", max_length=253)]
    uid: Annotated[str, Meta(description="metadata.uid of the route that was written last.", max_length=63)] = ""
    generation: Annotated[
        int,
        Meta(description="metadata.generation that the last write of this stage or step found; 0: none yet.", ge=0),
    ] = 0
    reverts: Annotated[int, Meta(description="How often another writer took back what was written.", ge=0)] = 0
    quiet_ms: Annotated[
        int, Meta(description="Observed time since the last of them that was not answered, in milliseconds.", ge=0)
    ] = 0


class ReleaseSpec(Resource, omit_defaults=False, frozen=True):
    """The order: what goes where, by which plan. Only `requested` may change."""

    component: Annotated[str, Meta(description="The Component that is released.", max_length=63)]
    to_revision: Annotated[str, Meta(description="The Revision that is brought in.", max_length=63)]
    from_revision: Annotated[
        str,
        Meta(description="The Revision that served when the Release began; empty for the first.", max_length=63),
    ] = ""
    plan: Annotated[ReleasePlan, Meta(description="The plan as it was when the Release began.")] = ReleasePlan()
    traffic: Annotated[Traffic, Meta(description="How requests reach the Component, as it was then.")] = Traffic()
    requested: Annotated[
        Literal["", "Promote", "Rollback", "Retry"],
        Meta(
            description=(
                "What a person asks for: Promote skips the remaining holds, Rollback goes back, Retry tries inputs"
                " again that were sent back."
            )
        ),
    ] = ""


class ReleaseStatus(Resource, omit_defaults=False, frozen=True):
    """Where it stands."""

    stage: Annotated[
        Stage,
        Meta(
            description=(
                "Where the Release stands. Forward: Preparing, Shifting (a step), Switching (the Service itself),"
                " Watching, Settling, Promoted. Back: Returning (traffic first), Undoing, RolledBack. Failed: the first"
                " Revision did not come up, and there was nothing to go back to."
            )
        ),
    ] = "Preparing"
    step: Annotated[
        int, Meta(description="Index of the current step; the number of steps stands for all traffic.", ge=0)
    ] = 0
    weight_percent: Annotated[
        int, Meta(description="Share of the requests that the candidate is meant to have, in percent.", ge=0, le=100)
    ] = 0
    held_ms: Annotated[int, Meta(description="Observed time for which the step has held, in milliseconds.", ge=0)] = 0
    started_at: Annotated[str | None, Meta(description="When it began, RFC 3339.")] = None
    ended_at: Annotated[str, Meta(description="When it ended, RFC 3339; empty while it is under way.")] = ""
    stable_replicas: Annotated[
        dict[str, int], Meta(description="Replicas of stable's workloads when the Release began, by source name.")
    ] = {}
    evidence: Annotated[
        tuple[Evidence, ...], Meta(description="What was learned about the candidate, by workload.")
    ] = ()
    routes: Annotated[
        tuple[RouteWrites, ...],
        Meta(description="What was written to routes on the way forward, and taken back by others, by route."),
    ] = ()
    because: Annotated[Reason | None, Meta(description="Why it goes back, went back or failed.")] = None
    waiting: Annotated[Reason | None, Meta(description="What holds it now.")] = None
    waiting_since: Annotated[
        str, Meta(description="Since when this holds it, RFC 3339; empty where nothing does.", max_length=64)
    ] = ""
    passages: Annotated[tuple[Passage, ...], Meta(description="The stages and steps it passed through.")] = ()
    conditions: Annotated[
        tuple[Condition, ...],
        Meta(description="The state by Kubernetes' conventions.", extra_json_schema=CONDITIONS),
    ] = ()


class Release(Struct, rename="camel", kw_only=True, frozen=True):
    """The way from one Revision to another: plan, position, evidence, decisions."""

    api_version: str = API_VERSION
    kind: str = "Release"
    metadata: ObjectMeta
    spec: Annotated[
        ReleaseSpec,
        Meta(
            description="The order: what goes where, by which plan. Only requested may change.",
            extra_json_schema=checked(*ORDER_STANDS),
        ),
    ]
    status: Annotated[
        ReleaseStatus,
        Meta(
            description="Where it stands, on which evidence, and why.",
            extra_json_schema=checked(END_IS_FINAL, ENDED_HAS_A_TIME),
        ),
    ] = ReleaseStatus()
