"""One API server, as an object that is passed in: requests with deadlines, typed errors, and no queue in front.

There is no client-side rate limiter: it would be first in, first out, and know no urgency. The API server has its own
priority and fairness, and what it says (429, Retry-After) is honoured. Ordinary requests in flight are bounded; urgent
ones have slots of their own, so that a rollback never waits behind a thousand applies.
"""

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, TypeVar

import aiohttp
import msgspec

from fairlead.kube.config import ClusterConfig
from fairlead.kube.errors import AnswerLost, ApiError, TooManyRequests, Unauthorized, Unavailable, from_answer

T = TypeVar("T")

#: Called with verb, path and status of every answer (0 where there was none).
Observer = Callable[[str, str, int], None]

JSON = "application/json"
MAX_IN_FLIGHT = 64
MAX_URGENT_IN_FLIGHT = 64
MAX_PATIENT_TRIES = 4
LONGEST_PATIENCE_S = 10.0


class Client:
    """Requests to one API server. Close it, or use it as an async context manager."""

    def __init__(self, config: ClusterConfig, rng: random.Random, observer: Observer = lambda *_: None) -> None:
        self.config = config
        self._rng = rng
        self._observe = observer
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._urgent_slots = asyncio.Semaphore(MAX_URGENT_IN_FLIGHT)
        connector = aiohttp.TCPConnector(limit=0, ssl=config.tls or False, keepalive_timeout=60)
        self._session = aiohttp.ClientSession(
            connector=connector, trust_env=False, auto_decompress=True, headers={"User-Agent": "fairlead"}
        )

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def request(
        self,
        method: str,
        path: str,
        decode: Callable[[bytes], T],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = JSON,
        accept: str = JSON,
        impersonate: str = "",
        timeout_s: float = 30.0,
        urgent: bool = False,
    ) -> T:
        """Send one request and decode its answer.

        Waits as the server asks where it asks for patience (429, 503 with Retry-After). A read whose connection broke
        is tried again; a write is not, it raises AnswerLost. Raises an ApiError otherwise.
        """
        headers = {"Accept": accept, **({"Content-Type": content_type} if body is not None else {})}
        if impersonate:
            headers["Impersonate-User"] = impersonate
        for attempt in range(MAX_PATIENT_TRIES):
            try:
                async with self._urgent_slots if urgent else self._slots:
                    answer = await self._send(method, path, query, body, headers, timeout_s)
                return decode(answer)
            except ApiError as error:
                pause_s = self._pause_s(error, method, attempt)
                if pause_s is None:
                    raise
                await asyncio.sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    def _pause_s(self, error: ApiError, method: str, attempt: int) -> float | None:
        """How long to wait before the same request is sent again; None where it must not be."""
        if attempt == MAX_PATIENT_TRIES - 1:
            return None
        if isinstance(error, Unauthorized):
            self.config.credentials.refused()
            return 0.0 if attempt == 0 else None
        if isinstance(error, TooManyRequests) or error.retry_after_s is not None:
            return min(error.retry_after_s or 1.0, LONGEST_PATIENCE_S) * (1 + self._rng.random() / 4)
        if isinstance(error, Unavailable) and method == "GET":
            return float(0.1 * 2**attempt * (1 + self._rng.random()))
        return None

    async def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None,
        headers: dict[str, str],
        timeout_s: float,
    ) -> bytes:
        limits = aiohttp.ClientTimeout(total=timeout_s)
        try:
            async with self._open(method, path, query, body, headers, limits) as answer:
                return await answer.read()
        except (aiohttp.ClientConnectorError, ssl.SSLError) as error:
            raise Unavailable(f"{method} {path}: no connection to {self.config.server}: {error}") from error
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            lost = Unavailable if method == "GET" else AnswerLost
            raise lost(f"{method} {path}: no answer: {error or type(error).__name__}") from error

    @asynccontextmanager
    async def _open(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None,
        headers: dict[str, str],
        limits: aiohttp.ClientTimeout,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {**headers, **await self.config.credentials.headers()}
        extra: dict[str, Any] = {"server_hostname": self.config.server_name} if self.config.server_name else {}
        url = self.config.server + path
        async with self._session.request(
            method, url, params=query, data=body, headers=headers, timeout=limits, allow_redirects=False, **extra
        ) as answer:
            self._observe(method, path, answer.status)
            if answer.status >= 400:
                told = await answer.content.read(1 << 20)
                raise from_answer(f"{method} {path}", answer.status, told, answer.headers.get("Retry-After"))
            yield answer

    @asynccontextmanager
    async def stream(
        self, path: str, query: Mapping[str, str], *, inactivity_timeout_s: float
    ) -> AsyncIterator[aiohttp.StreamReader]:
        """Open a stream that may stay silent for `inactivity_timeout_s` at most. Raises an ApiError."""
        limits = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=inactivity_timeout_s)
        try:
            async with self._open("GET", path, query, None, {"Accept": JSON}, limits) as answer:
                yield answer.content
        except (aiohttp.ClientError, TimeoutError, ConnectionError, ssl.SSLError) as error:
            raise Unavailable(f"WATCH {path}: {error or type(error).__name__}") from error


def decoder(kind: type[T]) -> Callable[[bytes], T]:
    """Return a function that decodes an answer into `kind`, skipping every field that it does not name."""
    return msgspec.json.Decoder(kind).decode


def nothing(_: bytes) -> None:
    """Ignore an answer."""
