"""A Component from a file, checked as far as its types and fields go."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

from fairlead.api.component import Component
from fairlead.api.meta import API_VERSION
from fairlead.api.schema import Schema, schema_of
from fairlead.cli.failure import Failure


def read(file: str) -> tuple[Component, dict[str, Any]]:
    """Return the one Component of a YAML file, - being the standard input, typed and as it is written there."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text()
        documents = [d for d in yaml.safe_load_all(text) if isinstance(d, dict)]
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise Failure(f"{file}: not YAML: {error}") from error
    found = [d for d in documents if d.get("kind") == "Component" and d.get("apiVersion") == API_VERSION]
    if len(found) != 1:
        raise Failure(
            f"{file}: {len(found) or 'no'} objects of kind Component ({API_VERSION}) in it.",
            "A plan is made for one Component.",
        )
    return typed(found[0], file), found[0]


def typed(manifest: dict[str, Any], file: str) -> Component:
    """Return a manifest as a Component. Raises Failure with the path of what does not fit."""
    unknown = _unknown(manifest.get("spec"), schema_of(Component)["properties"]["spec"], "spec")
    if unknown:
        parent = unknown.rpartition(".")[0]
        raise Failure(f"{file}: {unknown}: there is no such field.", f"Fields that there are: kubectl explain {parent}")
    try:
        return msgspec.convert(manifest, Component)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        raise Failure(f"{file}: {path.rstrip('`') or 'the whole'}: {message}.") from error


def _unknown(value: Any, schema: Schema, path: str) -> str:
    """Return the path of the first field that the schema does not know, else nothing."""
    if isinstance(value, list):
        inner = (_unknown(item, schema.get("items", {}), f"{path}[{i}]") for i, item in enumerate(value))
        return next(filter(None, inner), "")
    if not isinstance(value, dict) or "properties" not in schema:
        return ""
    known = schema["properties"]
    found = (_unknown(v, known[k], f"{path}.{k}") if k in known else f"{path}.{k}" for k, v in value.items())
    return next(filter(None, found), "")
