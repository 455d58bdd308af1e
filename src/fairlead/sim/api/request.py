"""What goes in and what comes out: an HTTP request and its answer, without HTTP."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from fairlead.sim.api.guard.user import User


class Watch(Protocol):
    """A stream that is pulled: nothing waits here, and nothing is sent by itself."""

    @property
    def due_s(self) -> float:
        """When there may be something to take by the clock alone, or it ends by itself; on the server's clock."""

    @property
    def ended(self) -> bool:
        """No frame will come any more once what is left has been taken."""

    def take(self) -> list[bytes]:
        """The frames that are due, each a line of JSON; none twice."""

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Call `callback` when there may be something to take; at once when there is."""

    def close(self) -> None:
        """The client has gone."""


class Request(Struct, frozen=True, kw_only=True):
    """One request. The names of headers are in lower case; `path` has no query and may be percent-encoded."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    user: User | None = None
    """Who asks, when the transport knows it (a client certificate); else the guard reads it from the headers."""

    def first(self, name: str) -> str:
        """The first value of a query parameter, or nothing."""
        return next((value for key, value in self.query if key == name), "")


class Answer(Struct, frozen=True, kw_only=True):
    """One answer. With a `watch` the body is what the watch gives, frame by frame."""

    status: int
    headers: dict[str, str] = {}
    """Several warnings stand in one Warning header, as HTTP joins them: by a comma and a blank."""
    body: bytes = b""
    watch: Watch | None = None
    delay_s: float = 0.0
    """For the transport: how long the answer takes."""
    lost: bool = False
    """For the transport: what was asked was done, and the client never hears of it."""
