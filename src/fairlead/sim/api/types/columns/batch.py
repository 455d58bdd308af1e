"""Jobs and CronJobs."""

from datetime import datetime
from typing import Any

from fairlead.sim.api.types.columns.age import human, since
from fairlead.sim.api.types.columns.text import NONE, age, containers, selector
from fairlead.sim.api.types.kind import Object

_STATES = (
    ("Complete", "Complete"),
    ("Failed", "Failed"),
    ("Suspended", "Suspended"),
    ("FailureTarget", "FailureTarget"),
)


def job(obj: Object, now: str) -> list[Any]:
    """Status, completions, duration, age; containers, images, selector."""
    spec, status = obj["spec"], obj.get("status", {})
    done = status.get("succeeded", 0)
    if spec.get("completions") is not None:
        completions = f"{done}/{spec['completions']}"
    else:
        parallelism = spec.get("parallelism", 0)
        completions = f"{done}/1 of {parallelism}" if parallelism > 1 else f"{done}/1"
    return [
        _status(obj),
        completions,
        _duration(status, now),
        age(obj, now),
        *containers(spec["template"]["spec"]),
        selector(spec.get("selector")),
    ]


def _status(obj: Object) -> str:
    true = {one["type"] for one in obj.get("status", {}).get("conditions") or () if one["status"] == "True"}
    for condition, text in _STATES:
        if condition in true:
            return text
    return "Terminating" if obj["metadata"].get("deletionTimestamp") else "Running"


def _duration(status: dict[str, Any], now: str) -> str:
    if not status.get("startTime"):
        return ""
    end = status.get("completionTime") or now
    return human((datetime.fromisoformat(end) - datetime.fromisoformat(status["startTime"])).total_seconds())


def cron_job(obj: Object, now: str) -> list[Any]:
    """Schedule, time zone, suspended, active, last schedule, age; containers, images, selector."""
    spec, status = obj["spec"], obj.get("status", {})
    last = status.get("lastScheduleTime")
    template = spec["jobTemplate"]["spec"]
    return [
        spec.get("schedule", ""),
        spec.get("timeZone") or NONE,
        str(spec.get("suspend", False)),
        len(status.get("active") or ()),
        since(last, now) if last else NONE,
        age(obj, now),
        *containers(template["template"]["spec"]),
        selector(template.get("selector")),
    ]
