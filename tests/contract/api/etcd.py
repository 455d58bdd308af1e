"""The store behind the real API server, as far as cases need it: it can be made to forget.

Spoken to through its JSON gateway, on the socket beside the kubeconfig.
"""

import base64
import json
import socket
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PATIENCE_S = 5.0
# Under this key API servers tell each other what they had compacted, and drop what they have kept of it themselves.
COMPACTED = "compact_rev_key"


class Etcd(HTTPConnection):
    """One connection to a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("etcd", timeout=PATIENCE_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))

    def compact(self) -> None:
        """Forget everything before the last write, as an API server has it done every five minutes."""
        key = _encoded(COMPACTED)
        version = int(self._ask("range", key=key)["header"]["revision"])
        self._ask("put", key=key, value=_encoded(str(version)))
        self._ask("compaction", revision=str(version), physical=True)

    def _ask(self, what: str, **told: Any) -> Any:
        self.request("POST", f"/v3/kv/{what}", json.dumps(told))
        answer = self.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return json.loads(body)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
