"""A watch: the events of one resource, as one client wants to see them.

Pulled, never pushed: what is due waits in it until it is taken, and a watch that nobody takes from ends, as the real
one drops slow clients. Must not know transports or requests.
"""

from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from fairlead.sim.api.failure import Failure
from fairlead.sim.api.storage import Event, Stored, Watcher

MAX_WAITING = 100_000
"""Frames that may wait for a client before it counts as gone."""

Selects = Callable[[Stored], bool]


class Frames:
    """How a watch shows an object: the whole of it in one version, its metadata, or a row of a table.

    Two watches with equal frames share what is encoded.
    """

    def __init__(self, key: tuple[str, ...], encode: Callable[[bytes], bytes], first: "Frames | None" = None) -> None:
        self.key = key
        self._encode = encode
        self.first = first or self
        """How the first object of a watch is shown."""

    def frame(self, type_: str, body: bytes) -> bytes:
        """One line of the stream."""
        return b'{"type":"%b","object":%b}\n' % (type_.encode(), self._encode(body))

    def of(self, event: Event, type_: str) -> bytes:
        """The frame of an event, made once for all watches that show it alike."""
        known = (self.key, type_)
        if event.frames is None:
            event.frames = {}
        found = event.frames.get(known)
        if found is None:
            if type_ == "DELETED":
                assert event.old is not None
                body = event.old.at(event.version)
            else:
                assert event.new is not None
                body = event.new.body
            found = event.frames[known] = self.frame(type_, body)
        return found


class Stream:
    """One client's watch. A selector turns changes that enter or leave its selection into ADDED and DELETED."""

    def __init__(
        self,
        *,
        frames: Frames,
        selects: Selects | None,
        now_s: Callable[[], float],
        until_s: float,
        bookmark: Callable[[int], bytes] | None = None,
    ) -> None:
        self.frames, self.selects = frames, selects
        self.now_s, self.until_s = now_s, until_s
        self._bookmark = bookmark
        self._closed = False
        self._next = frames.first
        self._waiting: deque[tuple[Event, str] | bytes] = deque()
        self._ready: Callable[[], None] | None = None
        self._listeners: list[Watcher] | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will come any more once what is left has been taken."""
        return self._closed or self.now_s() >= self.until_s

    def begin(self, listeners: list[Watcher]) -> None:
        """Hear of what happens from now on."""
        self._listeners = listeners
        listeners.append(self)

    def offer(self, event: Event) -> None:
        """An event happened; it is kept if it is selected."""
        type_ = self._type(event)
        if type_ is None:
            return
        if len(self._waiting) >= MAX_WAITING:
            self.close()
            return
        self._add((event, type_))

    def offer_all(self, events: Iterable[Event]) -> None:
        """Several at once: what a watch begins with."""
        for event in events:
            self.offer(event)

    def say(self, frame: bytes) -> None:
        """A frame that is no event."""
        self._add(frame)

    def mark(self, version: int) -> None:
        """Tell a client that wants to know up to which version it has seen everything."""
        if self._bookmark is not None:
            self._add(self._bookmark(version))

    def refuse(self, failure: Failure) -> None:
        """The only frame is an error; then it ends."""
        self._add(msgspec.json.encode({"type": "ERROR", "object": failure.status}) + b"\n")
        self.close()

    def take(self) -> list[bytes]:
        """The frames that are due."""
        waiting, self._waiting = self._waiting, deque()
        if self.now_s() >= self.until_s:
            self.close()
        taken = []
        for one in waiting:
            if isinstance(one, bytes):
                taken.append(one)
            else:
                taken.append(self._next.of(*one))
                self._next = self.frames
        return taken

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Call `callback` when there may be something to take, or when it has ended."""
        self._ready = callback
        if self._waiting or self.ended:
            callback()

    def close(self) -> None:
        """No more of it: the client has gone, the time is over, or nobody takes."""
        if self._listeners is not None and self in self._listeners:
            self._listeners.remove(self)
        if not self._closed:
            self._closed = True
            if self._ready is not None:
                self._ready()

    def _add(self, one: tuple[Event, str] | bytes) -> None:
        self._waiting.append(one)
        if len(self._waiting) == 1 and self._ready is not None:
            self._ready()

    def _type(self, event: Event) -> str | None:
        """What the event is for this client."""
        old, new, selects = event.old, event.new, self.selects
        before = old is not None and (selects is None or selects(old))
        if new is not None and (selects is None or selects(new)):
            return "MODIFIED" if before else "ADDED"
        return "DELETED" if before else None
