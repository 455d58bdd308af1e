"""ConfigMaps, Secrets, ServiceAccounts and Namespaces."""

from fairlead.sim.api.schema import names
from fairlead.sim.api.types import metadata
from fairlead.sim.api.types.cause import Cause, forbidden, invalid, required, too_long
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.strategy import Strategy

_LIMIT_BYTES = 1024 * 1024
_NEEDED = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_FIXED = "field is immutable when `immutable` is set"


def _config_map(obj: Object, write: Write) -> list[Cause]:
    causes = _immutable(obj, write, ("data", "binaryData"))
    binary = obj.get("binaryData") or {}
    for field in ("data", "binaryData"):
        for key in obj.get(field) or {}:
            causes += [invalid(f"{field}[{key}]", key, error) for error in names.config_key(key)]
            if field == "data" and key in binary:
                causes.append(invalid(f"{field}[{key}]", key, "duplicate of key present in binaryData"))
    size = sum(len(value.encode()) for value in (obj.get("data") or {}).values())
    size += sum(_decoded_bytes(value) for value in binary.values())
    if size > _LIMIT_BYTES:
        causes.append(too_long("", f"may not be more than {_LIMIT_BYTES} bytes"))
    return causes


def _decoded_bytes(base64: str) -> int:
    return len(base64) // 4 * 3 - base64.count("=")


def _prepare_secret(obj: Object, write: Write) -> None:
    """An update that names no type keeps the old one; it was defaulted by then."""
    if write.old is not None and not obj.get("type"):
        obj["type"] = write.old.get("type", "Opaque")


def _secret(obj: Object, write: Write) -> list[Cause]:
    causes = []
    if write.old is not None and obj.get("type") != write.old.get("type"):
        causes.append(invalid("type", obj.get("type", ""), "field is immutable"))
    causes += _immutable(obj, write, ("data",))
    data = obj.get("data") or {}
    for key in data:
        causes += [invalid(f"data[{key}]", key, error) for error in names.config_key(key)]
    if sum(_decoded_bytes(value) for value in data.values()) > _LIMIT_BYTES:
        causes.append(too_long("data", f"may not be more than {_LIMIT_BYTES} bytes"))
    type_ = obj.get("type", "")
    causes += [required(f"data[{key}]") for key in _NEEDED.get(type_, ()) if key not in data]
    if type_ == "kubernetes.io/basic-auth" and not {"username", "password"} & data.keys():
        causes += [required("data[username]"), required("data[password]")]
    annotations = obj["metadata"].get("annotations") or {}
    if type_ == "kubernetes.io/service-account-token" and not annotations.get("kubernetes.io/service-account.name"):
        causes.append(required("metadata.annotations[kubernetes.io/service-account.name]"))
    return causes


def _immutable(obj: Object, write: Write, fields: tuple[str, ...]) -> list[Cause]:
    if write.old is None or not write.old.get("immutable"):
        return []
    causes = [] if obj.get("immutable") else [forbidden("immutable", _FIXED)]
    return causes + [
        forbidden(field, _FIXED) for field in fields if (obj.get(field) or {}) != (write.old.get(field) or {})
    ]


def _prepare_namespace(obj: Object, write: Write) -> None:
    if write.old is None:
        finalizers = obj.setdefault("spec", {}).setdefault("finalizers", [])
        if "kubernetes" not in finalizers:
            finalizers.append("kubernetes")
    elif not write.subresource:
        obj["spec"] = write.old.get("spec", {})


def _namespace(obj: Object, write: Write) -> list[Cause]:
    """The finalizers of the spec. Who makes a namespace is told of the list, who finalizes one of its items."""
    if write.old is not None and write.subresource != "finalize":
        return []
    causes = []
    for index, name in enumerate((obj.get("spec") or {}).get("finalizers") or []):
        field = "spec.finalizers" if write.old is None else f"spec.finalizers[{index}]"
        causes += [invalid(field, name, error) for error in names.qualified_name(name)]
        if not metadata.is_standard_finalizer(name):
            causes.append(invalid(field, name, metadata.NO_STANDARD_FINALIZER))
    return causes


CONFIG_MAP = Strategy(validate=_config_map)
SECRET = Strategy(prepare=_prepare_secret, validate=_secret)
NAMESPACE = Strategy(name_syntax=names.dns_label, prepare=_prepare_namespace, validate=_namespace)
