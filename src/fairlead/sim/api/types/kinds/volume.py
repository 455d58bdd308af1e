"""Persistent volumes and claims."""

from typing import Any

from fairlead.sim.api.types.cause import Cause, forbidden, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
_FIXED = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"


def _prepare_volume(obj: Object, write: Write) -> None:
    if write.old is None and write.surroundings is not None:
        obj["status"]["lastPhaseTransitionTime"] = write.surroundings.now()


def _claim(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = claim_causes(spec, "spec")
    if write.old is not None and not write.subresource and _rest(spec) != _rest(write.old["spec"]):
        causes.append(forbidden("spec", _FIXED))
    return causes


def claim_causes(spec: dict[str, Any], field: str) -> list[Cause]:
    """Causes against the spec of a claim, or of a template of one."""
    causes = _access(spec, field)
    if "storage" not in ((spec.get("resources") or {}).get("requests") or {}):
        causes.append(required(f"{field}.resources[storage]"))
    return causes


def _rest(spec: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if name not in {"resources", "volumeAttributesClassName"}}


def _access(spec: dict[str, Any], field: str) -> list[Cause]:
    modes = spec.get("accessModes") or ()
    if not modes:
        return [required(f"{field}.accessModes", "at least 1 access mode is required")]
    return [not_supported(f"{field}.accessModes", mode, _MODES) for mode in modes if mode not in _MODES]


def _volume(obj: Object, _write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = _access(spec, "spec")
    return causes if spec.get("capacity") else [*causes, required("spec.capacity")]


CLAIM = Strategy(validate=_claim)
VOLUME = Strategy(prepare=_prepare_volume, validate=_volume)
