"""What a pod is made of, in a Pod and in every template of one."""

from typing import Any

from fairlead.sim.api.schema import labels, names
from fairlead.sim.api.types.cause import Cause, duplicate, forbidden, invalid, not_supported, required
from fairlead.sim.api.types.kinds.container import container, probes, stays_out, unique_names

_RESTART = ["Always", "Never", "OnFailure"]
_DNS = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]
_EFFECTS = ["NoExecute", "NoSchedule", "PreferNoSchedule"]


def pod_spec(spec: dict[str, Any], field: str) -> list[Cause]:
    """Everything wrong, in the server's order: volumes, containers, init containers, the rest."""
    volumes, causes = _volumes(spec.get("volumes") or (), f"{field}.volumes")
    causes += _containers(spec, field, volumes)
    causes += _init_containers(spec, field, volumes)
    causes += _policies(spec, field)
    causes += labels.labels(spec.get("nodeSelector") or {}, f"{field}.nodeSelector")
    causes += _names(spec, field)
    for index, toleration in enumerate(spec.get("tolerations") or ()):
        causes += _toleration(toleration, f"{field}.tolerations[{index}]")
    return causes


def _containers(spec: dict[str, Any], field: str, volumes: set[str]) -> list[Cause]:
    listed, here = spec.get("containers") or (), f"{field}.containers"
    if not listed:
        return [required(here)]
    causes = []
    taken: set[str] = set()
    for index, part in enumerate(listed):
        causes += container(part, f"{here}[{index}]", volumes)
        if part.get("name") in taken:
            causes.append(duplicate(f"{here}[{index}].name", part["name"]))
        taken.add(part.get("name", ""))
        causes += probes(part, f"{here}[{index}]")
    return causes


def _init_containers(spec: dict[str, Any], field: str, volumes: set[str]) -> list[Cause]:
    causes: list[Cause] = []
    taken = {part.get("name", "") for part in spec.get("containers") or ()}
    for index, part in enumerate(spec.get("initContainers") or ()):
        here = f"{field}.initContainers[{index}]"
        causes += container(part, here, volumes)
        causes += unique_names([part], here, taken) if part.get("name") in taken else []
        taken.add(part.get("name", ""))
        sidecar = part.get("restartPolicy") == "Always"
        causes += (
            probes(part, here) if sidecar else stays_out(part, here, "init containers without restartPolicy=Always")
        )
    return causes


# In the order in which they are looked for: all but the first that is there are too many.
_SOURCES = (
    *("emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi"),
    *("glusterfs", "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc"),
    *("flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume"),
    *("azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral", "image"),
)


def _volumes(volumes: Any, field: str) -> tuple[set[str], list[Cause]]:
    """Return the names that containers may mount, and what is wrong. A volume with a mistake is none."""
    found: set[str] = set()
    causes: list[Cause] = []
    for index, volume in enumerate(volumes):
        here, name = f"{field}[{index}]", volume.get("name", "")
        sources = sorted(volume.keys() - {"name"}, key=_SOURCES.index)
        wrong = [forbidden(f"{here}.{source}", "may not specify more than 1 volume type") for source in sources[1:]]
        wrong += _source(volume, here)
        if not name:
            wrong.append(required(f"{here}.name"))
        else:
            wrong += [invalid(f"{here}.name", name, error) for error in names.dns_label(name)]
            wrong += [duplicate(f"{here}.name", name)] if name in found else []
        causes += wrong
        if not wrong:
            found.add(name)
    return found, causes


def _source(volume: dict[str, Any], field: str) -> list[Cause]:
    causes = []
    for source, key in (("secret", "secretName"), ("configMap", "name"), ("persistentVolumeClaim", "claimName")):
        part = volume.get(source)
        if part is None:
            continue
        if not part.get(key):
            causes.append(required(f"{field}.{source}.{key}"))
        mode = part.get("defaultMode")
        if mode is not None and not 0 <= mode <= 0o777:
            detail = "must be a number between 0 and 0777 (octal), both inclusive"
            causes.append(invalid(f"{field}.{source}.defaultMode", mode, detail))
    return causes


def _policies(spec: dict[str, Any], field: str) -> list[Cause]:
    causes = []
    for name, allowed in (("restartPolicy", _RESTART), ("dnsPolicy", _DNS)):
        value = spec.get(name, "")
        if not value:
            causes.append(required(f"{field}.{name}"))
        elif value not in allowed:
            causes.append(not_supported(f"{field}.{name}", value, allowed))
    return causes


def _names(spec: dict[str, Any], field: str) -> list[Cause]:
    causes = []
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if not secret.get("name"):
            causes.append(required(f"{field}.imagePullSecrets[{index}].name"))
    for name, syntax in (
        ("serviceAccountName", names.dns_subdomain),
        ("nodeName", names.dns_subdomain),
        ("hostname", names.dns_label),
        ("subdomain", names.dns_label),
        ("priorityClassName", names.dns_subdomain),
    ):
        if value := spec.get(name):
            causes += [invalid(f"{field}.{name}", value, error) for error in syntax(value)]
    seconds = spec.get("activeDeadlineSeconds")
    if seconds is not None and not 1 <= seconds <= 2**31 - 1:
        detail = "must be between 1 and 2147483647, inclusive"
        causes.append(invalid(f"{field}.activeDeadlineSeconds", seconds, detail))
    return causes


def _toleration(toleration: dict[str, Any], field: str) -> list[Cause]:
    key, operator, effect = (toleration.get(name, "") for name in ("key", "operator", "effect"))
    causes = [invalid(f"{field}.key", key, error) for error in names.qualified_name(key)] if key else []
    if not key and operator != "Exists":
        detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        causes.append(invalid(f"{field}.operator", operator, detail))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        causes.append(invalid(f"{field}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    if operator == "Exists" and toleration.get("value"):
        causes.append(
            invalid(f"{field}.operator", toleration["value"], "value must be empty when `operator` is 'Exists'")
        )
    if operator not in {"", "Equal", "Exists"}:
        causes.append(not_supported(f"{field}.operator", operator, ["Equal", "Exists"]))
    if effect and effect not in _EFFECTS:
        causes.append(not_supported(f"{field}.effect", effect, _EFFECTS))
    return causes
