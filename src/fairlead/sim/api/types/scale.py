"""Scale: the kind of the subresource by which replicas of any kind are read and written. It is never stored."""

from functools import cache
from typing import Any

from msgspec.structs import replace

from fairlead.sim.api.printed import printed, type_name
from fairlead.sim.api.types.builtin import document
from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Column, Kind, Object, ScalePaths, Write
from fairlead.sim.api.types.unstored import unstored

_DESIRED = "replicas is the desired number of instances for the scaled object."
_AVAILABLE = "replicas is the actual number of observed instances of the scaled object."
_MOST = (1 << 31) - 1
"""Replicas fit into 32 bits."""
GROUP, VERSION, KIND = "autoscaling", "v1", "Scale"


@cache
def scale_kind() -> Kind:
    """Made once for all servers of a process: it never changes."""
    return unstored(GROUP, VERSION, KIND, verbs=("get", "patch", "update"), validate=_validate, columns=_columns())


def _columns() -> tuple[Column, ...]:
    name, age = (Column(**document().columns["apps/v1"]["ControllerRevision"][index]) for index in (0, -1))
    return (
        replace(name, format=""),
        Column(name="Desired", type="integer", format="", description=_DESIRED),
        Column(name="Available", type="integer", format="", description=_AVAILABLE),
        age,
    )


def replicas_causes(obj: Object, paths: ScalePaths, subresource: str) -> list[Cause]:
    """Causes against the replicas of a custom resource that has a scale; its status does not speak of those wanted."""
    wanted = [] if subresource == "status" else _replicas(obj, paths.spec_replicas)
    causes = [*wanted, *_replicas(obj, paths.status_replicas)]
    if paths.selector:
        selector, why = _at(obj, paths.selector)
        if not why and not isinstance(selector, str | Missing):
            why = _accessor(paths.selector, selector, "string")
        causes += [invalid(f".{paths.selector}", "", why)] if why else []
    return causes


def _replicas(obj: Object, path: str) -> list[Cause]:
    value, why = _at(obj, path)
    if isinstance(value, Missing):
        return []
    if not why and (not isinstance(value, int) or isinstance(value, bool)):
        why = _accessor(path, value, "int64")
    if why:
        return [invalid(f".{path}", 0, why)]
    if value < 0:
        return [invalid(f".{path}", value, "should be a non-negative integer")]
    return [invalid(f".{path}", value, f"should be less than or equal to {_MOST}")] if value > _MOST else []


def _accessor(path: str, value: Any, expected: str) -> str:
    return f".{path} accessor error: {printed(value)} is of the type {type_name(value)}, expected {expected}"


class Missing:
    """There is nothing at a path."""


def _at(obj: Object, path: str) -> tuple[Any, str]:
    """What is there, and why one cannot get there."""
    value: Any = obj
    parts = path.split(".")
    for count, part in enumerate(parts, 1):
        if value is None:
            return Missing(), ""
        if not isinstance(value, dict):
            return value, _accessor(".".join(parts[:count]), value, "map[string]interface{}")
        if part not in value:
            return Missing(), ""
        value = value[part]
    return value, ""


def _validate(obj: Object, _write: Write) -> list[Cause]:
    replicas = obj.get("spec", {}).get("replicas", 0)
    return [invalid("spec.replicas", replicas, "must be greater than or equal to 0")] if replicas < 0 else []
