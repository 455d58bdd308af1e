"""How a pod or a gateway is asked over HTTP: a port, so that a simulation answers without a socket.

Nobody behind it follows a redirect, tries again, uses a proxy or keeps cookies.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct


class Got(Struct, frozen=True):
    """An answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True
    """Whether the body ended within the bytes that were asked for."""


class NoAnswer(Exception):
    """There was no answer, or not all of it. The message says why, in words that follow the URL.

    Refused and Timeout speak about who was asked: it takes no connection, breaks it, or does not answer in time.
    NotHttp is an answer in another language.
    """

    def __init__(self, kind: Literal["Refused", "Timeout", "NotHttp"], message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Get(Protocol):
    """Asks over HTTP."""

    async def __call__(self, url: str, headers: Mapping[str, str], *, timeout_s: float, max_bytes: int) -> Got:
        """Return the answer. Raises NoAnswer.

        The body is cut where it is longer than `max_bytes`; with 0 none of it is waited for.
        """
