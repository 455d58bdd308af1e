"""Asking the API server of a cluster made here, as its administrator. Reads only; writing is kubectl's work."""

import base64
import json
import ssl
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

TIMEOUT_S = 5.0


@dataclass(frozen=True)
class ApiServer:
    """Where the API server listens, and the folder of the certificates that open it."""

    address: str
    port: int
    pki: Path

    @property
    def url(self) -> str:
        """The address for a kubeconfig."""
        return f"https://{self.address}:{self.port}"

    def get(self, path: str) -> bytes:
        """The body at `path`. Raises OSError when there is none, whatever the reason."""
        trust = ssl.create_default_context(cafile=str(self.pki / "ca.crt"))
        trust.load_cert_chain(self.pki / "admin.crt", self.pki / "admin.key")
        connection = HTTPSConnection(self.address, self.port, timeout=TIMEOUT_S, context=trust)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except HTTPException as broken:
            raise OSError(f"{path}: {broken!r}") from broken
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(f"{path}: {answer.status}")
        return body

    def ready(self) -> bool:
        """Whether it serves, by its own word."""
        return self.get("/readyz") == b"ok"

    def condition(self, path: str, kind: str) -> bool:
        """Whether the object at `path` has the condition `kind` with status True."""
        conditions = json.loads(self.get(path)).get("status", {}).get("conditions", [])
        return any(condition["type"] == kind and condition["status"] == "True" for condition in conditions)

    def kubeconfig(self, context: str, user: str) -> str:
        """A kubeconfig for the holder of the certificate `user`, complete in itself. (JSON is YAML.)"""

        def data(file: str) -> str:
            return base64.b64encode((self.pki / file).read_bytes()).decode()

        cluster = {"server": self.url, "certificate-authority-data": data("ca.crt")}
        key = {"client-certificate-data": data(f"{user}.crt"), "client-key-data": data(f"{user}.key")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": context, "cluster": cluster}],
            "users": [{"name": user, "user": key}],
            "contexts": [{"name": context, "context": {"cluster": context, "user": user}}],
        }
        return json.dumps(config, indent=1)
