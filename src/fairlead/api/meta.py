"""What every Kubernetes object has: metadata, and conditions by Kubernetes' conventions.

Only the fields that Fairlead reads are named: a decoder that skips the rest (managedFields above all) is what keeps
lists and watches cheap.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

GROUP = "fairlead.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"

#: Labels that Fairlead puts on what it applies.
LABEL_COMPONENT = f"{GROUP}/component"
LABEL_COPY = f"{GROUP}/copy"
#: On the Service of one revision: the Service that it stands beside.
LABEL_SERVICE = f"{GROUP}/service"
LABEL_MANAGED_BY = "app.kubernetes.io/managed-by"

#: The field manager of every server-side apply.
FIELD_MANAGER = "fairlead"
FINALIZER = f"{GROUP}/component"
#: On a Revision that was stored to its end: it is not removed while anything names it.
REVISION_FINALIZER = f"{GROUP}/revision"
#: On the same: the newest Release that it was stored for.
ANNOTATION_RELEASE = f"{GROUP}/release"


class Resource(Struct, rename="camel", omit_defaults=True, kw_only=True, frozen=True):
    """The base of nested API structs: camelCase on the wire, defaults left out."""


class ObjectMeta(Resource, frozen=True):
    """The part of metadata that Fairlead reads and writes."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    finalizers: tuple[str, ...] = ()


class Condition(Resource, omit_defaults=False, frozen=True):
    """One aspect of the state, as `metav1.Condition`."""

    type: Annotated[str, Meta(description="Type of the condition, in CamelCase.")]
    status: Annotated[Literal["True", "False", "Unknown"], Meta(description="True, False or Unknown.")]
    reason: Annotated[
        str,
        Meta(
            description="Why, as one CamelCase word for programs.",
            min_length=1,
            max_length=128,
            pattern="^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
        ),
    ]
    message: Annotated[str, Meta(description="Why, as a sentence for people.", max_length=32768)] = ""
    last_transition_time: Annotated[
        str, Meta(description="When the status last changed, RFC 3339.", extra_json_schema={"format": "date-time"})
    ] = ""
    observed_generation: Annotated[
        int, Meta(description="The metadata.generation this condition was computed from.", ge=0)
    ] = 0


#: Conditions are one list in which each writer owns the types it writes.
CONDITIONS: dict[str, Any] = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}


def settle(conditions: tuple[Condition, ...], new: Condition, *, now: str) -> tuple[Condition, ...]:
    """Return the conditions with `new` in its place, keeping the transition time while its status stays."""
    kept = {c.type: c for c in conditions}
    old = kept.get(new.type)
    since = old.last_transition_time if old is not None and old.status == new.status else now
    kept[new.type] = msgspec.structs.replace(new, last_transition_time=since)
    return tuple(kept[t] for t in sorted(kept))
