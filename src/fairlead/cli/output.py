"""Output for programs: JSON and YAML, as kubectl prints objects."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec


class Format(StrEnum):
    """How programs read it."""

    JSON = "json"
    YAML = "yaml"


def printed(value: Any, form: Format) -> str:
    """Return a struct or an object of the API as JSON or YAML, without its managedFields."""
    plain = msgspec.to_builtins(value)
    for one in plain.get("items", [plain]):
        one.get("metadata", {}).pop("managedFields", None)
    if form is Format.JSON:
        return msgspec.json.format(msgspec.json.encode(plain), indent=4).decode()
    import yaml

    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True).rstrip("\n")


def object_list(items: Sequence[Any]) -> dict[str, Any]:
    """Return objects as one List, as kubectl does."""
    return {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(items)}
