"""CustomResourceDefinitions: whether one is accepted."""

from typing import Any

from fairlead.sim.api.schema import names
from fairlead.sim.api.types.cause import Cause, invalid, not_supported, required
from fairlead.sim.api.types.kind import Object, Write
from fairlead.sim.api.types.kinds.definition_schema import schema_causes, unknown_formats
from fairlead.sim.api.types.kinds.strategy import Strategy

_COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"]
_COLUMN_FORMATS = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"]
_APPROVAL = "api-approved.kubernetes.io"
_SEE = "see https://github.com/kubernetes/enhancements/pull/1111"


def _prepare(obj: Object, write: Write) -> None:
    """The version in which objects are stored is remembered from the first moment on."""
    if write.subresource:
        return
    if write.old is None:
        obj["status"] = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": []}
    status = obj["status"] = dict(obj.get("status") or {})
    stored = [version["name"] for version in obj["spec"].get("versions") or () if version.get("storage")][:1]
    known = status.get("storedVersions") or []
    status["storedVersions"] = [*known, *(name for name in stored if name not in known)] or None


def _validate(obj: Object, write: Write) -> list[Cause]:
    spec = obj["spec"]
    causes = [] if write.old is not None else _name(obj)
    causes += _group(spec.get("group", ""))
    scope = spec.get("scope", "")
    if not scope:
        causes.append(required("spec.scope"))
    elif scope not in {"Cluster", "Namespaced"}:
        causes.append(not_supported("spec.scope", scope, ["Cluster", "Namespaced"]))
    causes += _versions(spec)
    causes += _names(spec.get("names") or {}, "spec.names")
    causes += _conversion(spec.get("conversion") or {})
    if write.old is None:
        causes += _approval(obj)
    if write.old is not None and _established(write.old):
        causes += _fixed(spec, write.old["spec"])
    if spec.get("preserveUnknownFields"):
        detail = (
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        )
        causes.append(invalid("spec.preserveUnknownFields", True, detail))
    return causes


def _established(crd: Object) -> bool:
    conditions = (crd.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)


def _name(obj: Object) -> list[Cause]:
    name = obj["metadata"].get("name", "")
    wanted = f"{(obj['spec'].get('names') or {}).get('plural', '')}.{obj['spec'].get('group', '')}"
    detail = 'must be spec.names.plural+"."+spec.group'
    return [] if not name or name == wanted else [invalid("metadata.name", name, detail)]


def _group(group: str) -> list[Cause]:
    if not group:
        return [required("spec.group")]
    if errors := names.dns_subdomain(group):
        return [invalid("spec.group", group, ",".join(errors))]
    return [] if "." in group else [invalid("spec.group", group, "should be a domain with at least one dot")]


