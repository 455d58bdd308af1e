"""Tables: how the server prints objects, for `kubectl get`."""

import json
from collections.abc import Sequence
from typing import Any

from fairlead.sim.api.types.columns import json_path, pod
from fairlead.sim.api.types.columns.age import since
from fairlead.sim.api.types.columns.cells import cells
from fairlead.sim.api.types.kind import Column, Kind, Object

_NAME_DESCRIPTION = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a "
    "client to request the generation of an appropriate name automatically. Name is primarily intended for creation "
    "idempotence and configuration definition. Cannot be updated. "
    "More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
)
NAME = Column(name="Name", type="string", format="name", description=_NAME_DESCRIPTION)


def table(
    kind: Kind, objects: Sequence[Object], now: str, version: str = "v1", include: str = "Metadata"
) -> dict[str, Any]:
    """The table without its metadata. `include`: what each row carries of its object (None, Metadata or Object)."""
    columns = [NAME, *kind.columns] if kind.custom else list(kind.columns)
    rows = [
        {"cells": _cells(kind, obj, now), **_outcome(kind, obj), **_object(obj, version, include)} for obj in objects
    ]
    return {
        "kind": "Table",
        "apiVersion": f"meta.k8s.io/{version}",
        "columnDefinitions": [_definition(column) for column in columns],
        "rows": rows or ([] if _printed(kind) else None),
    }


def _printed(kind: Kind) -> bool:
    """Kinds without columns of their own show when they were created."""
    return kind.custom or kind.columns[-1].name != "Created At"


def _definition(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "format": column.format,
        "description": column.description,
        "priority": column.priority,
    }


def _outcome(kind: Kind, obj: Object) -> dict[str, Any]:
    return pod.outcome(obj) if (kind.group, kind.kind) == ("", "Pod") else {}


def _object(obj: Object, version: str, include: str) -> dict[str, Any]:
    if include == "None":
        return {"object": None}
    if include == "Object":
        return {"object": obj}
    partial = {"kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{version}", "metadata": obj["metadata"]}
    return {"object": partial}


def _cells(kind: Kind, obj: Object, now: str) -> list[Any]:
    if kind.custom:
        return [obj["metadata"].get("name", ""), *(_custom(column, obj, now) for column in kind.columns)]
    return cells(kind, obj, now)


def _custom(column: Column, obj: Object, now: str) -> Any:
    found = json_path.find(obj, column.path)
    if not found:
        return None
    value = found[0]
    if column.type == "date":
        return since(value, now) if isinstance(value, str) else None
    if column.type == "string":
        if len(found) > 1 or not isinstance(value, str):
            return " ".join(one if isinstance(one, str) else json.dumps(one, separators=(",", ":")) for one in found)
        return value
    return _scalar(column, value)


def _scalar(column: Column, value: Any) -> Any:
    if column.type == "boolean":
        return value if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if column.type == "integer" else float(value)
