"""Values as CEL rules see them: property names that are no identifiers are escaped, numbers have the schema's type.

Only what the schema declares is visible; keys of maps are left as they are.
"""

import re
from typing import Any

from fairlead.sim.api.schema.schema import Schema

_RESERVED = frozenset(
    (
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import"),
        *("let", "loop", "package", "namespace", "return", "var", "void", "while"),
    )
)
_IDENTIFIER = re.compile("[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_PARTS = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}


def name(property_: str) -> str:
    """How a rule names a property."""
    if property_ in _RESERVED:
        return f"__{property_}__"
    if "__" not in property_ and _IDENTIFIER.fullmatch(property_):
        return property_
    return re.sub(r"__|[./-]", lambda match: _PARTS[match[0]], property_)


def escaped(value: Any, schema: Schema) -> Any:
    """The value for CEL."""
    if isinstance(value, dict):
        if schema.embedded:
            value = {**value, "metadata": _metadata(value.get("metadata") or {})}
        if schema.properties and schema.additional is None:
            known = ((key, entry, schema.properties[key]) for key, entry in value.items() if key in schema.properties)
            return {name(key): escaped(entry, child) for key, entry, child in known}
        if schema.additional is not None:
            return {key: escaped(entry, schema.additional) for key, entry in value.items()}
        return value
    if isinstance(value, list) and schema.items is not None:
        return [escaped(entry, schema.items) for entry in value]
    if schema.type == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if schema.type == "integer" and isinstance(value, float):
        return int(value)
    return value


def _metadata(value: dict[str, Any]) -> dict[str, Any]:
    return {key: value[key] for key in ("name", "generateName") if key in value}