def _versions(spec: dict[str, Any]) -> list[Cause]:
    versions = spec.get("versions") or []
    causes = []
    for index, version in enumerate(versions):
        name = version.get("name", "")
        if errors := names.dns_1035_label(name):
            causes.append(invalid(f"spec.versions[{index}].name", name, ",".join(errors)))
    causes += _schemas(versions)
    if len({version.get("name") for version in versions}) != len(versions):
        causes.append(invalid("spec.versions", versions, "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        causes.append(invalid("spec.versions", versions, "must have exactly one version marked as storage version"))
    return causes


def _schemas(versions: list[dict[str, Any]]) -> list[Cause]:
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in versions]
    causes = [
        required(f"spec.versions[{index}].schema.openAPIV3Schema")
        for index, schema in enumerate(schemas)
        if schema is None
    ]
    # Schemas that are all alike are one to the server, under a name from long ago.
    alike = len({repr(schema) for schema in schemas}) == 1
    reports = any("status" in (version.get("subresources") or {}) for version in versions)
    if alike and schemas[0] is not None:
        causes += _root(schemas[0], "spec.validation.openAPIV3Schema", reports=reports)
    for index, (version, schema) in enumerate(zip(versions, schemas, strict=True)):
        field = f"spec.versions[{index}]"
        if not alike and schema is not None:
            own = "status" in (version.get("subresources") or {})
            causes += _root(schema, f"{field}.schema.openAPIV3Schema", reports=own)
        causes += _of_version(version, "spec" if len(versions) == 1 else field)
    return causes


def _root(schema: dict[str, Any], field: str, *, reports: bool) -> list[Cause]:
    type_, causes = schema.get("type", ""), []
    if reports and type_ not in {"", "object"}:
        detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
        causes.append(invalid(f"{field}.type", type_, detail))
    return causes + schema_causes(schema, field)


def _warnings(obj: Object, write: Write) -> list[str]:
    """Formats that nobody checks, told once: an update does not repeat what was there."""
    known = _unknown_formats(write.old) if write.old is not None else set()
    return [f'unrecognized format "{name}"' for name in sorted(_unknown_formats(obj) - known)]


def _unknown_formats(crd: Object) -> set[str]:
    schemas = [(version.get("schema") or {}).get("openAPIV3Schema") for version in crd["spec"].get("versions") or ()]
    return {name for schema in schemas if schema for name in unknown_formats(schema)}


def _of_version(version: dict[str, Any], field: str) -> list[Cause]:
    causes = _scale((version.get("subresources") or {}).get("scale"), f"{field}.subresources.scale")
    for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
        causes += _column(column, f"{field}.additionalPrinterColumns[{index}]")
    return causes


def _scale(scale: dict[str, Any] | None, field: str) -> list[Cause]:
    if scale is None:
        return []
    causes = []
    for name, root in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        path = scale.get(name, "")
        if not path:
            causes.append(required(f"{field}.{name}"))
        elif not path.startswith("."):
            causes.append(invalid(f"{field}.{name}", path, "must be a simple json path starting with ."))
        elif not path.startswith(f"{root}."):
            causes.append(invalid(f"{field}.{name}", path, f"should be a json path under {root}"))
    selector = scale.get("labelSelectorPath")
    if selector and not selector.startswith((".spec.", ".status.")):
        detail = "should be a json path under either .spec or .status"
        causes.append(invalid(f"{field}.labelSelectorPath", selector, detail))
    return causes


def _column(column: dict[str, Any], field: str) -> list[Cause]:
    causes = [] if column.get("name") else [required(f"{field}.name")]
    type_, form = column.get("type", ""), column.get("format", "")
    if not type_:
        causes.append(required(f"{field}.type", f"must be one of {','.join(_COLUMN_TYPES)}"))
    elif type_ not in _COLUMN_TYPES:
        causes.append(invalid(f"{field}.type", type_, f"must be one of {','.join(_COLUMN_TYPES)}"))
    if form and form not in _COLUMN_FORMATS:
        causes.append(invalid(f"{field}.format", form, f"must be one of {','.join(_COLUMN_FORMATS)}"))
    if not column.get("jsonPath"):
        causes.append(required(f"{field}.JSONPath"))
    return causes


def _names(found: dict[str, Any], field: str) -> list[Cause]:
    causes = [required(f"{field}.{name}") for name in ("plural", "singular", "kind", "listKind") if not found.get(name)]
    causes += [
        invalid(f"{field}.{name}", found[name], ",".join(names.dns_1035_label(found[name])))
        for name in ("plural", "singular")
        if found.get(name) and names.dns_1035_label(found[name])
    ]
    for name in ("kind", "listKind"):
        if (value := found.get(name)) and (errors := names.dns_1035_label(value.lower())):
            detail = f"may have mixed case, but should otherwise match: {','.join(errors)}"
            causes.append(invalid(f"{field}.{name}", value, detail))
    for name in ("shortNames", "categories"):
        causes += [
            invalid(f"{field}.{name}[{index}]", value, ",".join(names.dns_1035_label(value)))
            for index, value in enumerate(found.get(name) or ())
            if names.dns_1035_label(value)
        ]
    if found.get("kind") and found.get("kind") == found.get("listKind"):
        causes.append(invalid(f"{field}.listKind", found["listKind"], "kind and listKind may not be the same"))
    return causes


def _conversion(conversion: dict[str, Any]) -> list[Cause]:
    strategy = conversion.get("strategy", "")
    if strategy not in {"None", "Webhook"}:
        return [not_supported("spec.conversion.strategy", strategy, ["None", "Webhook"])]
    if strategy == "Webhook":
        webhook = conversion.get("webhook") or {}
        if webhook.get("clientConfig") is None:
            return [required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook")]
        if not webhook.get("conversionReviewVersions"):
            return [required("spec.conversion.conversionReviewVersions")]
    return []


def _approval(obj: Object) -> list[Cause]:
    """Groups of Kubernetes itself need an approval, or the word that they have none."""
    group = obj["spec"].get("group", "")
    if not (group in {"k8s.io", "kubernetes.io"} or group.endswith((".k8s.io", ".kubernetes.io"))):
        return []
    field = f"metadata.annotations[{_APPROVAL}]"
    value = (obj["metadata"].get("annotations") or {}).get(_APPROVAL, "")
    if not value:
        return [required(field, f'protected groups must have approval annotation "{_APPROVAL}", {_SEE}')]
    if value.startswith(("unapproved", "https://", "http://")):
        return []
    detail = (
        f'protected groups must have approval annotation "{_APPROVAL}" with either a URL or a reason starting with '
        f'"unapproved", {_SEE}'
    )
    return [invalid(field, value, detail)]


def _fixed(spec: dict[str, Any], old: dict[str, Any]) -> list[Cause]:
    """An established definition keeps the names under which its objects are stored."""
    return [
        invalid(f"spec.{path}", _at(spec, path), "field is immutable")
        for path in ("group", "scope", "names.kind", "names.plural")
        if _at(spec, path) != _at(old, path)
    ]


def _at(spec: Any, path: str) -> Any:
    for name in path.split("."):
        spec = (spec or {}).get(name)
    return spec


def _stored(obj: Object, write: Write) -> list[Cause]:
    """A version in which objects were stored may not vanish."""
    served = {version["name"] for version in obj["spec"].get("versions") or ()}
    field = "status.storedVersions"
    return [
        invalid(
            f"{field}[{index}]",
            name,
            f"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions "
            f"until a storage migration ensures no data remains persisted in {name} and removes {name} from "
            "status.storedVersions",
        )
        for index, name in enumerate((obj.get("status") or {}).get("storedVersions") or ())
        if name not in served and write.old is not None
    ]


def _all(obj: Object, write: Write) -> list[Cause]:
    return _validate(obj, write) + _stored(obj, write)


DEFINITION = Strategy(prepare=_prepare, validate=_all, warnings=_warnings)
