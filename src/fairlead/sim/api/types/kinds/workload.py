"""Deployments, ReplicaSets, StatefulSets, DaemonSets and ReplicationControllers."""

from collections.abc import Callable
from typing import Any

from fairlead.sim.api.schema import labels
from fairlead.sim.api.schema.names import dns_label, percent
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.pod_spec import pod_spec
from fairlead.sim.api.types.kinds.pod_warnings import of_template
from fairlead.sim.api.types.kinds.selecting import selects
from fairlead.sim.api.types.kinds.strategy import Strategy
from fairlead.sim.api.types.kinds.volume import claim_causes
from fairlead.sim.api.types.kinds.workload_status import status_causes

_NOT_NEGATIVE = "must be greater than or equal to 0"
_STATEFUL_MUTABLE = (
    *("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit"),
    *("persistentVolumeClaimRetentionPolicy", "minReadySeconds"),
)


def template(spec: dict[str, Any], field: str, restart: tuple[str, ...]) -> list[Cause]:
    """A pod template whose pods may restart only so."""
    part = spec.get("template") or {}
    meta, pod = part.get("metadata") or {}, part.get("spec") or {}
    causes = labels.labels(meta.get("labels") or {}, f"{field}.labels")
    causes += pod_spec(pod, f"{field}.spec")
    policy = pod.get("restartPolicy", "")
    if policy not in restart and policy in {"Always", "Never", "OnFailure"}:
        causes.append(not_supported(f"{field}.spec.restartPolicy", policy, list(restart)))
    if pod.get("activeDeadlineSeconds") is not None and restart == ("Always",):
        causes.append(
            forbidden(f"{field}.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported")
        )
    return causes


def not_negative(spec: dict[str, Any], *fields: str) -> list[Cause]:
    """A cause for each that is below zero."""
    return [invalid(f"spec.{name}", spec[name], _NOT_NEGATIVE) for name in fields if (spec.get(name) or 0) < 0]


def _selector(spec: dict[str, Any], kind: str) -> list[Cause]:
    selector = spec.get("selector")
    found = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if selector is None:
        mismatch = invalid(_LABELS, found, "`selector` does not match template `labels`")
        return [mismatch] if kind == "daemonset" else [required("spec.selector"), mismatch]
    causes = labels.selector(selector, "spec.selector")
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        return [*causes, invalid("spec.selector", selector, f"empty selector is invalid for {kind}")]
    if not causes and not selects(selector, found or {}):
        causes.append(invalid(_LABELS, found, "`selector` does not match template `labels`"))
    return causes


_LABELS = "spec.template.metadata.labels"


def _immutable(obj: Object, write: Write, *fields: str) -> list[Cause]:
    if write.old is None:
        return []
    old = write.old["spec"]
    return [
        invalid(f"spec.{name}", obj["spec"].get(name), "field is immutable")
        for name in fields
        if obj["spec"].get(name) != old.get(name)
    ]


