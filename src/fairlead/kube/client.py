"""One API server, as an object that is passed in: requests with deadlines, typed errors, and no queue in front.

There is no client-side rate limiter: it would be first in, first out, and know no urgency. The API server has its own
priority and fairness, and what it says (429, Retry-After) is honoured. Ordinary requests in flight are bounded; urgent
ones have slots of their own, so that a rollback never waits behind a thousand applies.
"""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypedDict, TypeVar, Unpack

import aiohttp
import msgspec

from fairlead.kube.config import ClusterConfig
from fairlead.kube.credentials import NoCredentials
from fairlead.kube.errors import AnswerLost, ApiError, TooManyRequests, Unauthorized, Unavailable, from_answer

T = TypeVar("T")

#: Called with verb (WATCH for a stream), path and status of every answer; 0 where there was none.
Observer = Callable[[str, str, int], None]

JSON = "application/json"
MAX_IN_FLIGHT = 64
MAX_URGENT_IN_FLIGHT = 64
MAX_TRIES = 4
#: Who is asked to wait for longer gives up instead, and says so: the caller has other things to do.
LONGEST_PATIENCE_S = 10.0
CONNECT_TIMEOUT_S = 5.0
#: A peer that does not answer is given up after 25 s (seconds; TCP_USER_TIMEOUT in ms; not every system has all).
KEEP_ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}


class How(TypedDict, total=False):
    """How a request is sent, whatever it asks for."""

    impersonate: str
    """The user whose rights count."""
    timeout_s: float
    urgent: bool
    """It does not wait behind other requests."""
    field_manager: str
    """Who is noted as the owner of the fields that are written."""
    force: bool
    """Take over fields of other managers."""
    dry_run: bool


class Client:
    """Requests to one API server, while it is open: it is an async context manager."""

    def __init__(self, config: ClusterConfig, rng: random.Random, observer: Observer = lambda *_: None) -> None:
        self.config = config
        self._rng = rng
        self._observe = observer
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._urgent_slots = asyncio.Semaphore(MAX_URGENT_IN_FLIGHT)
        connector = aiohttp.TCPConnector(
            limit=0, ssl=config.tls or True, keepalive_timeout=60, socket_factory=_patient_socket
        )
        headers = {"User-Agent": "fairlead", "Accept": JSON}
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=headers, trust_env=False
        )
        # aiohttp sends a PUT or DELETE again where a kept connection turns out to be closed: it may have been done.
        self._session._retry_connection = False

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def request(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
        **how: Unpack[How],
    ) -> T:
        """Send one request, with a body if there is one, and decode its answer, skipping what `kind` does not name.

        Waits as the server asks where it asks for patience (429, 503 with Retry-After). A read whose connection broke
        is tried again; a write is not, it raises AnswerLost. Raises an ApiError otherwise.
        """
        headers = {"Impersonate-User": how["impersonate"]} if how.get("impersonate") else {}
        sent: dict[str, Any] = {"params": _query(query, how), "headers": headers}
        if body is not None:
            headers["Content-Type"] = content_type
            sent["data"] = msgspec.json.encode(body)
        limits = aiohttp.ClientTimeout(total=how.get("timeout_s", 30.0), sock_connect=CONNECT_TIMEOUT_S)
        for attempt in range(MAX_TRIES):
            try:
                slots = self._urgent_slots if how.get("urgent") else self._slots
                async with slots, self._open(method, path, limits, **sent) as answer:
                    told = await answer.read()
                return msgspec.json.decode(told, type=kind)
            except msgspec.DecodeError as error:
                raise ApiError(f"{method} {path}: the answer is not what it should be: {error}") from error
            except ApiError as error:
                pause_s = self._pause_s(error, method, attempt)
                if pause_s is None:
                    raise
                await asyncio.sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    @asynccontextmanager
    async def stream(
        self, path: str, query: Mapping[str, str], *, inactivity_timeout_s: float
    ) -> AsyncIterator[aiohttp.StreamReader]:
        """Open a stream that may stay silent for `inactivity_timeout_s` at most. Raises an ApiError."""
        limits = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S, sock_read=inactivity_timeout_s)
        async with self._open("WATCH", path, limits, params=query, headers={}) as answer:
            yield answer.content

    def _pause_s(self, error: ApiError, method: str, attempt: int) -> float | None:
        """How long to wait before the same request is sent again; None where it must not be."""
        if attempt == MAX_TRIES - 1:
            return None
        if isinstance(error, Unauthorized):
            return 0.0 if attempt == 0 and not isinstance(error, NoCredentials) else None
        if isinstance(error, TooManyRequests | Unavailable) and error.retry_after_s is not None:
            jittered_s = error.retry_after_s * (1 + self._rng.random() / 4)
            return jittered_s if error.retry_after_s <= LONGEST_PATIENCE_S else None
        if isinstance(error, TooManyRequests) or (isinstance(error, Unavailable) and method == "GET"):
            return float(0.1 * 2**attempt * (1 + self._rng.random()))
        return None

    @asynccontextmanager
    async def _open(
        self, verb: str, path: str, limits: aiohttp.ClientTimeout, *, headers: dict[str, str], **sent: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a request and give its answer while it comes in. Raises an ApiError, also for what breaks then."""
        method, url = "GET" if verb == "WATCH" else verb, self.config.server + path
        credentials = await self.config.credentials.headers()
        sent |= {"headers": {**headers, **credentials}, "timeout": limits, "server_hostname": self.config.server_name}
        try:
            async with self._session.request(method, url, allow_redirects=False, **sent) as answer:
                self._observe(verb, path, answer.status)
                if answer.status == 401:
                    self.config.credentials.refused(credentials)
                if answer.status >= 300:
                    told = await answer.read()
                    raise from_answer(verb, path, answer.status, told, answer.headers.get("Retry-After"))
                yield answer
        except (aiohttp.ClientError, OSError) as error:
            self._observe(verb, path, 0)
            is_sent = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            kind = AnswerLost if is_sent and method != "GET" else Unavailable
            told_by = f"{self.config.server}: {error or type(error).__name__}"
            raise kind(f"{verb} {path}: no answer from {told_by}") from error


def _query(query: Mapping[str, str] | None, how: How) -> dict[str, str]:
    force, dry_run = "true" if how.get("force") else "", "All" if how.get("dry_run") else ""
    asked = {"fieldManager": how.get("field_manager", ""), "force": force, "dryRun": dry_run, **(query or {})}
    return {name: value for name, value in asked.items() if value}


def _patient_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Make a socket on which the kernel notices a peer that vanished, also while there is nothing to send."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in KEEP_ALIVE.items():
        if hasattr(socket, option):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return made
