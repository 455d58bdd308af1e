"""The built-in kinds, from what dev/openapi.py took from a real server."""

import gzip
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from fairlead.sim.api.schema import go_mismatch, go_values
from fairlead.sim.api.schema.from_openapi import Library
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types import metadata
from fairlead.sim.api.types.cause import Cause
from fairlead.sim.api.types.defaults.fill import Filler
from fairlead.sim.api.types.kind import Column, Generation, Kind, Object, ScalePaths, Subresource, Write
from fairlead.sim.api.types.kinds.registry import STRATEGIES, conversions
from fairlead.sim.api.types.kinds.strategy import Strategy

_COUNTED: dict[tuple[str, str], Generation] = dict.fromkeys(
    [
        *(("apps", kind) for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")),
        *(("batch", kind) for kind in ("CronJob", "Job")),
        *(("networking.k8s.io", kind) for kind in ("Ingress", "IngressClass", "NetworkPolicy")),
        *(("", kind) for kind in ("Pod", "PodTemplate", "ReplicationController")),
        *(
            ("admissionregistration.k8s.io", kind)
            for kind in (
                "MutatingWebhookConfiguration",
                "ValidatingAdmissionPolicy",
                "ValidatingAdmissionPolicyBinding",
                "ValidatingWebhookConfiguration",
            )
        ),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("discovery.k8s.io", "EndpointSlice"),
        ("policy", "PodDisruptionBudget"),
        ("scheduling.k8s.io", "PriorityClass"),
    ],
    "spec",
)
_DEPRECATED = {
    ("", "Endpoints"): "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}
_CREATED_BY_PUT = {
    "ClusterRole",
    "ClusterRoleBinding",
    "Endpoints",
    "Event",
    "Lease",
    "LimitRange",
    "Role",
    "RoleBinding",
    "Service",
}
# Kinds of which a change is validated like a new object, too.
_VALIDATED_ANEW = {"ConfigMap", "Secret"}
_VERSION_REQUIRED = {
    "CSIDriver",
    "CSINode",
    "CSIStorageCapacity",
    "CustomResourceDefinition",
    "Lease",
    "MutatingWebhookConfiguration",
    "PodDisruptionBudget",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
}
_SELECTORS = {
    "DaemonSet": "spec.selector",
    "Deployment": "spec.selector",
    "ReplicaSet": "spec.selector",
    "ReplicationController": "spec.selector",
    "StatefulSet": "spec.selector",
}
# Kinds whose table of fields in selectors is longer than name and namespace.
_SELECTABLE = {
    ("", "Pod"): (
        *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork"),
        *("status.phase", "status.podIP", "status.nominatedNodeName"),
    ),
    ("", "Event"): (
        *(
            f"involvedObject.{name}"
            for name in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
        ),
        *("reason", "reportingComponent", "source", "type"),
    ),
    ("", "Namespace"): ("status.phase",),
    ("", "Node"): ("spec.unschedulable",),
    ("", "ReplicationController"): ("status.replicas",),
    ("", "Secret"): ("type",),
    ("", "Service"): ("spec.clusterIP", "spec.type"),
    ("batch", "Job"): ("status.successful",),
}
_SELECTABLE["events.k8s.io", "Event"] = _SELECTABLE["", "Event"]


class Document:
    """The stored document: discovery, schemas, and the version of the server that it came from."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.version: dict[str, str] = content["version"]
        self.groups: list[dict[str, Any]] = content["groups"]
        self.resources: dict[str, list[dict[str, Any]]] = content["resources"]
        self.columns: dict[str, dict[str, list[dict[str, Any]]]] = content["columns"]
        self.schemas: dict[str, Any] = content["schemas"]
        self.library = Library(content["schemas"], content["fields"])
        self.definitions = dict(self._definitions())

    def _definitions(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        for name, schema in self.schemas.items():
            for each in schema.get("x-kubernetes-group-version-kind", ()):
                yield (each["group"], each["version"], each["kind"]), name


@cache
def document() -> Document:
    """Read once for all servers of a process: it never changes."""
    packed = resources.files(__package__).joinpath("openapi.json.gz").read_bytes()
    return Document(msgspec.json.decode(gzip.decompress(packed)))


@cache
def builtin_kinds() -> tuple[Kind, ...]:
    """Every kind that can be created or read, in the order of discovery."""
    return tuple(_kinds(document()))


def _kinds(source: Document) -> Iterator[Kind]:
    for group_version, listed in source.resources.items():
        group, _, version = group_version.rpartition("/")
        filler = Filler(group, version)
        for resource in listed:
            if "/" not in resource["name"]:
                yield _kind(source, group, version, resource, listed, filler)


def _kind(
    source: Document,
    group: str,
    version: str,
    resource: dict[str, Any],
    listed: list[dict[str, Any]],
    filler: Filler,
) -> Kind:
    name, plural = resource["kind"], resource["name"]
    schema = source.library.schema(source.definitions[group, version, name])
    subresources = {sub.name: sub for sub in _subresources(plural, group, version, listed)}
    strategy = STRATEGIES.get((group, name), Strategy())
    has_status = "status" in subresources
    stored_group, stored_version, to_stored, from_stored = conversions(group, version, name)
    return Kind(
        group=group,
        version=version,
        kind=name,
        list_kind=f"{name}List",
        plural=plural,
        singular=resource["singularName"],
        short_names=tuple(resource.get("shortNames", ())),
        categories=tuple(resource.get("categories", ())),
        namespaced=resource["namespaced"],
        verbs=tuple(resource["verbs"]),
        subresources=subresources,
        schema=schema,
        generation=_COUNTED.get((group, name), "never"),
        has_status=has_status,
        stored_group=stored_group,
        stored_version=stored_version,
        scale=ScalePaths(selector=_SELECTORS.get(name, "")) if "scale" in subresources else None,
        columns=tuple(
            Column(**column) for column in source.columns[f"{group}/{version}" if group else version].get(name, ())
        ),
        selectable_fields=_SELECTABLE.get((group, name), ()),
        create_on_update=name in _CREATED_BY_PUT,
        unconditional_update=name not in _VERSION_REQUIRED,
        find_mismatch=lambda obj: _mismatch(obj, schema, name, version),
        drop_unknown=lambda obj, known: go_values.normalize(obj, schema, known),
        fill=filler.fill(schema),
        # Definitions are stored as JSON.
        settling=go_values.forget_empty(schema) if group != "apiextensions.k8s.io" else lambda _obj: None,
        preparing=_preparing(strategy, schema, filler, has_status=has_status),
        validating=_validating(strategy, namespaced=resource["namespaced"], again=name in _VALIDATED_ANEW),
        deprecation=_DEPRECATED.get((group, name), ""),
        warning=strategy.warnings,
        shown=strategy.shown,
        to_stored=to_stored,
        from_stored=from_stored,
    )


def _subresources(plural: str, group: str, version: str, listed: list[dict[str, Any]]) -> Iterator[Subresource]:
    for resource in listed:
        parent, _, sub = resource["name"].partition("/")
        if parent == plural and sub:
            yield Subresource(
                name=sub,
                kind=resource["kind"],
                group=resource.get("group", group),
                version=resource.get("version", version),
                verbs=tuple(resource["verbs"]),
            )


def _mismatch(obj: Object, schema: Schema, kind: str, version: str) -> str | None:
    found = go_mismatch.find(obj, schema)
    return found and f'{kind} in version "{version}" cannot be handled as a {kind}: {found}'


def _preparing(strategy: Strategy, schema: Schema, filler: Filler, *, has_status: bool) -> Any:
    """Tell status from the rest: each belongs to one way of writing."""
    starts_empty = has_status and not strategy.keeps_status_on_create
    status_schema = schema.properties.get("status", Schema())
    fill_status = filler.fill(status_schema)

    def prepare(obj: Object, write: Write) -> None:
        if write.old is None:
            if starts_empty:
                status: Object = {}
                go_values.normalize(status, status_schema)
                fill_status(status)
                obj["status"] = status
        elif write.subresource == "status":
            for field in (write.old.keys() | obj.keys()) - {"metadata", "status"}:
                _take(obj, write.old, field)
        elif has_status and write.subresource in ("", "finalize"):
            _take(obj, write.old, "status")
        strategy.prepare(obj, write)

    return prepare


def _take(obj: Object, old: Object, field: str) -> None:
    if field in old:
        obj[field] = old[field]
    else:
        obj.pop(field, None)


def _validating(strategy: Strategy, *, namespaced: bool, again: bool) -> Any:
    def validate(obj: Object, write: Write) -> list[Cause]:
        meta = obj["metadata"]
        causes = [] if write.old is None else metadata.updated(meta, write.old["metadata"], built_in=True)
        if write.old is None or again:
            causes += metadata.created(meta, namespaced=namespaced, name_syntax=strategy.name_syntax, built_in=True)
        return causes + strategy.validate(obj, write)

    return validate
