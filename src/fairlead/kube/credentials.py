"""Who we are to the API server: what stands in the Authorization header, and how it is renewed."""

import asyncio
import math
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
    """A token, asked for anew when it is old or was refused. This one never changes; it is empty where a client
    certificate speaks.
    """

    def __init__(self, token: str = "") -> None:
        self._token = token
        self._renew_at_s = 0.0
        self._lock = asyncio.Lock()

    async def headers(self) -> Mapping[str, str]:
        """Return what authenticates a request, renewed once, however many need it. Raises NoCredentials."""
        async with self._lock:
            if time.monotonic() >= self._renew_at_s:
                self._token, good_for_s = await self._renew()
                self._renew_at_s = time.monotonic() + good_for_s
            return self._shown()

    def refused(self, headers: Mapping[str, str]) -> None:
        """Note that the server refused these headers: renew them before the next request, unless that was done."""
        if headers == self._shown():
            self._renew_at_s = 0.0

    def _shown(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    async def _renew(self) -> tuple[str, float]:
        """Return a token, and for how long it is good (seconds)."""
        return self._token, math.inf


class TokenFile(Credentials):
    """A token that the kubelet renews in a file. It is read again every minute, as client-go does."""

    REREAD_AFTER_S = 60.0

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def _renew(self) -> tuple[str, float]:
        try:
            token = (await asyncio.to_thread(self._path.read_text)).strip()
            if not token:
                raise OSError(f"{self._path} is empty")
            return token, self.REREAD_AFTER_S
        except OSError as error:
            if self._token:
                return self._token, 0.0
            raise NoCredentials(f"no token: {error}") from error


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

    async def _renew(self) -> tuple[str, float]:
        try:
            told = await asyncio.wait_for(self._run(), self.TIMEOUT_S)
            status = msgspec.json.decode(told, type=_ExecCredential).status
        except (OSError, TimeoutError, msgspec.DecodeError) as error:
            reason = str(error) or f"no answer within {self.TIMEOUT_S:.0f} s"
            raise NoCredentials(f"{self._command[0]} gave no credential: {reason}. {self._install_hint}") from error
        if not status.token:
            raise NoCredentials(f"{self._command[0]} gave no token; client certificates of plugins are not supported")
        expires = status.expiration_timestamp
        return status.token, expires.timestamp() - time.time() - self.RENEW_BEFORE_S if expires else math.inf

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
