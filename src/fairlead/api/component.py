"""A Component: what ships as one version, and how it is released.

Ten lines are enough for a good release: everything under `release` and `traffic` has a sound default.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from fairlead.api.meta import API_VERSION, CONDITIONS, Condition, ObjectMeta, Resource
from fairlead.api.rules import (
    ANOTHER_GROUP,
    HEADER_NAME,
    NAMED,
    OBJECT_NAME,
    STEPS_GROW,
    URL_PATH,
    checked,
)

Manifest = Annotated[
    dict[str, Any],
    Meta(
        description="A whole Kubernetes object.",
        extra_json_schema={"x-kubernetes-embedded-resource": True, **checked(NAMED, ANOTHER_GROUP)},
    ),
]


class Source(Resource, frozen=True):
    """Where the manifests come from. Exactly one source is set."""

    inline: Annotated[
        tuple[Manifest, ...],
        Meta(
            description=(
                "Manifests of the Component, each a whole Kubernetes object of the Component's own namespace."
                " They ship as one version: a change in any of them is a new Revision of all."
            ),
            min_length=1,
            max_length=256,
        ),
    ]


class Step(Resource, omit_defaults=False, frozen=True):
    """One stop on the way of a canary."""

    weight_percent: Annotated[
        int, Meta(description="Share of the requests that the candidate gets, in percent.", ge=1, le=100)
    ]
    hold_seconds: Annotated[
        int,
        Meta(
            description="Observed time for which the checks must hold before the next step, in seconds.",
            ge=0,
            le=86400,
        ),
    ] = 60


DEFAULT_STEPS = (
    Step(weight_percent=5, hold_seconds=60),
    Step(weight_percent=20, hold_seconds=60),
    Step(weight_percent=50, hold_seconds=60),
)


class MetricsEndpoint(Resource, omit_defaults=False, frozen=True):
    """Where the pods of the Component expose Prometheus metrics."""

    port: Annotated[
        Annotated[int, Meta(ge=1, le=65535)] | None,
        Meta(
            description=(
                "Port of the pods. Default: the annotation prometheus.io/port, else a container port named metrics or"
                " http-metrics, else the port that the Service leads to."
            ),
        ),
    ] = None
    path: Annotated[
        Annotated[str, Meta(max_length=1024, extra_json_schema=checked(URL_PATH))] | None,
        Meta(description="Path of the metrics. Default: the annotation prometheus.io/path, else /metrics."),
    ] = None


class Judge(Resource, omit_defaults=False, frozen=True):
    """How candidate and stable are compared."""

    false_alarm_percent: Annotated[
        int,
        Meta(
            description=(
                "Chance, in percent, that a candidate as good as stable is sent back, over the whole release and"
                " however often it is looked at."
            ),
            ge=1,
            le=20,
        ),
    ] = 1
    detectable_percent: Annotated[
        int,
        Meta(
            description=(
                "The smallest rise of the error ratio, in percentage points, that a step must have been able to see"
                " before the next one. It decides how many requests a step needs."
            ),
            ge=1,
            le=50,
        ),
    ] = 5
    metrics: Annotated[MetricsEndpoint, Meta(description="Where the pods expose their metrics.")] = MetricsEndpoint()


class ReleasePlan(Resource, omit_defaults=False, frozen=True):
    """The plan of a release: a canary by steps, a watch after it."""

    # Nothing is left out when it is written: a Release records its plan in full, whatever the defaults become later.

    steps: Annotated[
        tuple[Step, ...],
        Meta(
            description=(
                "The steps of the canary, each with more weight than the one before. All traffic (100) follows the"
                " last of them, without being listed. Default: 5, 20 and 50 percent, 60 seconds each."
            ),
            min_length=1,
            max_length=32,
            extra_json_schema=checked(STEPS_GROW),
        ),
    ] = DEFAULT_STEPS
    watch_seconds: Annotated[
        int,
        Meta(
            description=(
                "Observed time, in seconds, after all traffic has moved, in which the old revision is kept warm and"
                " going back is one write."
            ),
            ge=0,
            le=604800,
        ),
    ] = 300
    progress_deadline_seconds: Annotated[
        int,
        Meta(
            description="Time in seconds in which the pods of a new revision must become ready.",
            ge=1,
            le=86400,
        ),
    ] = 600
    judge: Annotated[Judge, Meta(description="How the candidate is judged.")] = Judge()


class Traffic(Resource, omit_defaults=False, frozen=True):
    """How requests reach the Component."""

    http_routes: Annotated[
        tuple[Annotated[str, Meta(max_length=253, extra_json_schema=checked(OBJECT_NAME))], ...],
        Meta(
            description=(
                "Names of HTTPRoutes in the Component's namespace, written by others, that lead to its Services."
                " Routes among the manifests need not be listed."
            ),
            max_length=16,
            extra_json_schema={"x-kubernetes-list-type": "set"},
        ),
    ] = ()
    version_header: Annotated[
        str,
        Meta(
            description=(
                "Response header that tells the versions of the application apart, for example X-Version. With it"
                " Fairlead asks through the gateway which revision answers before it goes on."
            ),
            max_length=256,
            extra_json_schema=checked(HEADER_NAME),
        ),
    ] = ""
    probe_path: Annotated[
        str,
        Meta(
            description="Path of the requests that Fairlead sends to read that header.",
            max_length=1024,
            extra_json_schema=checked(URL_PATH),
        ),
    ] = "/"


class ComponentSpec(Resource, frozen=True):
    """What is wanted."""

    source: Annotated[Source, Meta(description="The manifests that ship as one version.")]
    service_account_name: Annotated[
        str,
        Meta(
            description=(
                "ServiceAccount in the Component's namespace with whose rights its objects are applied. Fairlead never"
                " applies them with its own."
            ),
            max_length=253,
            extra_json_schema=checked(OBJECT_NAME),
        ),
    ]
    release: Annotated[
        ReleasePlan,
        Meta(
            description=(
                "How a new version is brought in: beside the old one, by steps of a canary, judged by its own requests,"
                " and back by itself when it is worse. Everything here has a default."
            )
        ),
    ] = ReleasePlan()
    traffic: Annotated[
        Traffic,
        Meta(description="How requests reach the Component, as far as its manifests do not say it."),
    ] = Traffic()
    deletion_policy: Annotated[
        Literal["Delete", "Orphan"],
        Meta(
            description=(
                "What happens to the objects when the Component is deleted: Delete removes them in reverse order,"
                " Orphan leaves them running."
            )
        ),
    ] = "Delete"


class Rejected(Resource, omit_defaults=False, frozen=True):
    """Inputs that failed. They are not tried again until they change or a person asks for it."""

    revision: Annotated[str, Meta(description="The Revision of the inputs that failed.")]
    release: Annotated[str, Meta(description="The Release in which they failed.")]
    reason: Annotated[str, Meta(description="Why, as one CamelCase word.")]
    message: Annotated[str, Meta(description="Why, as a sentence.")] = ""


class ComponentStatus(Resource, frozen=True):
    """What is."""

    observed_generation: Annotated[int, Meta(description="The generation that this status answers.", ge=0)] = 0
    stable: Annotated[str, Meta(description="The Revision that serves.")] = ""
    candidate: Annotated[str, Meta(description="The Revision under judgement.")] = ""
    release: Annotated[str, Meta(description="The Release under way, else the last one.")] = ""
    releases: Annotated[int, Meta(description="How many Releases were begun.", ge=0)] = 0
    rejected: Annotated[Rejected | None, Meta(description="The inputs that failed last.")] = None
    conditions: Annotated[
        tuple[Condition, ...],
        Meta(
            description="Ready: the Component serves what is wanted. Progressing: a Release is under way.",
            extra_json_schema=CONDITIONS,
        ),
    ] = ()


class Component(Struct, rename="camel", kw_only=True, frozen=True):
    """An application that ships as one version: its manifests, and the plan by which a new version is released."""

    api_version: str = API_VERSION
    kind: str = "Component"
    metadata: ObjectMeta
    spec: Annotated[
        ComponentSpec,
        Meta(
            description=(
                "What is wanted: the manifests that ship as one version, with whose rights they are applied, and how a"
                " new version of them is released."
            )
        ),
    ]
    status: Annotated[
        ComponentStatus,
        Meta(description="What is: the Revision that serves, the one under judgement, and what was rejected."),
    ] = ComponentStatus()
