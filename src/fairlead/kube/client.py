"""One API server, as an object that is passed in: requests with deadlines, typed errors, and no queue in front.

There is no client-side rate limiter: it would be first in, first out, and know no urgency. The API server has its own
priority and fairness, and what it says (429, Retry-After) is honoured. Ordinary requests in flight are bounded; urgent
ones have slots of their own, so that a rollback never waits behind a thousand applies.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypedDict, TypeVar, Unpack

import msgspec
from msgspec.structs import replace

from fairlead.kube.config import ClusterConfig
from fairlead.kube.credentials import NoCredentials
from fairlead.kube.errors import AnswerLost, ApiError, TooManyRequests, Unauthorized, Unavailable, from_answer
from fairlead.kube.https import Https
from fairlead.kube.transport import Received, Sent, Transport, Unreached

T = TypeVar("T")

#: Called with verb (WATCH for a stream), path and status of every answer; 0 where there was none.
Observer = Callable[[str, str, int], None]

JSON = "application/json"
HEADERS = {"User-Agent": "fairlead", "Accept": JSON}
MAX_IN_FLIGHT = 64
MAX_URGENT_IN_FLIGHT = 64
MAX_TRIES = 4
#: Who is asked to wait for longer gives up instead, and says so: the caller has other things to do.
LONGEST_PATIENCE_S = 10.0


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

    def __init__(
        self,
        config: ClusterConfig,
        rng: random.Random,
        observer: Observer = lambda *_: None,
        transport: Transport | None = None,
    ) -> None:
        self.config = config
        self._rng = rng
        self._observe = observer
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._urgent_slots = asyncio.Semaphore(MAX_URGENT_IN_FLIGHT)
        self._transport = transport or Https(config)

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.close()

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
        headers |= {"Content-Type": content_type} if body is not None else {}
        sent = Sent(
            method=method,
            path=path,
            query=_query(query, how),
            headers=headers,
            body=None if body is None else msgspec.json.encode(body),
            within_s=how.get("timeout_s", 30.0),
        )
        for attempt in range(MAX_TRIES):
            try:
                slots = self._urgent_slots if how.get("urgent") else self._slots
                async with slots, self._open(method, sent) as answer:
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
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a stream that may stay silent for `inactivity_timeout_s` at most. Raises an ApiError."""
        sent = Sent(method="GET", path=path, query=query, headers={}, silence_s=inactivity_timeout_s)
        async with self._open("WATCH", sent) as answer:
            yield answer.chunks

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
    async def _open(self, verb: str, sent: Sent) -> AsyncIterator[Received]:
        """Send a request and give its answer while it comes in. Raises an ApiError, also for what breaks then."""
        path, credentials = sent.path, await self.config.credentials.headers()
        sent = replace(sent, headers={**HEADERS, **sent.headers, **credentials})
        try:
            async with self._transport.open(sent) as answer:
                self._observe(verb, path, answer.status)
                if answer.status == 401:
                    self.config.credentials.refused(credentials)
                if answer.status >= 300:
                    told = await answer.read()
                    raise from_answer(verb, path, answer.status, told, answer.headers.get("Retry-After"))
                yield answer
        except Unreached as error:
            self._observe(verb, path, 0)
            kind = AnswerLost if error.is_sent and sent.method != "GET" else Unavailable
            raise kind(f"{verb} {path}: no answer from {error}") from error


def _query(query: Mapping[str, str] | None, how: How) -> dict[str, str]:
    force, dry_run = "true" if how.get("force") else "", "All" if how.get("dry_run") else ""
    asked = {"fieldManager": how.get("field_manager", ""), "force": force, "dryRun": dry_run, **(query or {})}
    return {name: value for name, value in asked.items() if value}
