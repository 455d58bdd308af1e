"""A kind with every form of list and map, and helpers that read what became of an object."""

from typing import Any

from fairlead.sim.api.apply.applied import applied
from fairlead.sim.api.apply.updated import updated
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.kind import Kind, Object, ScalePaths

NOW = "2026-01-01T00:00:00Z"
LATER = "2026-01-01T00:00:09Z"


def text(**more: Any) -> Schema:
    return Schema(type="string", **more)


def struct(**properties: Schema) -> Schema:
    return Schema(type="object", properties=properties)


def entries(values: Schema, **more: Any) -> Schema:
    return Schema(type="object", additional=values, **more)


def items(of: Schema, **more: Any) -> Schema:
    return Schema(type="array", items=of, **more)


PORT = struct(port=Schema(type="integer"), protocol=text(default="TCP"), name=text())

SPEC = struct(
    replicas=Schema(type="integer"),
    text=text(),
    set=items(text(), list_type="set"),
    map=items(struct(name=text(), value=text()), list_type="map", list_keys=("name",)),
    ports=items(PORT, list_type="map", list_keys=("port", "protocol")),
    atomic=items(text()),
    granular=entries(text()),
    whole=entries(text(), map_type="atomic"),
    nested=struct(one=text(), two=text()),
    free=Schema(type="object", preserve_unknown=True),
)

METADATA = struct(
    name=text(),
    namespace=text(),
    uid=text(),
    labels=entries(text()),
    annotations=entries(text()),
    managedFields=items(Schema(type="object")),
)


def thing(schema: Schema = SPEC, version: str = "v1") -> Kind:
    return Kind(
        group="example.com",
        version=version,
        kind="Thing",
        list_kind="ThingList",
        plural="things",
        singular="thing",
        namespaced=True,
        verbs=(),
        custom=True,
        has_status=True,
        schema=struct(
            apiVersion=text(),
            kind=text(),
            metadata=METADATA,
            spec=schema,
            status=struct(replicas=Schema(type="integer")),
        ),
        stored_group="example.com",
        stored_version="v1",
        scale=ScalePaths(),
    )


KIND = thing()


def configured(version: str = "v1", status: Object | None = None, labels: Object | None = None, **spec: Any) -> Object:
    metadata = {"name": "a", **({"labels": labels} if labels is not None else {})}
    made = {"apiVersion": f"example.com/{version}", "kind": "Thing", "metadata": metadata, "spec": spec}
    return made | ({"status": status} if status is not None else {})


class World:
    """One object and the writes that it has seen."""

    def __init__(self, kind: Kind = KIND) -> None:
        self.kind = kind
        self._live: Object | None = None
        self.now = NOW

    def apply(self, manager_: str, *, force: bool = False, subresource: str = "", **spec: Any) -> Any:
        configuration = configured(self.kind.version, **spec)
        return self.keep(
            applied(
                self._live,
                configuration,
                kind=self.kind,
                manager=manager_,
                force=force,
                subresource=subresource,
                now=self.now,
            )
        )

    def update(self, manager_: str, new: Object | None = None, *, subresource: str = "", **spec: Any) -> Any:
        """Replace the spec, or the whole object."""
        new = new or (self._live or configured()) | {"spec": spec}
        return self.keep(
            updated(self._live, new, kind=self.kind, manager=manager_, subresource=subresource, now=self.now)
        )

    def keep(self, obj: Object) -> Any:
        obj["metadata"]["uid"] = "u"
        self._live = obj
        return obj["spec"]

    def fields(self, manager_: str, operation: str = "Apply", subresource: str = "") -> Any:
        return self.entry(manager_, operation, subresource)["fieldsV1"]

    def entry(self, manager_: str, operation: str = "Apply", subresource: str = "") -> Any:
        [entry] = [
            e
            for e in self.entries()
            if (e["manager"], e["operation"], e.get("subresource", "")) == (manager_, operation, subresource)
        ]
        return entry

    def managers(self) -> list[str]:
        return [entry["manager"] for entry in self.entries()]

    def entries(self) -> list[Any]:
        entries: list[Any] = self.live["metadata"].get("managedFields", [])
        return entries

    @property
    def live(self) -> Object:
        assert self._live is not None, "nothing has been written yet"
        return self._live
