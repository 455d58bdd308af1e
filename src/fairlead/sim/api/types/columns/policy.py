"""Autoscalers, disruption budgets, volumes and events."""

from typing import Any

from fairlead.sim.api.types.columns.age import UNKNOWN, since
from fairlead.sim.api.types.columns.text import UNSET, age
from fairlead.sim.api.types.kind import Object

_ACCESS = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def disruption_budget(obj: Object, now: str) -> list[Any]:
    """Limits, disruptions that are allowed now, age."""
    spec = obj["spec"]
    limits = [str(spec[name]) if name in spec else "N/A" for name in ("minAvailable", "maxUnavailable")]
    return [*limits, obj.get("status", {}).get("disruptionsAllowed", 0), age(obj, now)]


def autoscaler(obj: Object, now: str) -> list[Any]:
    """What it scales, current and wanted values, limits, size, age."""
    spec, status = obj["spec"], obj.get("status", {})
    target = spec["scaleTargetRef"]
    return [
        f"{target['kind']}/{target['name']}",
        _targets(spec.get("metrics") or (), status.get("currentMetrics") or ()),
        str(spec["minReplicas"]) if spec.get("minReplicas") is not None else UNSET,
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(obj, now),
    ]


def _targets(metrics: Any, current: Any) -> str:
    texts = []
    for index, metric in enumerate(metrics):
        kind = metric["type"]
        part = metric.get(kind[0].lower() + kind[1:]) or {}
        seen = (current[index].get(kind[0].lower() + kind[1:]) or {}).get("current", {}) if index < len(current) else {}
        wanted = part.get("target", {})
        name = f"{part['name']}: " if kind in {"Resource", "ContainerResource"} else ""
        if "averageUtilization" in wanted:
            now = f"{seen['averageUtilization']}%" if "averageUtilization" in seen else UNKNOWN
            texts.append(f"{name}{now}/{wanted['averageUtilization']}%")
        elif "averageValue" in wanted:
            average = " (avg)" if kind in {"Object", "External"} else ""
            texts.append(f"{name}{seen.get('averageValue', UNKNOWN)}/{wanted['averageValue']}{average}")
        else:
            texts.append(f"{name}{seen.get('value', UNKNOWN)}/{wanted.get('value', UNKNOWN)}")
    more = f" + {len(texts) - 2} more..." if len(texts) > 2 else ""
    return ", ".join(texts[:2]) + more or "<none>"


def quota(obj: Object, now: str) -> list[Any]:
    """What is used of what is allowed: requests, limits; age."""
    status = obj.get("status", {})
    hard, used = status.get("hard") or {}, status.get("used") or {}
    texts = {name: f"{name}: {used.get(name, '0')}/{amount}" for name, amount in sorted(hard.items())}
    limits = [text for name, text in texts.items() if name.startswith("limits")]
    requests = [text for name, text in texts.items() if not name.startswith("limits")]
    return [", ".join(requests), ", ".join(limits), age(obj, now)]


def claim(obj: Object, now: str) -> list[Any]:
    """Phase, volume, size, modes, classes, age; volume mode."""
    spec, status = obj["spec"], obj.get("status", {})
    bound = bool(spec.get("volumeName"))
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", "")
    return [
        phase,
        spec.get("volumeName", ""),
        (status.get("capacity") or {}).get("storage", "") if bound else "",
        _modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or UNSET,
        age(obj, now),
        spec.get("volumeMode") or UNSET,
    ]


def volume(obj: Object, now: str) -> list[Any]:
    """Size, modes, policy, phase, claim, classes, reason, age; volume mode."""
    spec, status = obj["spec"], obj.get("status", {})
    reference = spec.get("claimRef")
    return [
        (spec.get("capacity") or {}).get("storage", ""),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", ""),
        f"{reference.get('namespace', '')}/{reference.get('name', '')}" if reference else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or UNSET,
        status.get("reason", ""),
        age(obj, now),
        spec.get("volumeMode") or UNSET,
    ]


def _modes(modes: Any) -> str:
    return ",".join(_ACCESS[mode] for mode in _ACCESS if mode in (modes or ()))


def event(obj: Object, now: str) -> list[Any]:
    """Events print their name last. Both groups' events, in the words of the old one."""
    series = obj.get("series") or {}
    about = obj.get("involvedObject") or obj.get("regarding") or {}
    source = obj.get("source") or obj.get("deprecatedSource") or {}
    component = source.get("component") or obj.get("reportingComponent") or obj.get("reportingController") or ""
    first = obj.get("firstTimestamp") or obj.get("deprecatedFirstTimestamp") or obj.get("eventTime")
    last = obj.get("lastTimestamp") or obj.get("deprecatedLastTimestamp") or series.get("lastObservedTime") or first
    count = series.get("count") or obj.get("count") or obj.get("deprecatedCount") or 1
    return [
        since(last, now),
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{about.get('kind', '').lower()}/{about.get('name', '')}",
        about.get("fieldPath", ""),
        ", ".join(filter(None, (component, source.get("host", "")))),
        (obj.get("message") or obj.get("note") or "").strip(),
        since(first, now),
        count,
        obj["metadata"].get("name", ""),
    ]
