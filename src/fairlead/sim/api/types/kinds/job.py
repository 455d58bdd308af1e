"""Jobs and CronJobs."""

import re
from typing import Any

from fairlead.sim.api.types.cause import Cause, invalid, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy
from fairlead.sim.api.types.kinds.workload import not_negative, template

_COUNTS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"),
    *("backoffLimitPerIndex", "maxFailedIndexes"),
)
_FIXED = ("completions", "selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex")
_RESTART = ("OnFailure", "Never")
_NAME_LENGTH = 52
_FIELD = re.compile(
    r"(\*|\?|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/\d+)?(,(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/\d+)?)*", re.ASCII
)


def _prepare(obj: Object, write: Write) -> None:
    """A Job selects its pods by its own uid, which nobody can know before."""
    spec, meta = obj["spec"], obj["metadata"]
    if write.old is not None or spec.get("manualSelector"):
        return
    uid, name = meta.get("uid", ""), meta.get("name", "")
    labels = spec["template"].setdefault("metadata", {}).setdefault("labels", {})
    for key, value in (("controller-uid", uid), ("job-name", name)):
        labels[key] = labels[f"batch.kubernetes.io/{key}"] = value
    selector = spec.setdefault("selector", {}).setdefault("matchLabels", {})
    selector["batch.kubernetes.io/controller-uid"] = uid
    if not meta.get("labels"):
        meta["labels"] = dict(labels)


def _job(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = _spec(spec)
    if write.old is not None and not write.subresource:
        old = write.old["spec"]
        suspended = old.get("suspend") and not (write.old.get("status") or {}).get("startTime")
        for name in _FIXED:
            if spec.get(name) != old.get(name) and not (name == "template" and suspended):
                causes.append(invalid(f"spec.{name}", spec.get(name), "field is immutable"))
    return causes


def _spec(spec: dict[str, Any]) -> list[Cause]:
    causes = not_negative(spec, *_COUNTS)
    mode = spec.get("completionMode", "NonIndexed")
    if mode not in {"NonIndexed", "Indexed"}:
        causes.append(not_supported("spec.completionMode", mode, ["Indexed", "NonIndexed"]))
    elif mode == "Indexed" and spec.get("completions") is None:
        causes.append(required("spec.completions", "when completion mode is Indexed"))
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy", "")
    found = template(spec, "spec.template", ("Always", "Never", "OnFailure"))
    if policy not in _RESTART:
        # The server prints what is refused between quotes that are its own.
        allowed = ", ".join(f'"{one}"' for one in _RESTART)
        detail = f"valid values: {allowed}"
        field = "spec.template.spec.restartPolicy"
        found.append(
            required(field, detail)
            if policy == "Always"
            else not_supported(field, policy, sorted(_RESTART, reverse=True))
        )
    return causes + found


def _cron_job(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = []
    name = obj["metadata"].get("name", "")
    if write.old is None and len(name) > _NAME_LENGTH:
        causes.append(invalid("metadata.name", name, f"must be no more than {_NAME_LENGTH} characters"))
    schedule = spec.get("schedule", "")
    if not schedule:
        causes.append(required("spec.schedule"))
    elif wrong := _wrong_schedule(schedule):
        causes.append(invalid("spec.schedule", schedule, wrong))
    causes += not_negative(spec, "startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    policy = spec.get("concurrencyPolicy", "")
    if policy not in {"Allow", "Forbid", "Replace"}:
        causes.append(not_supported("spec.concurrencyPolicy", policy, ["Allow", "Forbid", "Replace"]))
    inside = _spec((spec.get("jobTemplate") or {}).get("spec") or {})
    return causes + [
        Cause(one.type, one.field.replace("spec.", "spec.jobTemplate.spec.", 1), one.message) for one in inside
    ]


def _wrong_schedule(schedule: str) -> str | None:
    if schedule.startswith("@"):
        return None
    fields = schedule.split()
    if len(fields) != 5:
        return f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
    bad = next((field for field in fields if not _FIELD.fullmatch(field)), None)
    return f'failed to parse int from {bad}: strconv.Atoi: parsing "{bad}": invalid syntax' if bad else None


JOB = Strategy(prepare=_prepare, validate=_job)
CRON_JOB = Strategy(validate=_cron_job)
