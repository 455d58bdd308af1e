"""Validation of custom resources by their schema, in the API server's words.

What an update leaves as it was is not held against it, though it would be refused in a new object.
"""

from collections.abc import Iterator
from typing import Any

from fairlead.sim.api.schema import correlate
from fairlead.sim.api.schema.correlate import ABSENT
from fairlead.sim.api.schema.formats import FORMATS
from fairlead.sim.api.schema.pattern import compiled
from fairlead.sim.api.schema.same import same
from fairlead.sim.api.schema.schema import Schema
from fairlead.sim.api.types.cause import Cause, invalid, not_supported, required, shown, too_long, too_many, wrong_type

NO_FIELD = "<nil>"
"""Of a cause against the whole value."""


def validate(value: Any, schema: Schema, old: Any = ABSENT) -> list[Cause]:
    """Everything wrong with a whole object, each cause once."""
    return list(dict.fromkeys(_value(value, schema, "", old, root=True)))


def _value(value: Any, schema: Schema, path: str, old: Any, *, root: bool = False) -> Iterator[Cause]:
    if old is not ABSENT and _same(old, value):
        return
    yield from _type(value, schema, path)
    if value is None:
        if not schema.nullable and schema.enum:
            yield from _enum(value, schema, path)
        return
    yield from _alternatives(value, schema, path, old)
    if isinstance(value, str):
        yield from _string(value, schema, path)
    elif isinstance(value, bool):
        pass
    elif isinstance(value, int | float):
        yield from _number(value, schema, path)
    elif isinstance(value, list):
        yield from _list(value, schema, path, old)
    yield from _enum(value, schema, path)
    if isinstance(value, dict):
        yield from _object(value, schema, path, old, root=root or schema.embedded)


def _same(one: Any, other: Any) -> bool:
    """Whether the API server takes two values for one: unlike elsewhere 1 and 1.0 are two."""
    return type(one) is type(other) and same(one, other)


def _name(path: str) -> str:
    return path or '""'


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return {float: "number", str: "string", list: "array", dict: "object"}[type(value)]


def _type(value: Any, schema: Schema, path: str) -> Iterator[Cause]:
    wanted = "integer,string" if schema.int_or_string else schema.type
    found = _type_name(value)
    if not wanted or found in wanted.split(",") or (found == "null" and schema.nullable):
        return
    if wanted == "number" and found == "integer":
        return
    if "integer" in wanted and isinstance(value, float) and value.is_integer():
        return
    yield wrong_type(path or NO_FIELD, found, f'{path} in body must be of type {wanted}: "{found}"')


def _alternatives(value: Any, schema: Schema, path: str, old: Any) -> Iterator[Cause]:
    """anyOf, oneOf, allOf and not; the best failure is told with them."""
    quoted = shown(path)
    if schema.any_of:
        failures = [list(_value(value, one, path, old)) for one in schema.any_of]
        if all(failures):
            yield invalid(NO_FIELD, "", f"{quoted} must validate at least one schema (anyOf)")
            yield from _closest(value, schema.any_of, failures)
    if schema.one_of:
        failures = [list(_value(value, one, path, old)) for one in schema.one_of]
        good = sum(not failure for failure in failures)
        if good != 1:
            found = f"Found {good} valid alternatives" if good else "Found none valid"
            yield invalid(NO_FIELD, "", f"{quoted} must validate one and only one schema (oneOf). {found}")
            if not good:
                yield from _closest(value, schema.one_of, failures)
    if schema.all_of:
        failures = [list(_value(value, one, path, old)) for one in schema.all_of]
        if any(failures):
            for failure in failures:
                yield from failure
            none = ". None validated" if all(failures) else ""
            yield invalid(NO_FIELD, "", f"{quoted} must validate all the schemas (allOf){none}")
    if schema.not_ is not None and not list(_value(value, schema.not_, path, ABSENT)):
        yield invalid(NO_FIELD, "", f"{quoted} must not validate the schema (not)")


def _closest(value: Any, schemas: tuple[Schema, ...], failures: list[list[Cause]]) -> list[Cause]:
    """The failure of the alternative that looked at most of the value."""
    looked = [_looked_at(value, schema) for schema in schemas]
    return failures[looked.index(max(looked))]


