"""Custom resources: the kinds that a CustomResourceDefinition defines."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from fairlead.sim.api.schema import correlate, default, go_mismatch, go_values, prune, rules, unique, validate
from fairlead.sim.api.schema.correlate import ABSENT
from fairlead.sim.api.schema.from_crd import from_crd
from fairlead.sim.api.schema.names import dns_subdomain
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types import metadata
from fairlead.sim.api.types.builtin import document
from fairlead.sim.api.types.cause import Cause, invalid
from fairlead.sim.api.types.kind import Column, Kind, Object, ScalePaths, Subresource, Write
from fairlead.sim.api.types.scale import replicas_causes

VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_SUBRESOURCE_VERBS = ("get", "patch", "update")
# With one of these, rules may fail for reasons that say nothing: they are not run.
_BLOCKING = {
    "FieldValueNotSupported",
    "FieldValueRequired",
    "FieldValueTooLong",
    "FieldValueTooMany",
    "FieldValueTypeInvalid",
}
_NOT_CHECKED = invalid(
    "<nil>",
    None,
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation",
)
AGE = Column(
    name="Age",
    type="date",
    description=document().schemas[_META]["properties"]["creationTimestamp"]["description"],
    path=".metadata.creationTimestamp",
)


def kinds_of(crd: dict[str, Any]) -> list[Kind]:
    """One Kind for each served version, by the names that were accepted."""
    spec, names = crd["spec"], crd.get("status", {}).get("acceptedNames") or crd["spec"]["names"]
    stored = next(version for version in spec["versions"] if version["storage"])
    return [_kind(spec, names, version, stored) for version in spec["versions"] if version["served"]]


def _kind(spec: dict[str, Any], names: dict[str, Any], version: dict[str, Any], stored: dict[str, Any]) -> Kind:
    group, name, kind = spec["group"], version["name"], names["kind"]
    meta = document().library.schema(_META)
    schema = _schema(version, meta)
    subresources = dict(_subresources(version.get("subresources") or {}, group, name, kind))
    has_status = "status" in subresources
    scale = (version.get("subresources") or {}).get("scale")
    namespaced = spec["scope"] == "Namespaced"
    return Kind(
        group=group,
        version=name,
        kind=kind,
        list_kind=names.get("listKind") or f"{kind}List",
        plural=names["plural"],
        singular=names.get("singular") or kind.lower(),
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        namespaced=namespaced,
        verbs=VERBS,
        subresources=subresources,
        schema=schema,
        # Without a status subresource the status is a part of the object like any other.
        generation="spec" if has_status else "always",
        has_status=has_status,
        stored_group=group,
        stored_version=stored["name"],
        scale=_scale(scale) if scale else None,
        columns=_columns(version),
        custom=True,
        source=(version.get("schema") or {}).get("openAPIV3Schema"),
        strategic=False,
        selectable_fields=tuple(field["jsonPath"].removeprefix(".") for field in version.get("selectableFields") or ()),
        unconditional_update=False,
        find_mismatch=lambda obj: _mismatch(obj, meta, kind, name),
        drop_unknown=lambda obj, _known: _prune(obj, schema, meta),
        fill=lambda obj: _fill(obj, schema, meta),
        settling=lambda obj: _settle(obj, schema, meta),
        preparing=_preparing(schema.properties.get("status"), has_status=has_status),
        validating=_validating(schema, namespaced=namespaced, scale=_scale(scale) if scale else None),
        deprecation=_deprecation(version, f"{group}/{name} {kind}"),
        warning=lambda obj, write: metadata.warnings(obj["metadata"], (write.old or {}).get("metadata", {})),
        to_stored=_as_stored(f"{group}/{stored['name']}", _schema(stored, meta), meta),
        from_stored=_as_version(f"{group}/{name}", schema),
    )


def _deprecation(version: dict[str, Any], name: str) -> str:
    return (version.get("deprecationWarning") or f"{name} is deprecated") if version.get("deprecated") else ""


def _schema(version: dict[str, Any], meta: Schema) -> Schema:
    return from_crd((version.get("schema") or {}).get("openAPIV3Schema"), meta)


def _subresources(declared: dict[str, Any], group: str, version: str, kind: str) -> Iterator[tuple[str, Subresource]]:
    if declared.get("status") is not None:
        yield "status", Subresource(name="status", kind=kind, group=group, version=version, verbs=_SUBRESOURCE_VERBS)
    if declared.get("scale") is not None:
        scale = Subresource(name="scale", kind="Scale", group="autoscaling", version="v1", verbs=_SUBRESOURCE_VERBS)
        yield "scale", scale


def _scale(declared: dict[str, str]) -> ScalePaths:
    return ScalePaths(
        spec_replicas=declared["specReplicasPath"].removeprefix("."),
        status_replicas=declared["statusReplicasPath"].removeprefix("."),
        selector=declared.get("labelSelectorPath", "").removeprefix("."),
    )


def _columns(version: dict[str, Any]) -> tuple[Column, ...]:
    declared = version.get("additionalPrinterColumns")
    if not declared:
        return (AGE,)
    return tuple(
        Column(
            name=column["name"],
            type=column["type"],
            format=column.get("format", ""),
            description=column.get("description")
            or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
            priority=column.get("priority", 0),
            path=column["jsonPath"],
        )
        for column in declared
    )


def _mismatch(obj: Object, meta: Schema, kind: str, version: str) -> str | None:
    found = obj.get("metadata")
    if not isinstance(found, dict):
        return None
    mismatch = go_mismatch.find(found, meta)
    return mismatch and f'{kind} in version "{version}" cannot be handled as a {kind}: {mismatch}'


def _prune(obj: Object, schema: Schema, meta: Schema) -> list[str]:
    unknown = prune.prune(obj, schema)
    default.drop_nulls(obj, schema)
    if isinstance(found := obj.get("metadata"), dict):
        unknown += [f"metadata.{path}" for path in go_values.normalize(found, meta)]
    return sorted(unknown)


def _fill(obj: Object, schema: Schema, meta: Schema) -> None:
    # An applied configuration comes here without having been decoded. Until it is stored, its nulls and the empty parts
    # of its metadata count as changes.
    if isinstance(found := obj.get("metadata"), dict):
        empty = {name: found[name] for name in _EMPTIED if name in found and not found[name]}
        go_values.normalize(found, meta)
        found.update(empty)
    default.default(obj, schema)


_EMPTIED = ("labels", "annotations", "finalizers", "ownerReferences")


def _settle(obj: Object, schema: Schema, meta: Schema) -> None:
    go_values.normalize(obj["metadata"], meta)
    default.drop_nulls(obj, schema)


def _preparing(status: Schema | None, *, has_status: bool) -> Callable[[Object, Write], None]:
    def prepare(obj: Object, write: Write) -> None:
        if not has_status:
            return
        if write.old is None:
            obj.pop("status", None)
            if status is not None and status.default is not UNSET:
                # Reading the object back, the server fills it in.
                obj["status"] = deepcopy(status.default)
                default.default(obj["status"], status)
        elif write.subresource == "status":
            _keep_but_status(obj, write.old)
        elif "status" in write.old:
            obj["status"] = write.old["status"]
        else:
            obj.pop("status", None)

    return prepare


def _keep_but_status(obj: Object, old: Object) -> None:
    """Of the metadata only what the write itself is about stays: the version it is based on, and its managers."""
    own = {name: obj["metadata"][name] for name in ("managedFields", "resourceVersion") if name in obj["metadata"]}
    status = {"status": obj["status"]} if "status" in obj else {}
    rest = {name: value for name, value in old.items() if name != "status"}
    metadata_ = {name: value for name, value in old["metadata"].items() if name not in {"managedFields"}}
    obj.clear()
    obj.update(rest | status | {"metadata": metadata_ | own})


def _validating(
    schema: Schema, *, namespaced: bool, scale: ScalePaths | None
) -> Callable[[Object, Write], list[Cause]]:
    status = schema.properties.get("status")

    def check(obj: Object, write: Write) -> list[Cause]:
        old: Any = ABSENT
        if write.old is None:
            causes = metadata.created(obj["metadata"], namespaced=namespaced, name_syntax=dns_subdomain)
        else:
            causes, old = metadata.updated(obj["metadata"], write.old["metadata"]), write.old
        if write.subresource != "status":
            causes += validate.validate(obj, schema, old)
        elif "status" in obj and status is not None:
            causes += _of_status(validate.validate(obj["status"], status, correlate.entry(old, "status")))
        causes += replicas_causes(obj, scale, write.subresource) if scale else []
        repeated = list(unique.repeated(obj, schema))
        if repeated and (write.old is None or not any(unique.repeated(old, schema))):
            causes += repeated
        if not rules.has_rules(schema):
            return causes
        if any(cause.type in _BLOCKING for cause in causes):
            return [*causes, _NOT_CHECKED]
        return causes + rules.broken(obj, schema, old)

    return check


def _of_status(causes: list[Cause]) -> list[Cause]:
    """Causes against a status that was looked at alone: their messages name fields from there."""
    below = ((cause, "" if cause.field == validate.NO_FIELD else cause.field) for cause in causes)
    return [replace(cause, field=f"status{'.' if name[:1] not in {'', '['} else ''}{name}") for cause, name in below]


def _as_version(api_version: str, schema: Schema) -> Callable[[Object], Object]:
    """The same content under another version, without what that version does not know."""

    def convert(obj: Object) -> Object:
        if obj.get("apiVersion") != api_version:
            obj = {**deepcopy(obj), "apiVersion": api_version}
            prune.prune(obj, schema)
        return obj

    return convert


def _as_stored(api_version: str, schema: Schema, meta: Schema) -> Callable[[Object], Object]:
    """What is stored has also the defaults of its version."""
    as_version = _as_version(api_version, schema)

    def convert(obj: Object) -> Object:
        if obj.get("apiVersion") != api_version:
            obj = as_version(obj)
            _fill(obj, schema, meta)
        return obj

    return convert
