"""An answer as a client may rely on it: what differs from run to run gets a name by its first appearance.

So two servers may choose other uids, versions, addresses and times, but must repeat them at the same places. Versions
must also come in the same order.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.contract.api.said import Said

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SERVICE_IP = re.compile(r"10\.96\.\d+\.\d+")
NODE_PORT = re.compile(r"(?<=:)3[0-2]\d{3}(?=/)")
AGE = re.compile(r"(\d+[smhd])+")
# What a patch led to, in the order of the fields of a Go struct.
PATCHED = re.compile(r'(?<=Invalid value: )"\{(?:[^"\\]|\\.)*"')
HOW_FAR = re.compile(r"(?<=, current: )\d+|(?<=resource version: )\d+ \(\d+\)")
SPEAKS_OF_VERSIONS = re.compile(r"resource ?version", re.IGNORECASE)
NODE_PORTS = range(30000, 32768)


class Names:
    """What one server chose, in the order in which it was first seen."""

    def __init__(self, since: int = 0) -> None:
        """`since`: of versions up to this one the order does not count."""
        self._since = since
        self._known: dict[str, dict[str, str]] = {}

    def copy(self) -> "Names":
        """Return the same names, to look at an answer that may not count."""
        other = Names(self._since)
        other._known = {kind: dict(known) for kind, known in self._known.items()}
        return other

    def name(self, kind: str, raw: str) -> str:
        """Return the name of what was chosen; the same one for the same value."""
        known = self._known.setdefault(kind, {})
        return known.setdefault(raw, f"<{kind} {len(known) + 1}>")

    def versions(self) -> list[tuple[str, int]]:
        """Return the versions by their names."""
        known = [(name, int(raw)) for raw, name in self._of("version").items() if raw.isdecimal()]
        return sorted((name, version) for name, version in known if version > self._since)

    def text(self, text: str) -> str:
        """Replace in a message what was chosen."""
        text = PATCHED.sub('"<patched>"', text)
        text = UID.sub(lambda found: self.name("uid", found[0]), text)
        text = SERVICE_IP.sub(lambda found: self.name("ip", found[0]), text)
        text = TIME.sub(lambda found: "<time>" if found[1] is None else "<precise time>", text)
        text = HOW_FAR.sub("<now>", text)
        for raw, name in self._of("suffix").items():
            text = text.replace(raw, name)
        if SPEAKS_OF_VERSIONS.search(text):
            for raw, name in self._of("version").items():
                text = re.sub(rf"\b{raw}\b", name, text)
        return text

    def _of(self, kind: str) -> dict[str, str]:
        return self._known.get(kind, {})


def observed(said: Said, names: Names) -> dict[str, Any]:
    """Return everything of an answer that must be alike."""
    headers = {key: names.text(value) for key, value in said.headers.items()}
    if "warning" in headers:
        # Of several, some come in the random order of a map.
        headers["warning"] = ", ".join(sorted(headers["warning"].split(", ")))
    return {"status": said.status, **headers, "body": value(said.json, names)}


def events(frames: Sequence[bytes], names: Names) -> list[Any]:
    """Return frames of a watch, likewise. How far a bookmark has come depends on what else is written."""
    told = [json.loads(frame) for frame in frames]
    for event in told:
        if event["type"] == "BOOKMARK":
            for metadata in _marked(event["object"]):
                metadata["resourceVersion"] = "<later>"
    return [value(event, names) for event in told]


def is_by_the_way(frame: bytes) -> bool:
    """Whether it is a bookmark that marks nothing: when those come is left to the server."""
    told = json.loads(frame)
    return told["type"] == "BOOKMARK" and not any("annotations" in metadata for metadata in _marked(told["object"]))


def _marked(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the metadata of a bookmark: its own, and that of the object in the row when it is a table."""
    return [part["metadata"] for part in (shown, *(row["object"] for row in shown.get("rows", ())))]


def value(raw: Any, names: Names) -> Any:
    """Return JSON with names for what was chosen."""
    if isinstance(raw, dict):
        return _object(raw, names)
    if isinstance(raw, list):
        return [value(item, names) for item in raw]
    return names.text(raw) if isinstance(raw, str) else raw


