"""Both servers, where the real one gives new versions for changes that nobody sees.

Keys of several parts with numbers (ports) stand in its stored managedFields in an order that the next write changes,
and what an apply of a custom resource leaves behind as an empty map is gone after it. So a write that changes nothing
that can be seen is taken for one that changed nothing.
"""

import json
from dataclasses import replace
from typing import Any

from tests.contract.api.both import Both
from tests.contract.api.said import Said


class Steady(Both):
    """Compares versions only where something else changed, too."""

    def __init__(self, *servers: Any) -> None:
        super().__init__(*servers)
        self._sides_seen = (Seen(), Seen())

    def _compare(self, step: str, real: Said, simulated: Said) -> None:
        super()._compare(step, *(seen.steady(s) for seen, s in zip(self._sides_seen, (real, simulated), strict=True)))


class Seen:
    """What one server showed of the object last."""

    def __init__(self) -> None:
        self._last: Any = None
        self._versions: dict[str, str] = {}
        self._version = ""

    def steady(self, said: Said) -> Said:
        """The answer with the version that its content was first seen with."""
        if not said.body.startswith(b"{"):
            return said
        told = json.loads(said.body)
        metadata = told.get("metadata", {})
        version = metadata.pop("resourceVersion", None)
        if version is None:
            return said
        if told["kind"] != "Scale":
            if told != self._last:
                self._last, self._version = json.loads(json.dumps(told)), self._versions.get(version, version)
            metadata["resourceVersion"] = self._versions.setdefault(version, self._version)
        return replace(said, body=json.dumps(told).encode())
