"""Who we are to the API server: what stands in the Authorization header, and how it is renewed."""

import asyncio
import os
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from fairlead.kube.errors import Unauthorized


class NoCredentials(Unauthorized):
    """There is nothing to show to the API server. The message says why."""


class Credentials:
    """Headers that authenticate a request. These never change: a token, or none where a client certificate speaks."""

    def __init__(self, token: str = "") -> None:
        self._headers: Mapping[str, str] = _bearer(token) if token else {}

    async def headers(self) -> Mapping[str, str]:
        """Return the headers, renewed where needed. Raises NoCredentials."""
        return self._headers

    def refused(self, headers: Mapping[str, str]) -> None:
        """Note that the server refused these headers: renew them before the next request, unless that was done."""


class TokenFile(Credentials):
    """A token that the kubelet renews in a file. It is read again every minute, as client-go does."""

    REREAD_AFTER_S = 60.0

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._read_at_s: float | None = None

    async def headers(self) -> Mapping[str, str]:
        """Return the token that the file holds, or the one that it held last where it cannot be read."""
        now_s = time.monotonic()
        if self._read_at_s is None or now_s - self._read_at_s >= self.REREAD_AFTER_S:
            try:
                token = await asyncio.to_thread(self._path.read_text)
            except OSError as error:
                if not self._headers:
                    raise NoCredentials(f"no token: {error}") from error
            else:
                self._headers, self._read_at_s = _bearer(token.strip()), now_s
        return self._headers

    def refused(self, headers: Mapping[str, str]) -> None:
        """Read the file again."""
        if headers == self._headers:
            self._read_at_s = None


class _ExecStatus(msgspec.Struct, rename="camel", frozen=True):
    token: str = ""
    expiration_timestamp: datetime | None = None


class _ExecCredential(msgspec.Struct, frozen=True):
    status: _ExecStatus = _ExecStatus()


class Exec(Credentials):
    """A credential plugin, as client.authentication.k8s.io defines it. Tokens only; it is never asked on a terminal."""

    TIMEOUT_S = 60.0
    RENEW_BEFORE_S = 30.0

    def __init__(self, command: list[str], env: Mapping[str, str], api_version: str, install_hint: str = "") -> None:
        super().__init__()
        info = {"apiVersion": api_version, "kind": "ExecCredential", "spec": {"interactive": False}}
        self._command = command
        self._env = {**env, "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}
        self._install_hint = install_hint
        self._expires: datetime | None = None
        self._lock = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """Return the token, asking the plugin when there is none or it expires."""
        async with self._lock:
            if not self._headers or (self._expires and self._expires.timestamp() - time.time() < self.RENEW_BEFORE_S):
                status = await self._ask()
                self._headers, self._expires = _bearer(status.token), status.expiration_timestamp
            return self._headers

    def refused(self, headers: Mapping[str, str]) -> None:
        """Ask the plugin again: once, however many requests were refused."""
        if headers == self._headers:
            self._headers = {}

    async def _ask(self) -> _ExecStatus:
        try:
            told = await asyncio.wait_for(self._run(), self.TIMEOUT_S)
            status = msgspec.json.decode(told, type=_ExecCredential).status
        except (OSError, TimeoutError, msgspec.DecodeError) as error:
            reason = str(error) or f"no answer within {self.TIMEOUT_S:.0f} s"
            raise NoCredentials(f"{self._command[0]} gave no credential: {reason}. {self._install_hint}") from error
        if not status.token:
            raise NoCredentials(f"{self._command[0]} gave no token; client certificates of plugins are not supported")
        return status

    async def _run(self) -> bytes:
        nowhere, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command, env={**os.environ, **self._env}, stdin=nowhere, stdout=pipe, stderr=pipe
        )
        try:
            out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            told = err.decode(errors="replace").strip()[:500]
            raise NoCredentials(f"{self._command[0]} failed with exit code {process.returncode}: {told}")
        return out


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}
