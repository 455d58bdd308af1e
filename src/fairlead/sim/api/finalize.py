"""How an object goes: at once, after a grace, or once its finalizers are done. Decides only; must not know storage."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from fairlead.sim.api.meta import metadata
from fairlead.sim.api.types.kind import Kind

Object = dict[str, Any]

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
_ORPHANING = frozenset((("batch", "Job"), ("batch", "CronJob"), ("", "ReplicationController")))
"""Kinds of which the dependents stay unless the client says otherwise."""
_TERMINATED = ("Failed", "Succeeded")
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class DeleteOptions(Struct, frozen=True, kw_only=True):
    """How a client wants an object deleted."""

    uid: str | None = None
    version: str | None = None
    grace_s: int | None = None
    orphan: bool | None = None
    propagation: str | None = None
    dry_run: bool = False


Step = Literal["now", "wait", "mark", "mark-and-go"]


class Ending(Struct, frozen=True, kw_only=True):
    """What a delete leads to.

    now: the object goes. wait: it is going already, nothing is written. mark: `object` is stored and stays.
    mark-and-go: `object` is stored, and goes.
    """

    step: Step
    object: Object


def ending(kind: Kind, obj: Object, options: DeleteOptions, now: str) -> Ending:
    """Decide on an object, which is changed."""
    graceful = _graceful(kind, obj, options, now)
    if graceful == "pending":
        return Ending(step="wait", object=obj)
    meta = metadata(obj)
    finalizers = _finalizers(kind, obj, options)
    changed = set(finalizers) != set(meta.get("finalizers", ()))
    if changed:
        meta.pop("finalizers", None)
        if finalizers:
            meta["finalizers"] = finalizers
    if graceful == "yes":
        waits = bool(finalizers) or meta["deletionGracePeriodSeconds"] > 0
        return Ending(step="mark" if waits else "mark-and-go", object=obj)
    if not finalizers:
        return Ending(step="now", object=obj)
    _mark(obj, now)
    return Ending(step="mark", object=obj)


def is_finished(new: Object, old: Object) -> bool:
    """Whether a change takes the last finalizer from an object that is to go."""
    meta, was = metadata(new), metadata(old)
    if meta.get("finalizers") or not was.get("deletionTimestamp"):
        return False
    if new.get("kind") == "Namespace" and new.get("spec", {}).get("finalizers"):
        return False
    return not was.get("deletionGracePeriodSeconds")


def _mark(obj: Object, now: str) -> None:
    meta = metadata(obj)
    known = meta.get("deletionTimestamp")
    if known is None and meta.get("generation", 0) > 0:
        meta["generation"] += 1
    if known is None or known > now:
        meta["deletionTimestamp"] = now
    meta["deletionGracePeriodSeconds"] = 0


def _graceful(kind: Kind, obj: Object, options: DeleteOptions, now: str) -> Literal["no", "yes", "pending"]:
    """Pods get time to end, which a second delete can only shorten."""
    if (kind.group, kind.kind) != ("", "Pod"):
        return "no"
    meta = metadata(obj)
    if meta.get("deletionTimestamp"):
        return _shortened(meta, options.grace_s, now)
    period_s = _period_s(obj, options.grace_s)
    meta["deletionTimestamp"] = _later(now, period_s)
    meta["deletionGracePeriodSeconds"] = period_s
    if meta.get("generation", 0) > 0:
        meta["generation"] += 1
    return "yes"


def _shortened(meta: Object, grace_s: int | None, now: str) -> Literal["no", "yes", "pending"]:
    current_s = meta.get("deletionGracePeriodSeconds") or 0
    if not current_s:
        return "no"
    if grace_s is None:
        return "pending"
    period_s = 1 if grace_s < 0 else grace_s
    if period_s >= current_s:
        return "pending"
    until = _later(meta["deletionTimestamp"], period_s - current_s)
    if until < now:
        until = now
        period_s = 1 if period_s else 0
    meta["deletionTimestamp"], meta["deletionGracePeriodSeconds"] = until, period_s
    return "yes"


def _period_s(pod: Object, grace_s: int | None) -> int:
    spec = pod.get("spec", {})
    if not spec.get("nodeName") or pod.get("status", {}).get("phase") in _TERMINATED:
        return 0
    period_s: int = spec.get("terminationGracePeriodSeconds", 0) if grace_s is None else grace_s
    return 1 if period_s < 0 else period_s


def _finalizers(kind: Kind, obj: Object, options: DeleteOptions) -> list[str]:
    """The finalizers with those that the garbage collector works by: what the options say, else what is there."""
    present = metadata(obj).get("finalizers", [])
    if kind.kind == "Event":
        return [one for one in present if one not in (FOREGROUND, ORPHAN)]
    orphan = foreground = False
    if options.orphan is not None:
        orphan = options.orphan
    elif options.propagation is not None:
        orphan, foreground = options.propagation == "Orphan", options.propagation == "Foreground"
    else:
        first = next((one for one in present if one in (FOREGROUND, ORPHAN)), None)
        foreground = first == FOREGROUND
        orphan = first == ORPHAN or (first is None and (kind.group, kind.kind) in _ORPHANING)
    kept = [one for one in present if one not in (FOREGROUND, ORPHAN)]
    return kept + [ORPHAN] * orphan + [FOREGROUND] * foreground


def _later(time: str, seconds: int) -> str:
    return (datetime.strptime(time, _FORMAT).replace(tzinfo=UTC) + timedelta(seconds=seconds)).strftime(_FORMAT)
