"""Who we are to the API server: what stands in the Authorization header, and how it is renewed."""

import asyncio
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec


class Credentials(Protocol):
    """Gives the headers that authenticate a request."""

    async def headers(self) -> dict[str, str]:
        """Return the headers, renewed where needed."""

    def refused(self) -> None:
        """Note that the server refused them: renew before the next request."""


class Anonymous:
    """No header: a client certificate speaks, or nobody does."""

    async def headers(self) -> dict[str, str]:
        """Return nothing."""
        return {}

    def refused(self) -> None:
        """Nothing can be renewed."""


class Token:
    """A token that does not change."""

    def __init__(self, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {token}"}

    async def headers(self) -> dict[str, str]:
        """Return the token."""
        return self._headers

    def refused(self) -> None:
        """Nothing can be renewed."""


class TokenFile:
    """A token that the kubelet renews in a file. It is read again every minute, as client-go does."""

    REREAD_AFTER_S = 60.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._headers: dict[str, str] = {}
        self._read_at_s = -self.REREAD_AFTER_S

    async def headers(self) -> dict[str, str]:
        """Return the token that the file holds."""
        now = time.monotonic()
        if now - self._read_at_s >= self.REREAD_AFTER_S:
            token = await asyncio.to_thread(self._path.read_text)
            self._headers = {"Authorization": f"Bearer {token.strip()}"}
            self._read_at_s = now
        return self._headers

    def refused(self) -> None:
        """Read the file again."""
        self._read_at_s = -self.REREAD_AFTER_S


class ExecFailed(Exception):
    """A credential plugin did not give a credential."""


class _ExecStatus(msgspec.Struct, rename="camel"):
    token: str = ""
    expiration_timestamp: str | None = None


class _ExecCredential(msgspec.Struct):
    status: _ExecStatus


class Exec:
    """A credential plugin, as client.authentication.k8s.io defines it. Tokens only; it is never asked on a terminal."""

    TIMEOUT_S = 60.0
    RENEW_BEFORE_S = 30.0

    def __init__(self, command: list[str], env: dict[str, str], api_version: str) -> None:
        self._command = command
        self._env = env
        self._api_version = api_version
        self._headers: dict[str, str] = {}
        self._expires_at_s: float | None = None
        self._lock = asyncio.Lock()

    async def headers(self) -> dict[str, str]:
        """Return the token, asking the plugin when there is none or it expires."""
        async with self._lock:
            expired = self._expires_at_s is not None and time.time() > self._expires_at_s - self.RENEW_BEFORE_S
            if not self._headers or expired:
                await self._ask()
        return self._headers

    def refused(self) -> None:
        """Ask the plugin again."""
        self._headers = {}

    async def _ask(self) -> None:
        info = {"apiVersion": self._api_version, "kind": "ExecCredential", "spec": {"interactive": False}}
        env = {**os.environ, **self._env, "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*self._command, env=env, stdout=pipe, stderr=pipe)
        try:
            out, err = await asyncio.wait_for(process.communicate(), self.TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise ExecFailed(f"{self._command[0]} gave no credential within {self.TIMEOUT_S:.0f} s") from None
        if process.returncode != 0:
            told = err.decode(errors="replace").strip()[:500]
            raise ExecFailed(f"{self._command[0]} failed with exit code {process.returncode}: {told}")
        status = msgspec.json.decode(out, type=_ExecCredential).status
        if not status.token:
            raise ExecFailed(f"{self._command[0]} gave no token; client certificates of plugins are not supported")
        self._headers = {"Authorization": f"Bearer {status.token}"}
        expires = status.expiration_timestamp
        self._expires_at_s = datetime.fromisoformat(expires).timestamp() if expires else None
