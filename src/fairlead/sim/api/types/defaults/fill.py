"""Fills in the defaults of a built-in kind: from the outside inwards, only where the schema has any.

Each schema is turned once into a function that visits the parts that have defaults, and no other.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from msgspec import UNSET

from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.defaults.rules import RULES
from fairlead.sim.api.types.defaults.table import TABLE

Fill = Callable[[Any], None]


class Filler:
    """The defaults of one group and version."""

    def __init__(self, group: str, version: str) -> None:
        self._scopes = (f"{group}/{version}:", f"{group}:", "")
        self._made: dict[int, Fill | None] = {}

    def fill(self, schema: Schema) -> Fill:
        """The function that defaults an object of this schema, in place."""
        return self._of(schema) or (lambda _obj: None)

    def _of(self, schema: Schema) -> Fill | None:
        key = id(schema)
        if key not in self._made:
            # A recursive schema (only JSONSchemaProps is) has no defaults of its own.
            self._made[key] = None
            self._made[key] = self._make(schema)
        return self._made[key]

    def _make(self, schema: Schema) -> Fill | None:
        if schema.items is not None:
            return _each(self._of(schema.items))
        if schema.additional is not None:
            return _values(self._of(schema.additional))
        if not schema.go_name:
            return None
        simple = self._simple(schema)
        rule = next((RULES[key] for scope in self._scopes if (key := scope + schema.go_name) in RULES), None)
        inner = [(name, fill) for name, child in schema.properties.items() if (fill := self._of(child)) is not None]
        if not simple and rule is None and not inner:
            return None
        return _struct(simple, frozenset(schema.always), rule, inner)

    def _simple(self, schema: Schema) -> dict[str, Any]:
        """What the document declares, where the struct would not hold it anyway, and the table."""
        declared = {
            name: child.default
            for name, child in schema.properties.items()
            if child.default is not UNSET and name not in schema.always and not isinstance(child.default, dict)
        }
        table = next((TABLE[key] for scope in self._scopes if (key := scope + schema.go_name) in TABLE), {})
        zeros = {name for name, value in declared.items() if not value and name in schema.zero_left_out}
        return {name: value for name, value in {**declared, **table}.items() if name not in zeros}


def _struct(simple: dict[str, Any], always: frozenset[str], rule: Fill | None, inner: list[tuple[str, Fill]]) -> Fill:
    plain = [(name, value) for name, value in simple.items() if not isinstance(value, dict | list)]
    # A field that is always written counts as absent when it is zero.
    written = [(name, value) for name, value in plain if name in always]
    deep = [(name, value) for name, value in simple.items() if isinstance(value, dict | list)]

    def fill(part: dict[str, Any]) -> None:
        _set(part, plain, written, deep)
        if rule is not None:
            rule(part)
        for name, of in inner:
            if (found := part.get(name)) is not None:
                of(found)

    return fill


_Fields = list[tuple[str, Any]]


def _set(part: dict[str, Any], plain: _Fields, written: _Fields, deep: _Fields) -> None:
    for name, value in plain:
        if name not in part:
            part[name] = value
    for name, value in written:
        if not part[name]:
            part[name] = value
    for name, value in deep:
        if name not in part:
            part[name] = deepcopy(value)


def _each(fill: Fill | None) -> Fill | None:
    if fill is None:
        return None

    def fill_each(entries: list[Any]) -> None:
        for entry in entries:
            fill(entry)

    return fill_each


def _values(fill: Fill | None) -> Fill | None:
    if fill is None:
        return None

    def fill_values(entries: dict[str, Any]) -> None:
        for entry in entries.values():
            fill(entry)

    return fill_values
