"""A watch: the events of one resource, as one client wants to see them.

Pulled, never pushed: what is due waits in it until it is taken, and a watch that nobody takes from ends, as the real
one drops slow clients. Must not know transports or requests.
"""

from collections import deque
from collections.abc import Callable, Iterable
from math import inf

import msgspec
from msgspec import Struct

from fairlead.sim.api.failure import Failure
from fairlead.sim.api.storage import Event, Stored, Watcher

MAX_WAITING = 100_000
"""Frames that may wait for a client before it counts as gone."""
BOOKMARK_EVERY_S = 60.0
BOOKMARK_BEFORE_END_S = 2.0
"""A watch that ends by itself says shortly before that where the next one may begin."""
INITIAL_END = {"k8s.io/initial-events-end": "true"}

Mark = Callable[[int, dict[str, str]], bytes]
"""Shows an object of which there is but its version, and annotations."""

Selects = Callable[[Stored], bool]


class Frames:
    """How a watch shows an object: the whole of it in one version, its metadata, or a row of a table.

    Two watches with equal frames share what is encoded.
    """

    def __init__(
        self, key: tuple[str, ...], encode: Callable[[bytes], bytes], mark: Mark, first: "Frames | None" = None
    ) -> None:
        self.key = key
        self._encode = encode
        self._mark = mark
        self.first = first or self
        """How the first object of a watch is shown."""

    def bookmark(self, version: int, annotations: dict[str, str]) -> bytes:
        """The line that says up to where a watch has seen everything."""
        return b'{"type":"BOOKMARK","object":%b}\n' % self._mark(version, annotations)

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
                body = event.old.at(event.version).body
            else:
                assert event.new is not None
                body = event.new.body
            found = event.frames[known] = self.frame(type_, body)
        return found


class _Bookmark(Struct, frozen=True):
    version: int
    annotations: dict[str, str]


_Waiting = tuple[Event, str] | _Bookmark | bytes


class Stream:
    """One client's watch. A selector turns changes that enter or leave its selection into ADDED and DELETED.

    `version` is that of the last write to the resource, for clients that want bookmarks from time to time.
    """

    def __init__(
        self,
        *,
        frames: Frames,
        selects: Selects | None,
        now_s: Callable[[], float],
        until_s: float,
        after: int = 0,
        version: Callable[[], int] | None = None,
    ) -> None:
        self.frames, self.selects = frames, selects
        self.now_s, self.until_s = now_s, until_s
        self._after = after
        self._version = version
        self._bookmark_s = self._next_bookmark_s()
        self._closed = False
        self._next = frames.first
        self._waiting: deque[_Waiting] = deque()
        self._ready: Callable[[], None] | None = None
        self._listeners: list[Watcher] | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will come any more once what is left has been taken."""
        return self._closed or self.now_s() >= self.until_s

    @property
    def due_s(self) -> float:
        """When something may be due by the clock alone: the next bookmark, or the end."""
        return min(self._bookmark_s, self.until_s)

    def begin(self, listeners: list[Watcher], seen: int) -> None:
        """Hear of what happens from now on, with everything seen up to a version."""
        self._after = max([self._after, seen, *(_version(one) for one in self._waiting)])
        self._listeners = listeners
        listeners.append(self)

    def offer(self, event: Event) -> None:
        """An event happened; it is kept if it is selected."""
        type_ = self._type(event)
        if type_ is None or event.version <= self._after:
            return
        if len(self._waiting) >= MAX_WAITING:
            self.close()
            return
        self._add((event, type_))

    def offer_all(self, events: Iterable[Event]) -> None:
        """Several at once: what a watch begins with."""
        for event in events:
            self.offer(event)

    def end_initial(self, version: int) -> None:
        """Say that everything was told that was there at the beginning."""
        self._add(_Bookmark(version, INITIAL_END))

    def refuse(self, failure: Failure) -> None:
        """The only frame is an error; then it ends."""
        self._add(msgspec.json.encode({"type": "ERROR", "object": failure.status}) + b"\n")
        self.close()

    def take(self) -> list[bytes]:
        """The frames that are due."""
        waiting, self._waiting = self._waiting, deque()
        now_s = self.now_s()
        if self._version is not None and now_s >= self._bookmark_s:
            version = self._version()
            if version > self._after:
                waiting.append(_Bookmark(version, {}))
            self._bookmark_s = self._next_bookmark_s()
        if now_s >= self.until_s:
            self.close()
        taken = []
        for one in waiting:
            if isinstance(one, bytes):
                taken.append(one)
            elif isinstance(one, _Bookmark):
                taken.append(self._next.bookmark(one.version, one.annotations))
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

    def _next_bookmark_s(self) -> float:
        now_s = self.now_s()
        next_s = min(now_s + BOOKMARK_EVERY_S, self.until_s - BOOKMARK_BEFORE_END_S)
        return next_s if self._version is not None and next_s > now_s else inf

    def _add(self, one: _Waiting) -> None:
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


def _version(waiting: _Waiting) -> int:
    if isinstance(waiting, bytes):
        return 0
    return waiting.version if isinstance(waiting, _Bookmark) else waiting[0].version
