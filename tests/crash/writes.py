"""The writes of one operator, in order, and the one at which it dies."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple, Protocol, TypeVar

Side = Literal["before", "after"]
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: Writes that move nothing: who leads, what is told, what is asked.
NOT_COUNTED = ("/leases", "/events", "/selfsubjectaccessreviews")


class Write(NamedTuple):
    """One write of the operator."""

    verb: str
    path: str
    status: int

    def __str__(self) -> str:
        return f"{self.verb} {self.path} -> {self.status or 'not sent'}"


class Crash(NamedTuple):
    """Where the operator dies: at its `number`th write, before it is sent or after it was answered."""

    number: int
    side: Side


class Answered(Protocol):
    @property
    def status(self) -> int: ...


A = TypeVar("A", bound=Answered)


class Dead(Exception):
    """The operator that sent this is no more."""


class Writes:
    """Whatever carries an operator's requests passes its writes through here."""

    def __init__(self) -> None:
        self._crash: Crash | None = None
        self._begun = 0
        self._dying: asyncio.Future[None] | None = None
        self.done: list[Write] = []
        self.crashed_at: Write | None = None
        self.kill: Callable[[], Awaitable[None]] | None = None
        """Kills the operator."""
        self.wrote: Callable[[Write], Awaitable[None]] | None = None
        """Looks at the cluster after each write, before the operator learns that it was answered."""

    def count_from_here(self, crash: Crash | None) -> None:
        """Number the writes anew, and crash at one of them."""
        self.done.clear()
        self._begun = 0
        self._crash = crash

    async def carry(self, verb: str, path: str, send: Callable[[], Awaitable[A]]) -> A:
        """Send one request. Raises Dead where the operator dies of it, once it is killed."""
        if verb not in WRITES or path.endswith(NOT_COUNTED) or "/leases/" in path:
            return await send()
        self._begun += 1
        number = self._begun
        if self._crash == Crash(number, "before"):
            await self._die(Write(verb, path, 0))
        answer = await asyncio.shield(asyncio.ensure_future(send()))
        write = Write(verb, path, answer.status)
        self.done.append(write)
        if self.wrote is not None and answer.status < 400:
            await self.wrote(write)
        if self._crash == Crash(number, "after"):
            await self._die(write)
        return answer

    async def _die(self, write: Write) -> None:
        self._crash = None
        self.crashed_at = write
        assert self.kill is not None
        # This very request ends with the operator: what kills it must not end with it.
        self._dying = asyncio.ensure_future(self.kill())
        await asyncio.shield(self._dying)
        raise Dead
