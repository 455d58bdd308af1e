"""Scale: the kind of the subresource by which replicas of any kind are read and written. It is never stored."""

from functools import cache
from typing import Any

from fairlead.sim.api.printed import printed, type_name
from fairlead.sim.api.schema import go_mismatch, go_values
from fairlead.sim.api.types.builtin import document
from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Kind, Object, ScalePaths, Write

GROUP, VERSION, KIND = "autoscaling", "v1", "Scale"


@cache
def scale_kind() -> Kind:
    """Made once for all servers of a process: it never changes."""
    source = document()
    schema = source.library.schema(source.definitions[GROUP, VERSION, KIND])

    def mismatch(obj: Object) -> str | None:
        found = go_mismatch.find(obj, schema)
        return found and f'{KIND} in version "{VERSION}" cannot be handled as a {KIND}: {found}'

    return Kind(
        group=GROUP,
        version=VERSION,
        kind=KIND,
        list_kind="ScaleList",
        plural="scales",
        singular="scale",
        namespaced=True,
        verbs=("get", "patch", "update"),
        schema=schema,
        stored_group=GROUP,
        stored_version=VERSION,
        find_mismatch=mismatch,
        drop_unknown=lambda obj: go_values.normalize(obj, schema),
        validating=_validate,
    )


def replicas_causes(obj: Object, paths: ScalePaths) -> list[Cause]:
    """Causes against the replicas of a custom resource that has a scale."""
    causes = []
    for path in (paths.spec_replicas, paths.status_replicas):
        value, there = _at(obj, path)
        if there and (not isinstance(value, int) or isinstance(value, bool)):
            why = f".{path} accessor error: {printed(value)} is of the type {type_name(value)}, expected int64"
            causes.append(invalid(f".{path}", 0, why))
        elif there and value < 0:
            causes.append(invalid(f".{path}", value, "should be a non-negative integer"))
    return causes


def _at(obj: Object, path: str) -> tuple[Any, bool]:
    value: Any = obj
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return None, False
        value = value[part]
    return value, True


def _validate(obj: Object, _write: Write) -> list[Cause]:
    replicas = obj.get("spec", {}).get("replicas", 0)
    return [invalid("spec.replicas", replicas, "must be greater than or equal to 0")] if replicas < 0 else []
