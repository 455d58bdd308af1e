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
AGE = re.compile(r"(\d+[smhd])+")
# What a patch led to, in the order of the fields of a Go struct.
PATCHED = re.compile(r'(?<=Invalid value: )"\{(?:[^"\\]|\\.)*"')
HOW_FAR = re.compile(r"(?<=, current: )\d+|(?<=resource version: )\d+ \(\d+\)")
SPEAKS_OF_VERSIONS = re.compile(r"resource ?version", re.IGNORECASE)
NODE_PORTS = range(30000, 32768)


class Names:
    """What one server chose, in the order in which it was first seen."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def name(self, kind: str, raw: str) -> str:
        """Return the name of what was chosen; the same one for the same value."""
        count = sum(1 for known, _ in self._known if known == kind)
        return self._known.setdefault((kind, raw), f"<{kind} {count + 1}>")

    def versions(self) -> list[tuple[str, int]]:
        """Return the versions by their names."""
        return sorted(
            (name, int(raw)) for (kind, raw), name in self._known.items() if kind == "version" and raw.isdecimal()
        )

    def text(self, text: str) -> str:
        """Replace in a message what was chosen."""
        text = PATCHED.sub('"<patched>"', text)
        text = UID.sub(lambda found: self.name("uid", found[0]), text)
        text = SERVICE_IP.sub(lambda found: self.name("ip", found[0]), text)
        text = TIME.sub(lambda found: "<time>" if found[1] is None else "<precise time>", text)
        text = HOW_FAR.sub("<now>", text)
        for (kind, raw), name in self._known.items():
            if kind == "suffix":
                text = text.replace(raw, name)
            if kind == "version" and SPEAKS_OF_VERSIONS.search(text):
                text = re.sub(rf"\b{raw}\b", name, text)
        return text


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
            event["object"]["metadata"]["resourceVersion"] = "<later>"
    return [value(event, names) for event in told]


def is_by_the_way(frame: bytes) -> bool:
    """Whether it is a bookmark that marks nothing: when those come is left to the server."""
    told = json.loads(frame)
    return told["type"] == "BOOKMARK" and "annotations" not in told["object"]["metadata"]


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
    refused = (raw.get("details") or {}).get("causes") if raw.get("reason") == "Invalid" else None
    if refused and len(refused) > 1:
        raw = _invalid(raw, refused)
    shown: dict[str, Any] = {}
    # Metadata first: what is named there is spoken of elsewhere.
    for key in sorted(raw, key=lambda key: (key != "metadata", key)):
        if key == "metadata" and of_list:
            shown[key] = {k: _of_list(k, v) for k, v in raw[key].items()}
        else:
            shown[key] = CHOSEN.get(key, lambda _, v, n: value(v, n))(key, raw[key], names)
    return shown


def _invalid(status: dict[str, Any], causes: list[dict[str, Any]]) -> dict[str, Any]:
    """What a schema of a custom resource refuses, the real one tells in the random order of a map, too."""
    if not any(" in body " in cause.get("message", "") for cause in causes):
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
        return "<age>" if isinstance(raw, str) and AGE.fullmatch(raw) else raw

    return {**table, "rows": [{**row, "cells": [cell(raw) for raw in row["cells"]]} for row in table["rows"]]}