def _looked_at(value: Any, schema: Schema) -> int:
    count = 1 + sum(_looked_at(value, one) for one in schema.all_of)
    for alternatives in (schema.any_of, schema.one_of):
        count += max((_looked_at(value, one) for one in alternatives), default=0)
    if isinstance(value, dict):
        known = ((entry, schema.properties.get(name, schema.additional)) for name, entry in value.items())
        count += sum(_looked_at(entry, child) for entry, child in known if child is not None)
    elif isinstance(value, list) and schema.items is not None:
        count += sum(_looked_at(entry, schema.items) for entry in value)
    return count


def _string(value: str, schema: Schema, path: str) -> Iterator[Cause]:
    if schema.max_length is not None and len(value) > schema.max_length:
        yield too_long(path, f"may not be more than {schema.max_length} bytes")
    if schema.min_length is not None and len(value) < schema.min_length:
        yield invalid(path, value, f"{path} in body should be at least {schema.min_length} chars long")
    if schema.pattern and not compiled(schema.pattern).search(value):
        yield invalid(path, value, f"{path} in body should match '{schema.pattern}'")
    check = FORMATS.get(schema.format)
    if check is not None and not check(value):
        yield wrong_type(path, value, f'{path} in body must be of type {schema.format}: "{value}"')


def _number(value: float, schema: Schema, path: str) -> Iterator[Cause]:
    limit = schema.maximum
    if limit is not None and (value >= limit if schema.exclusive_maximum else value > limit):
        than = "less than" if schema.exclusive_maximum else "less than or equal to"
        yield invalid(path, value, f"{path} in body should be {than} {shown(float(limit))}")
    limit = schema.minimum
    if limit is not None and (value <= limit if schema.exclusive_minimum else value < limit):
        than = "greater than" if schema.exclusive_minimum else "greater than or equal to"
        yield invalid(path, value, f"{path} in body should be {than} {shown(float(limit))}")
    if schema.multiple_of and (value / schema.multiple_of) % 1:
        yield invalid(path, value, f"{path} in body should be a multiple of {shown(float(schema.multiple_of))}")
    if schema.format == "int32" and isinstance(value, int) and abs(value) >> 31:
        yield wrong_type(path, value, f"Checked value must be of type integer with format int32: {value}")


def _list(value: list[Any], schema: Schema, path: str, old: Any) -> Iterator[Cause]:
    if schema.items is not None:
        for index, entry in enumerate(value):
            yield from _value(entry, schema.items, f"{path}[{index}]", correlate.item(old, entry, schema))
    if schema.min_items is not None and len(value) < schema.min_items:
        yield invalid(path, len(value), f"{path} in body should have at least {schema.min_items} items")
    if schema.max_items is not None and len(value) > schema.max_items:
        yield too_many(path, len(value), schema.max_items)
    if schema.unique_items and any(_same(one, two) for at, one in enumerate(value) for two in value[:at]):
        yield invalid(path, "", f"{path} in body shouldn't contain duplicates")


def _enum(value: Any, schema: Schema, path: str) -> Iterator[Cause]:
    if schema.enum and not any(_same(value, one) for one in schema.enum):
        values = [one if isinstance(one, str) else shown(one) for one in schema.enum]
        yield not_supported(path, value, values)


def _object(value: dict[str, Any], schema: Schema, path: str, old: Any, *, root: bool) -> Iterator[Cause]:
    if schema.min_properties is not None and len(value) < schema.min_properties:
        detail = f"{path} in body should have at least {schema.min_properties} properties"
        yield invalid(path, len(value), detail)
    if schema.max_properties is not None and len(value) > schema.max_properties:
        yield too_many(path, len(value), schema.max_properties)
    for name, entry in value.items():
        child = schema.properties.get(name, schema.additional)
        # The metadata of a whole object is checked by its own rules.
        if child is not None and not (root and name == "metadata" and child.go_name == "ObjectMeta"):
            yield from _value(entry, child, f"{path}.{name}" if path else name, correlate.entry(old, name))
    for name in schema.required:
        if name not in value:
            yield required(f"{path}.{name}" if path else name)
