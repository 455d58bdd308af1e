"""Custom resources as they are sent: structs leave their defaults out, the API server wants to be told the kind."""

from typing import Any

import msgspec

from fairlead.api.component import Component
from fairlead.api.meta import API_VERSION
from fairlead.api.release import Release
from fairlead.api.revision import Revision


def body(o: Component | Release | Revision) -> dict[str, Any]:
    """Return a resource as JSON values."""
    return {**msgspec.to_builtins(o), "apiVersion": API_VERSION, "kind": o.kind}
