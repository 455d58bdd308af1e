"""How a request reaches an API server: a port, so that a server in the same process needs no socket."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from msgspec import Struct


class Sent(Struct, frozen=True, kw_only=True):
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes | None = None
    within_s: float | None = None
    """The whole answer must be there by then; None for a stream."""
    silence_s: float | None = None
    """A stream that says nothing for so long is given up."""


class Received(Struct, frozen=True):
    """The answer while it comes in."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]
    """The body as it comes, cut anywhere."""

    async def read(self) -> bytes:
        """Return the whole body."""
        return b"".join([chunk async for chunk in self.chunks])


class Unreached(Exception):
    """No answer came, or not all of it. The message says from whom and why."""

    def __init__(self, message: str, *, is_sent: bool) -> None:
        super().__init__(message)
        self.is_sent = is_sent
        """Whether the server may have got the request."""


class Transport(Protocol):
    """One API server, as one sends to it."""

    def open(self, sent: Sent) -> AbstractAsyncContextManager[Received]:
        """Send a request and give its answer. Raises Unreached, also for what breaks while it is read."""

    async def close(self) -> None:
        """Send nothing any more."""
