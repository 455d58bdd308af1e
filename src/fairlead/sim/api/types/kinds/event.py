"""Events, which two groups serve under different names of fields. The stored form is the older one."""

from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_NAMES = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}
_BACK = {old: new for new, old in _NAMES.items()}
# What one form always writes, the other leaves out when it is empty.
_ALWAYS_OLD = {"involvedObject": {}, "source": {}, "reportingComponent": "", "reportingInstance": ""}


def to_core(obj: Object) -> Object:
    """The stored form of an events.k8s.io object."""
    renamed = {_NAMES.get(name, name): value for name, value in obj.items()}
    return {**_ALWAYS_OLD, "firstTimestamp": None, "lastTimestamp": None, **renamed, "apiVersion": "v1"}


def to_events(obj: Object) -> Object:
    """The events.k8s.io form of a stored event."""
    renamed = {_BACK.get(name, name): value for name, value in obj.items()}
    left_out = {name for name in ("reportingController", "reportingInstance") if renamed.get(name) == ""}
    return {name: value for name, value in renamed.items() if name not in left_out} | {"apiVersion": "events.k8s.io/v1"}


def _validate(obj: Object, _write: Write) -> list[Cause]:
    about = obj.get("involvedObject") or obj.get("regarding") or {}
    namespace = obj["metadata"].get("namespace", "")
    where = about.get("namespace", "")
    if where and where != namespace:
        return [invalid("involvedObject.namespace", where, "does not match event.namespace")]
    if not where and namespace != "default":
        return [invalid("involvedObject.namespace", where, "does not match event.namespace")]
    return []


EVENT = Strategy(validate=_validate)
