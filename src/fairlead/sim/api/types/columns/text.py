"""Small texts that several kinds print alike."""

from typing import Any

from fairlead.sim.api.types.columns.age import since
from fairlead.sim.api.types.kind import Object

NONE = "<none>"
UNSET = "<unset>"


def age(obj: Object, now: str) -> str:
    """Since its creation."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def labels(value: dict[str, Any] | None) -> str:
    """`a=b,c=d`, sorted."""
    return ",".join(f"{key}={entry}" for key, entry in sorted((value or {}).items())) or NONE


def selector(value: dict[str, Any] | None) -> str:
    """A label selector on one line."""
    if not value:
        return NONE
    parts = [(key, f"{key}={entry}") for key, entry in (value.get("matchLabels") or {}).items()]
    for one in value.get("matchExpressions") or ():
        inside = ",".join(sorted(one.get("values") or ()))
        texts = {"In": f"{one['key']} in ({inside})", "NotIn": f"{one['key']} notin ({inside})", "Exists": one["key"]}
        parts.append((one["key"], texts.get(one["operator"], f"!{one['key']}")))
    return ",".join(text for _, text in sorted(parts)) or NONE


def containers(pod_spec: dict[str, Any]) -> list[str]:
    """Their names and their images."""
    listed = pod_spec.get("containers") or ()
    return [",".join(one["name"] for one in listed), ",".join(one.get("image", "") for one in listed)]
