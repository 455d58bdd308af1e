"""The managers of an object: metadata.managedFields, by who they are."""

from typing import Any, NamedTuple

from msgspec import Struct

from fairlead.sim.api.apply import element
from fairlead.sim.api.apply.fieldset import Fields, canonical
from fairlead.sim.api.types.kind import Object

Entries = list[dict[str, Any]]


class Who(NamedTuple):
    """A manager. One that applies keeps its entry when it changes the version, one that updates has one for each."""

    manager: str
    operation: str
    api_version: str
    subresource: str


class Managing(Struct):
    """What a manager owns, in the version in which it wrote."""

    api_version: str
    fields: Fields
    time: str | None = None


Managed = dict[Who, Managing]


class BadEntries(ValueError):
    """The managedFields of a request are none."""


def who(manager: str, operation: str, api_version: str, subresource: str) -> Who:
    """The manager of a request."""
    return Who(manager or "unknown", operation, api_version if operation == "Update" else "", subresource)


def identifier(name: Who) -> str:
    """The API server's text for a manager, which decides where nothing else does."""
    parts = (("manager", name.manager), ("operation", name.operation), ("apiVersion", name.api_version))
    told = [f'"{key}":"{value}"' for key, value in (*parts, ("subresource", name.subresource)) if value]
    return f"{{{','.join(told)}}}"


def decode(entries: Any) -> Managed:
    """The managers. Raises BadEntries."""
    managed: Managed = {}
    for index, entry in enumerate(entries or ()):
        operation, api_version = entry.get("operation", ""), entry.get("apiVersion", "")
        if operation not in ("Apply", "Update"):
            raise BadEntries("operation must be `Apply` or `Update`")
        if not api_version:
            raise BadEntries("apiVersion must not be empty")
        fields_type = entry.get("fieldsType", "")
        if not fields_type:
            raise BadEntries(f"missing fieldsType in managed fields entry {index}")
        if fields_type != "FieldsV1":
            raise BadEntries(f'invalid fieldsType "{fields_type}" in managed fields entry {index}')
        name = Who(
            entry.get("manager", ""),
            operation,
            api_version if operation == "Update" else "",
            entry.get("subresource", ""),
        )
        managed[name] = Managing(api_version, entry.get("fieldsV1") or {}, entry.get("time"))
    return managed


def decode_foreign(entries: Any) -> Managed:
    """The managers that a client sent: their sets may be written in another form than ours. Raises BadEntries."""
    managed = decode(entries)
    for managing in managed.values():
        try:
            managing.fields = canonical(managing.fields)
        except element.NoElement as error:
            raise BadEntries(str(error)) from error
    return managed


def encode(managed: Managed) -> Entries:
    """The entries, in the order of the API server: appliers first, then by time."""
    return [_entry(name, managed[name]) for name in sorted(managed, key=lambda name: _order(name, managed[name]))]


def entries(obj: Object) -> Entries:
    """The entries of an object as they stand in it."""
    found: Entries = obj.get("metadata", {}).get("managedFields") or []
    return found


def unmanaged(obj: Object) -> Object:
    """The object without its entries."""
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict) or "managedFields" not in metadata:
        return obj
    return obj | {"metadata": {name: value for name, value in metadata.items() if name != "managedFields"}}


def manage(obj: Object, managed: Managed) -> None:
    """Put the managers into an object; none leave it as it is."""
    metadata = obj.setdefault("metadata", {})
    if managed:
        metadata["managedFields"] = encode(managed)


def _order(name: Who, managing: Managing) -> tuple[str, ...]:
    return name.operation, managing.time or "", name.manager, managing.api_version, name.subresource


def _entry(name: Who, managing: Managing) -> dict[str, Any]:
    entry: dict[str, Any] = {"manager": name.manager} if name.manager else {}
    entry |= {"operation": name.operation, "apiVersion": managing.api_version}
    if managing.time is not None:
        entry["time"] = managing.time
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": managing.fields}
    if name.subresource:
        entry["subresource"] = name.subresource
    return entry
