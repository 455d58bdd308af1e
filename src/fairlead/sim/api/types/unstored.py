"""Kinds that are written through a subresource of another, and never stored."""

from collections.abc import Callable

from fairlead.sim.api.schema import go_mismatch, go_values
from fairlead.sim.api.types.builtin import document
from fairlead.sim.api.types.cause import Cause
from fairlead.sim.api.types.kind import Column, Kind, Object, Write


def unstored(
    group: str,
    version: str,
    name: str,
    *,
    verbs: tuple[str, ...] = ("create",),
    validate: Callable[[Object, Write], list[Cause]] = lambda _obj, _write: [],
    fill: Callable[[Object], None] = lambda _obj: None,
    columns: tuple[Column, ...] = (),
) -> Kind:
    """The kind of that name, decoded as the API server does."""
    source = document()
    schema = source.library.schema(source.definitions[group, version, name])

    def mismatch(obj: Object) -> str | None:
        found = go_mismatch.find(obj, schema)
        return found and f'{name} in version "{version}" cannot be handled as a {name}: {found}'

    return Kind(
        group=group,
        version=version,
        kind=name,
        list_kind=f"{name}List",
        plural=f"{name.lower()}s",
        singular=name.lower(),
        namespaced=True,
        verbs=verbs,
        schema=schema,
        columns=columns,
        stored_group=group,
        stored_version=version,
        find_mismatch=mismatch,
        drop_unknown=lambda obj, known: go_values.normalize(obj, schema, known),
        fill=fill,
        validating=validate,
    )
