"""What may go wrong between a client and the server. The server knows nothing of it.

`Disturbed` stands before a server and answers as it does, but for what Faults decide: a request can be refused,
delayed, or done with its answer lost; a watch can be cut, delayed, or told twice. Waiting is the transport's work: it
finds in the answer how long, and whether to give it at all.
"""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from fairlead.sim.api.request import Answer, Request, Watch


class Fate(Struct, frozen=True, kw_only=True):
    """What becomes of one request."""

    refusal: Answer | None = None  # given instead; nothing is done
    delay_s: float = 0.0  # before the answer is given
    lost: bool = False  # the request is carried out, and its answer never given


class Faults(Protocol):
    """The port: decides, and may remember. Called in the order of the requests."""

    def fate(self, request: Request) -> Fate:
        """What becomes of this request."""

    def frames(self, request: Request, frames: list[bytes]) -> list[bytes] | None:
        """What of the frames that are due is delivered now; None cuts the watch. What is held back is the port's."""


class Disturbed:
    """Answers as `answers` does, but for the faults."""

    def __init__(self, answers: Callable[[Request], Answer], faults: Faults) -> None:
        self._answers = answers
        self._faults = faults

    def answer(self, request: Request) -> Answer:
        """The answer, with what the transport has to do to it."""
        fate = self._faults.fate(request)
        answer = fate.refusal or self._answers(request)
        watch = DisturbedWatch(answer.watch, self._faults, request) if answer.watch else None
        return replace(answer, watch=watch, delay_s=fate.delay_s, lost=fate.lost)


class DisturbedWatch:
    """A watch of which the faults decide what comes, and when it is cut."""

    def __init__(self, watch: Watch, faults: Faults, request: Request) -> None:
        self._watch, self._faults, self._request = watch, faults, request
        self._cut = False

    @property
    def ended(self) -> bool:
        """No frame will come any more."""
        return self._cut or self._watch.ended

    @property
    def due_s(self) -> float:
        """When there may be something to take by the clock alone."""
        return self._watch.due_s

    def take(self) -> list[bytes]:
        """The frames that the faults let through."""
        if self._cut:
            return []
        frames = self._faults.frames(self._request, self._watch.take())
        if frames is None:
            self.close()
            return []
        return frames

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Call `callback` when there may be something to take."""
        self._watch.on_ready(callback)

    def close(self) -> None:
        """The client has gone, or the watch was cut."""
        self._cut = True
        self._watch.close()
