"""The annotation in which kubectl keeps the configuration that it applied by itself, before it applied on the server.

Who applies as `kubectl` may take over what that annotation names and nobody has changed since.
"""

import json
from typing import Any

from fairlead.sim.api.apply.check import Mistyped, check
from fairlead.sim.api.apply.compare import compare
from fairlead.sim.api.apply.fieldset import Fields, difference
from fairlead.sim.api.apply.owned import fields_of
from fairlead.sim.api.apply.shape import shape_of
from fairlead.sim.api.printed import as_json
from fairlead.sim.api.types.kind import Kind, Object

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
_MAX_ANNOTATIONS_BYTES = 256 * 1024


def allowed(live: Object, kind: Kind) -> Fields:
    """The fields that kubectl may take from others without force."""
    try:
        configuration = json.loads(_annotations(live).get(ANNOTATION) or "null")
    except ValueError:
        return {}
    if not isinstance(configuration, dict) or configuration.get("apiVersion") != kind.api_version:
        return {}
    shape = shape_of(kind.schema)
    try:
        check(live, shape)
        check(configuration, shape)
    except Mistyped:
        return {}
    out = fields_of(configuration, shape)
    for differing in compare(configuration, live, shape):
        out = difference(out, differing)
    return out


def text(configuration: Object) -> str:
    """The annotation that says that this is applied."""
    given = configuration.get("metadata")
    metadata = dict(given) if isinstance(given, dict) else {}
    others = {name: value for name, value in _annotations(configuration).items() if name != ANNOTATION}
    metadata.pop("annotations", None)
    if others:
        metadata["annotations"] = others
    return as_json(configuration | {"metadata": metadata}) + "\n"


def follow(obj: Object, annotation: str) -> None:
    """Keep the annotation, where there is one, equal to what is applied now."""
    annotations = _annotations(obj)
    if not annotations.get(ANNOTATION):
        return
    annotations[ANNOTATION] = annotation
    if sum(len(f"{name}{value}".encode()) for name, value in annotations.items()) > _MAX_ANNOTATIONS_BYTES:
        del annotations[ANNOTATION]


def _annotations(obj: Object) -> dict[str, Any]:
    metadata = obj.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return annotations if isinstance(annotations, dict) else {}