def _object(raw: dict[str, Any], names: Names) -> dict[str, Any]:
    if isinstance(raw.get("rows"), list):
        raw = _without_ages(raw)
    prefix, name = raw.get("generateName"), raw.get("name")
    if isinstance(prefix, str) and isinstance(name, str) and name.startswith(prefix[:58]):
        names.name("suffix", name[-5:])
    of_list = isinstance(raw.get("metadata"), dict) and ("items" in raw or "rows" in raw)
    if isinstance(causes := raw.get("causes"), list):
        # The real one tells conflicts in the random order of a map.
        raw = {**raw, "causes": sorted(causes, key=_unordered)}
    if isinstance(managers := raw.get("managedFields"), list):
        # Their order depends on the second in which each wrote, and two servers are not asked in the same one.
        raw = {**raw, "managedFields": sorted(managers, key=_manager)}
    if raw.get("kind") == "CustomResourceDefinition" and (conditions := (raw.get("status") or {}).get("conditions")):
        # Several controllers write them, and not always in the same order.
        in_order = sorted(conditions, key=lambda condition: str(condition["type"]))
        raw = {**raw, "status": {**raw["status"], "conditions": in_order}}
    refused = (raw.get("details") or {}).get("causes") if raw.get("reason") == "Invalid" else None
    if refused and len(refused) > 1:
        raw = _invalid(raw, refused)
    shown: dict[str, Any] = {}
    # Metadata first: what is named there is spoken of elsewhere.
    for key in sorted(raw, key=lambda key: (key != "metadata", key)):
        if key == "metadata" and of_list:
            shown[key] = {k: _of_list(k, v) for k, v in raw[key].items()}
        else:
            # An owner's uid stands in the keys of managed fields.
            of = UID.sub(lambda found: names.name("uid", found[0]), key)
            shown[of] = CHOSEN.get(key, lambda _, v, n: value(v, n))(key, raw[key], names)
    return shown


def _invalid(status: dict[str, Any], causes: list[dict[str, Any]]) -> dict[str, Any]:
    """What a schema of a custom resource refuses, and names in data, it tells in the random order of a map, too."""
    if not any(" in body " in one.get("message", "") or one.get("field", "").startswith("data[") for one in causes):
        return status
    head, _, _ = status["message"].partition(" is invalid: ")
    lines = sorted(f"{cause.get('field')}: {cause.get('message')}" for cause in causes)
    return {
        **status,
        "message": f"{head} is invalid: {lines}",
        "details": {**status["details"], "causes": [{"field": line} for line in lines]},
    }


def _manager(entry: Any) -> str:
    named = {key: entry.get(key) for key in ("operation", "manager", "apiVersion", "subresource")}
    return json.dumps(named, sort_keys=True)


def _unordered(cause: dict[str, Any]) -> str:
    return json.dumps(cause, sort_keys=True) if cause.get("reason") == "FieldManagerConflict" else ""


def _of_list(key: str, raw: Any) -> Any:
    """Where a list stands depends on what else is written."""
    return "<now>" if key in ("resourceVersion", "continue") and raw not in ("", "0") else raw


def _version(_: str, raw: Any, names: Names) -> Any:
    return names.name("version", raw) if isinstance(raw, str) and raw.isdecimal() and raw != "0" else raw


def _node_port(_: str, raw: Any, names: Names) -> Any:
    return names.name("node port", str(raw)) if raw in NODE_PORTS else raw


def _token(_: str, raw: Any, names: Names) -> Any:
    return "<token>" if isinstance(raw, str) and raw.count(".") == 2 else value(raw, names)


CHOSEN: dict[str, Callable[[str, Any, Names], Any]] = {
    "resourceVersion": _version,
    "nodePort": _node_port,
    "healthCheckNodePort": _node_port,
    "token": _token,
}


def _without_ages(table: dict[str, Any]) -> dict[str, Any]:
    def cell(raw: Any) -> Any:
        if not isinstance(raw, str):
            return raw
        return "<age>" if AGE.fullmatch(raw) else NODE_PORT.sub("<node port>", raw)

    return {**table, "rows": [{**row, "cells": [cell(raw) for raw in row["cells"]]} for row in table["rows"]]}