def _deployment(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = not_negative(spec, "replicas") + _selector(spec, "deployment")
    causes += template(spec, "spec.template", ("Always",))
    causes += _rolling(spec.get("strategy") or {}, "spec.strategy", "Recreate")
    causes += not_negative(spec, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        causes.append(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return causes + _immutable(obj, write, "selector")


def _rolling(strategy: dict[str, Any], field: str, other: str) -> list[Cause]:
    type_, rolling = strategy.get("type", ""), strategy.get("rollingUpdate")
    if type_ == other:
        detail = f"may not be specified when strategy `type` is '{other}'"
        return [] if rolling is None else [forbidden(f"{field}.rollingUpdate", detail)]
    if type_ != "RollingUpdate":
        return [not_supported(f"{field}.type", type_, sorted((other, "RollingUpdate")))]
    if rolling is None:
        return [required(f"{field}.rollingUpdate", "this should be defaulted and never be nil")]
    causes = []
    for name in ("maxUnavailable", "maxSurge"):
        causes += amount(rolling.get(name, 0), f"{field}.rollingUpdate.{name}")
    if not causes and _zero(rolling.get("maxUnavailable", 0)) and _zero(rolling.get("maxSurge", 0)):
        detail = "may not be 0 when `maxSurge` is 0"
        causes.append(invalid(f"{field}.rollingUpdate.maxUnavailable", rolling.get("maxUnavailable", 0), detail))
    if not causes and isinstance(most := rolling.get("maxUnavailable"), str) and int(most[:-1]) > 100:
        causes.append(invalid(f"{field}.rollingUpdate.maxUnavailable", most, "must not be greater than 100%"))
    return causes


def amount(value: Any, field: str) -> list[Cause]:
    """A number that is not negative, or a percentage."""
    if isinstance(value, str):
        return [invalid(field, value, error) for error in percent(value)]
    return [] if value >= 0 else [invalid(field, value, _NOT_NEGATIVE)]


def _zero(value: Any) -> bool:
    return value in {0, "0%"}


def _replica_set(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = not_negative(spec, "replicas", "minReadySeconds") + _selector(spec, "replicaset")
    return causes + template(spec, "spec.template", ("Always",)) + _immutable(obj, write, "selector")


def _stateful_set(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = []
    policy = spec.get("podManagementPolicy", "")
    if policy not in {"OrderedReady", "Parallel"}:
        causes.append(invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"))
    type_ = (spec.get("updateStrategy") or {}).get("type", "")
    if type_ not in {"RollingUpdate", "OnDelete"}:
        # The server prints its internal form here.
        shown = {"Type": type_, "RollingUpdate": (spec.get("updateStrategy") or {}).get("rollingUpdate")}
        causes.append(invalid("spec.updateStrategy", shown, "must be 'RollingUpdate' or 'OnDelete'"))
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        causes += claim_causes(claim.get("spec") or {}, f"spec.volumeClaimTemplates[{index}].spec")
    causes += not_negative(spec, "replicas", "minReadySeconds") + _selector(spec, "statefulset")
    causes += template(spec, "spec.template", ("Always",))
    if write.old is not None:
        old = write.old["spec"]
        if any(spec.get(name) != old.get(name) for name in (spec.keys() | old.keys()) - set(_STATEFUL_MUTABLE)):
            *listed, last = (f"'{name}'" for name in _STATEFUL_MUTABLE)
            fields = f"{', '.join(listed)} and {last}"
            detail = f"updates to statefulset spec for fields other than {fields} are forbidden"
            causes.append(forbidden("spec", detail))
    return causes


def _daemon_set(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = _selector(spec, "daemonset") + template(spec, "spec.template", ("Always",))
    causes += not_negative(spec, "minReadySeconds", "revisionHistoryLimit")
    return causes + _immutable(obj, write, "selector")


def _replication_controller(obj: Object, _write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = not_negative(spec, "minReadySeconds")
    if not spec.get("selector"):
        causes.append(required("spec.selector"))
    causes += not_negative(spec, "replicas")
    return causes + template(spec, "spec.template", ("Always",))


def _keep_labels(obj: Object, write: Write) -> None:
    """A write of a Deployment's status does not bring labels."""
    if write.subresource == "status" and write.old is not None:
        old = write.old["metadata"].get("labels")
        obj["metadata"].pop("labels", None)
        if old is not None:
            obj["metadata"]["labels"] = old


def _count_templates(obj: Object, write: Write) -> None:
    """DaemonSets count their templates in the object itself, for clients of long ago."""
    annotations = obj["metadata"].setdefault("annotations", {})
    number = "deprecated.daemonset.template.generation"
    if write.old is None:
        annotations[number] = "1"
        return
    before = (write.old["metadata"].get("annotations") or {}).get(number, "0")
    changed = obj["spec"].get("template") != write.old["spec"].get("template")
    annotations[number] = str(int(before) + changed)


def _strategy(validate: Callable[[Object, Write], list[Cause]], **more: Any) -> Strategy:
    def with_status(obj: Object, write: Write) -> list[Cause]:
        return status_causes(obj, write) if write.subresource == "status" else validate(obj, write)

    return Strategy(validate=with_status, warnings=of_template, **more)


DEPLOYMENT = _strategy(_deployment, prepare=_keep_labels)
REPLICA_SET = _strategy(_replica_set)
STATEFUL_SET = _strategy(_stateful_set, name_syntax=dns_label)
DAEMON_SET = _strategy(_daemon_set, prepare=_count_templates)
REPLICATION_CONTROLLER = _strategy(_replication_controller)
